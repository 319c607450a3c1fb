/** An Arr as a person gives it and as who may change it is shown it: secrets go in and never come out. */
import {z} from 'zod'
import {arrLimits} from '#registry/arrs/section.ts'
import {arrSettingGroups} from '#registry/arrs/setting-keys.ts'
import {arrKinds} from '#model/arr.ts'
import {ArrSchema, ArrTestSchema, FindingSchema} from './arr.ts'
import {fileObstacles, keySchema} from './section.ts'
import {DiscoveryAnswerSchema} from './server-import.ts'
import {bytes, count, flag, text} from './units.ts'

const settings = z
  .record(z.string().max(100), z.unknown())
  .describe('Keys of a section of config.toml, by the same names and in the same units')

const fields = {
  name: z.string().min(1).max(arrLimits.name).describe('Name for people'),
  url: z
    .string()
    .min(1)
    .max(arrLimits.address)
    .describe('With its URL base; a bare host gets the usual port'),
  category: z.string().min(1).max(arrLimits.category).describe('Of its torrents, on every server'),
  skip_tls_verify: z.boolean().describe('Accept any certificate'),
  enabled: z.boolean().describe('It is looked after'),
  api_key: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .describe('From Settings → General of the Arr; null erases it'),
  settings,
}

const some = z.strictObject(fields).partial()

export const NewArr = some
  .extend({kind: z.enum(arrKinds).describe('Which app it is')})
  .required({name: true, url: true, category: true})
  .meta({id: 'NewArr'})
export const ArrChange = some.meta({id: 'ArrChange'})

export const ArrChanged = z
  .object({
    effect: z
      .enum(['none', 'live', 'restart'])
      .describe('none: nothing changes; live: in force with the next pass; restart: its manager begins anew'),
    arr: ArrSchema.describe('As it is now'),
  })
  .meta({id: 'ArrChanged'})

export const ArrKeySchema = keySchema(arrSettingGroups).meta({id: 'ArrKey'})

const state = z
  .enum(['none', 'set', 'unreadable'])
  .describe('unreadable = sealed with a key that is not here')

export const ArrDefinitionSchema = ArrSchema.omit({manager: true, webhook: true})
  .extend({
    skip_tls_verify: flag('Any certificate is accepted'),
    settings: z.record(z.string(), z.unknown()).describe('Keys of its section, without secrets'),
    file_obstacle: z
      .enum(fileObstacles)
      .nullable()
      .describe('Why the file cannot be changed for it; null = it can, or it stands in no file'),
    secrets: z
      .object({api_key: state, ombi_key: state, overseerr_key: state})
      .describe('Which secrets are there; they themselves are never told'),
    sharing: z.object({
      everyone: z.enum(['view', 'control']).nullable(),
      users: z.array(
        z.object({user_id: text('His id'), user_name: text('His name'), level: z.enum(['view', 'control'])}),
      ),
    }),
  })
  .meta({id: 'ArrDefinition'})

export const ArrDiscoveryBody = z
  .union([
    z.strictObject({
      url: z.string().min(1).max(arrLimits.address).describe('Of the Arr, with its URL base'),
      api_key: z.string().min(1).max(200).describe('Its key; used once and not kept'),
      skip_tls_verify: z.boolean().default(false).describe('Accept any certificate'),
    }),
    z.strictObject({id: z.string().min(1).max(200).describe('Of an Arr that is here and yours to manage')}),
  ])
  .meta({id: 'ArrDiscovery'})

export const ArrDiscoverySchema = z
  .object({
    arr: ArrTestSchema,
    known: z
      .array(z.object({id: text('Its id'), name: text('Its name')}))
      .describe('Arrs that you see and that lead there already'),
    servers: DiscoveryAnswerSchema.shape.servers,
    list: DiscoveryAnswerSchema.shape.list,
    path_mappings: z.array(
      z.object({
        host: text('Of the torrent server'),
        remote_path: text('As the torrent server calls it'),
        local_path: text('As the Arr calls it'),
      }),
    ),
    root_folders: z.array(
      z.object({
        path: text('As the Arr calls it'),
        accessible: flag('The Arr reaches it'),
        free_space: bytes('Free there; null = it did not say').nullable(),
      }),
    ),
    profiles: z.array(
      z.object({
        id: count('In the Arr'),
        name: text('Name'),
        upgrade_allowed: flag('It looks for better ones'),
        min_score: count('Least custom format score'),
        cutoff_score: count('Score at which it is content'),
      }),
    ),
    request_managers: z.array(
      z.object({
        kind: z.enum(['overseerr', 'ombi']),
        name: text('As the Arr calls it'),
        origin: text("Where it is; '' = not said"),
      }),
    ),
    findings: z.array(FindingSchema).describe('Settings of the Arr that will hurt'),
  })
  .meta({id: 'ArrDiscoveryAnswer'})
