/** Lists of servers as they are brought in and carried away. Secrets go in, and come out only sealed. */
import {z} from 'zod'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {errorCodes} from '#model/errors.ts'
import {importFormats} from '#registry/import/listed.ts'
import {importActions} from '#registry/import/preview.ts'
import {importLimits} from '#registry/import/listed.ts'
import {draftLimits} from '#registry/servers/draft-checks.ts'
import {FieldErrorSchema} from './answers.ts'
import {at, count, flag, text} from './units.ts'

const passphrase = z.string().min(1).max(1_000)

export const ImportRequestSchema = z
  .strictObject({
    format: z
      .enum(['auto', ...importFormats])
      .default('auto')
      .describe('Which kind of list it is; auto = detected from its content'),
    text: z.string().optional().describe('The list as text: JSON, TOML, or addresses one on a line; 1 MiB'),
    json: z.unknown().optional().describe('Instead of text: the list as JSON; 1 MiB'),
    passphrase: passphrase.nullable().default(null).describe('For secrets that were encrypted with one'),
    mode: z
      .enum(['merge', 'replace'])
      .default('merge')
      .describe('replace: servers of yours that are not in the list go; never those of the file'),
    of_everyone: z
      .boolean()
      .default(false)
      .describe('With replace: servers of others too; for administrators'),
    preview: z.boolean().describe('Only say what would be done'),
    fingerprint: z
      .string()
      .max(100)
      .nullable()
      .default(null)
      .describe('Of the preview: what is done is what it said, or nothing. Needed to replace'),
    choices: z
      .array(
        z.strictObject({
          item: z.number().int().min(0).max(10_000).describe('Number of the item in the preview'),
          do: z.enum(['skip', 'add']).optional().describe('add: as a new server, whatever it seems to be'),
          password: z.string().max(draftLimits.secret).optional().describe('One that did not come along'),
          api_key: z.string().max(draftLimits.secret).optional().describe('One that did not come along'),
        }),
      )
      .max(importLimits.servers * 2)
      .default([])
      .describe('What was decided on single items; they belong to the fingerprint'),
  })
  .superRefine(({text: given, json}, context) => {
    if ((given === undefined) !== (json === undefined)) return
    context.issues.push({code: 'custom', path: ['text'], message: 'text or json', input: undefined})
  })
  .meta({id: 'ServerImport'})

const change = z.object({
  field: text('What changes, as the API calls it'),
  from: z.unknown().describe('As it is; of a secret only set or null'),
  to: z.unknown().describe('As it would be; of a secret only set, changed or null'),
})

const item = z.object({
  item: count('Number of the item, for choices'),
  action: z.enum(importActions).describe('What is done with it'),
  status: z.enum(['planned', 'done', 'failed', 'skipped']).describe('planned = only previewed'),
  place: text('Where in the list it stands; null = it is not in it').nullable(),
  server_id: text('The server here; null = there is none (yet)').nullable(),
  name: text('Name for people').nullable(),
  server_type: z.enum(serverKinds).nullable().describe('Kind of server'),
  url: text('Where it is reached, without credentials').nullable(),
  changes: z.array(change),
  missing: z.array(z.string()).describe('Secrets it has where it comes from, and that did not come along'),
  warnings: z.array(z.string()),
  code: z.enum(errorCodes).nullable().describe('Why not; null = nothing speaks against it'),
  message: text('The same in words').nullable(),
  errors: z.array(FieldErrorSchema).describe('The fields that were not accepted'),
})

export const ImportAnswerSchema = z
  .object({
    format: z.enum(importFormats).describe('Which kind of list it is'),
    fingerprint: text('Names exactly this plan, until something in it changes'),
    warnings: z.array(z.string()).describe('Of the list as a whole'),
    items: z.array(item).describe('Entries of the list in its order, then what goes'),
  })
  .meta({id: 'ServerImportAnswer'})

const exportedServer = z.object({
  id: text('Id here'),
  name: text('Name for people'),
  kind: z.enum(serverKinds),
  url: text('Where it is reached'),
  username: text('User').nullable(),
  basic_auth: z.object({username: text('User of a proxy in front')}).nullable(),
  tls: z.object({ca: text('PEM of the authority').nullable(), skip_verify: flag('Any certificate')}),
  path_mappings: z.array(z.object({server: text('Path there'), ours: text('Path here')})),
  storage: text('What people call its disk').nullable(),
  category_source: text('label, label:<prefix> or path'),
  allow_execute: flag('Commands may run on its host'),
  download_roots: z.array(z.string()),
  poll_seconds: count('Least time between two polls').nullable(),
  timeout_seconds: count('How long an answer may take').nullable(),
  enabled: flag('It is used'),
  tags: z.array(z.string()),
  colour: text('#rrggbb').nullable(),
  icon: text('Name of an icon').nullable(),
  position: count('Its place in the list that you see, 0 first'),
  default_for_adding: flag('New torrents go here'),
  secrets_set: z.array(z.string()).describe('Which it has, whether they come along or not'),
})

export const ExportSchema = z
  .object({
    format: z.literal('commodarr-servers'),
    version: z.literal(1),
    exported_at: at('When'),
    servers: z.array(exportedServer).describe('All that you manage'),
    secrets: text('Encrypted with the passphrase; absent = none come along').optional(),
  })
  .meta({id: 'ServerExport'})

export const ExportRequestSchema = z
  .strictObject({
    passphrase: passphrase.describe('At least ten characters; without it the secrets cannot be decrypted'),
  })
  .meta({id: 'ServerExportRequest'})

export const DiscoverRequestSchema = z
  .strictObject({
    url: z.string().min(1).max(draftLimits.address).describe('Of the Arr, with its URL base'),
    api_key: z.string().min(1).max(200).describe('Its key; used once and not kept'),
    skip_tls_verify: z.boolean().default(false).describe('Accept any certificate'),
  })
  .meta({id: 'ServerDiscovery'})

export const LocalPortsSchema = z.object({
  ports: z.array(
    z.object({
      server_type: z.enum(serverKinds).describe('Whose usual port it is'),
      url: text('As it would be entered'),
    }),
  ),
})

export const DiscoveryAnswerSchema = z
  .object({
    arr: z.object({
      app: text('Radarr, Sonarr, …'),
      name: text('As its owner called it'),
      version: text('Version'),
    }),
    servers: z.array(
      z.object({
        name: text('As the Arr calls it'),
        implementation: text('What it is, in the words of the Arr'),
        server_type: z.enum(serverKinds).nullable().describe('null = no kind we know'),
        enabled: flag('The Arr uses it'),
        url: text('Where it is reached; null = unreadable').nullable(),
        item: count('Its place in list; null = it cannot be imported').nullable(),
        known: z
          .object({server_id: text('Stable id'), server_name: text('Name for people')})
          .nullable()
          .describe('The server here that leads there already'),
        categories: z.array(z.string()).describe('Where the Arr puts its downloads'),
        obstacle: text('Why it cannot be imported').nullable(),
        missing: z.array(z.string()).describe('Secrets that the Arr does not send'),
        warnings: z.array(z.string()),
      }),
    ),
    list: z
      .object({
        format: z.literal('commodarr-servers'),
        version: z.literal(1),
        servers: z.array(
          z.object({
            name: z.string(),
            kind: z.enum(serverKinds),
            url: z.string(),
            username: z.string().nullable(),
            password: z.string().optional(),
            api_key: z.string().optional(),
            secrets_set: z.array(z.string()),
          }),
        ),
      })
      .describe('To be sent to POST /api/servers/import as json'),
  })
  .meta({id: 'ServerDiscoveryAnswer'})
