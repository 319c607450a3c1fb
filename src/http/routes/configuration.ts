import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {LoadedConfig} from '#config/config.ts'
import {sectionStates} from '#config/section-states.ts'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {ConfigurationSchema} from '../schemas/section.ts'

export interface ConfigurationRouteDeps {
  /** What is in force; `null` = no file is read at all. */
  readonly loaded: () => Pick<LoadedConfig, 'config' | 'placeOf' | 'path' | 'findings' | 'variables'> | null
}

/** What `check-config` tells, for administrators. */
export function configurationRoutes({loaded}: ConfigurationRouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/configuration', {schema: read, config: needs('admin', 'program')}, async () => {
      const now = loaded()
      if (now === null) return {path: null, sections: [], findings: [], variables: []}
      const {path, findings, variables} = now
      return toWire({path, sections: sectionStates(now), findings, variables})
    })
  }
}

const read = {
  operationId: 'getConfiguration',
  tags: ['program'],
  summary: 'What config.toml comes to: each section, on or off and why, and every finding',
  response: ok(ConfigurationSchema),
}
