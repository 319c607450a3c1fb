/** What the configuration file comes to, as it travels. */
import {z} from 'zod'
import type {SectionState} from '#config/section-states.ts'
import {findingCodes, type Finding} from '#config/schema/findings.ts'
import {arrKinds} from '#model/arr.ts'
import {serverKinds} from '#model/server.ts'
import type {Wire} from '../codec.ts'
import {flag, text} from './units.ts'

const FindingSchema = z
  .object({
    severity: z
      .enum(['error', 'warning', 'notice'])
      .describe(
        'error: something that was asked for is not in force; warning: it works, probably not as meant; notice: to know',
      ),
    code: z.enum(findingCodes).describe('Stable'),
    section: text('As in the file; null = the whole file').nullable(),
    key: text('Below its section; null = the section as a whole').nullable(),
    path: text('Section and key together').nullable(),
    line: z.number().nullable().describe('From 1; null = it does not stand in the file'),
    column: z.number().nullable().describe('From 1'),
    variable: text('The environment variable it came from').nullable(),
    found: text('What stands there; *** for secrets').nullable(),
    accepted: text('What would do').nullable(),
    message: text('For people'),
  })
  .meta({id: 'ConfigurationFinding'}) satisfies z.ZodType<Wire<Finding>>

const SectionStateSchema = z
  .object({
    section: text('As it is read'),
    kind: z
      .enum([...serverKinds, ...arrKinds])
      .nullable()
      .describe('null = nobody can tell, or a daemon without a client'),
    is_server: flag('A torrent server, and no Arr'),
    is_on: flag('It is looked after'),
    reason: text('Why it is off; empty = it is on'),
  })
  .meta({id: 'ConfigurationSection'}) satisfies z.ZodType<Wire<SectionState>>

export const ConfigurationSchema = z
  .object({
    path: text('The file that was read; null = there is none').nullable(),
    sections: z.array(SectionStateSchema).describe('Of servers and Arrs, in the order of the file'),
    findings: z.array(FindingSchema),
    variables: z
      .array(z.object({variable: text('Its name'), key: text('The key that it decides')}))
      .describe('Environment variables that decide something'),
  })
  .meta({id: 'Configuration'})
