import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {LostSettings} from '#automation/alerts/lost-settings.ts'
import type {LoadedConfig} from '#config/config.ts'
import {sectionStates} from '#config/section-states.ts'
import {toWire} from '../answers/codec.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ConfigurationConfirmation, ConfigurationSchema} from '../schemas/section.ts'

const config = needs('admin', 'program')

/** What `check-config` tells, for administrators, and what they have to confirm of it. */
export function configurationRoutes(
  /** What is in force; `null` = no file is read at all. */
  loaded: () => Pick<
    LoadedConfig,
    'config' | 'placeOf' | 'path' | 'findings' | 'variables' | 'values'
  > | null,
  /** What protects and is not named any more. */
  settings: Pick<LostSettings, 'view' | 'confirm'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/configuration', {schema: read, config}, async () => {
      const now = loaded()
      const lost = settings.view()
      if (now === null) {
        return {path: null, sections: [], findings: [], variables: [], values: [], lost: toWire(lost)}
      }
      const {path, findings, variables} = now
      return toWire({path, sections: sectionStates(now), findings, variables, values: now.values(), lost})
    })
    app.post('/configuration/confirm', {schema: confirm, config}, async ({principal, body}, reply) => {
      await settings.confirm(principal.actor, body.settings)
      return reply.code(204).send()
    })
  }
}

const tags = ['program']

const read = {
  operationId: 'getConfiguration',
  tags,
  summary: 'What config.toml comes to: each section, on or off and why, and every finding',
  response: ok(ConfigurationSchema),
}

const confirm = {
  operationId: 'confirmConfiguration',
  tags,
  summary: 'Say that the configuration is meant as it is',
  description:
    'While the configuration lacks settings that protect data and that it had before (`lost`), rules remove and move nothing. This ends that, for exactly the settings that were shown: `changed_meanwhile` when it lacks others by now, `not_ready` while the file is missing or cannot be read. Where it lacks none, it does nothing.',
  body: ConfigurationConfirmation,
  response: nothing,
}
