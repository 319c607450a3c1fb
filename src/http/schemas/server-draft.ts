/** A server as a person gives it and as who may change it is shown it: secrets go in and never come out. */
import {z} from 'zod'
import type {KindField} from '#clients/kinds/kind.ts'
import {clientKinds, hasField, serverKinds} from '#clients/kinds/kinds.ts'
import {shareLevels} from '#model/access.ts'
import {categorySourceOf, draftLimits} from '#registry/servers/draft-checks.ts'
import {mostShares} from '#registry/owned/sharing.ts'
import type {TriedServer} from '#registry/servers/test-server.ts'
import type {Wire} from '../answers/codec.ts'
import {namesOfServers, withOtherNames} from '../answers/other-names.ts'
import {ServerTestSchema} from './server.ts'
import {readOnlyField, bytes, count, flag, text} from './units.ts'

const {pollSeconds, timeoutSeconds} = draftLimits

/** Labels of the kinds that have this setting, as words. */
function kindsWith(field: KindField, joint: 'and' | 'or'): string {
  const labels = serverKinds.filter((kind) => hasField(kind, field)).map((kind) => clientKinds[kind].label)
  return new Intl.ListFormat('en', {type: joint === 'and' ? 'conjunction' : 'disjunction'}).format(labels)
}

const secret = (says: string) =>
  z
    .string()
    .max(draftLimits.secret)
    .nullable()
    .optional()
    .describe(`${says}; null erases it, left out = as it is`)

const address = {
  url: z.string().max(draftLimits.address).optional().describe('The whole address, as in the file'),
  scheme: z.string().max(10).nullable().optional().describe('With host: http, https, scgi; null = guessed'),
  host: z.string().max(draftLimits.address).optional().describe('Instead of url: name or address'),
  port: z.number().int().min(1).max(65_535).nullable().optional().describe('With host; null = usual'),
  path: z.string().max(draftLimits.address).nullable().optional().describe('With host; null = usual'),
  socket: z
    .string()
    .max(draftLimits.address)
    .optional()
    .describe('Instead of url: path of an SCGI socket on this machine; for administrators'),
}

const place = z.string().min(1).max(draftLimits.path)

const fields = {
  kind: z.enum(serverKinds).describe('Kind of server'),
  name: z.string().min(1).max(draftLimits.name).describe('Name for people'),
  ...address,
  username: z.string().max(draftLimits.username).nullable().describe('null = it asks for none'),
  password: secret('Its password'),
  api_key: secret('API key of qBittorrent 5.2 and newer, used instead of a password'),
  basic_auth: z
    .strictObject({
      username: z.string().min(1).max(draftLimits.username),
      password: secret('The password for it'),
    })
    .nullable()
    .describe(`HTTP Basic of a reverse proxy in front of ${kindsWith('basicAuth', 'or')}`),
  tls: z
    .strictObject({
      ca: z.string().max(draftLimits.caBytes).nullable().describe('PEM of the authority that signed'),
      skip_verify: z.boolean().describe('Accept any certificate'),
    })
    .describe('How its certificate is checked'),
  http_proxy: secret('http://[user:password@]host:port of a proxy on the way; for administrators'),
  path_mappings: z
    .array(z.strictObject({server: place.describe('Path there'), ours: place.describe('Path here')}))
    .max(draftLimits.paths)
    .describe('Where its paths are in our file system; for administrators'),
  storage: z
    .string()
    .min(1)
    .max(draftLimits.storage)
    .nullable()
    .describe('Name of its disk: servers of one name share it, those of two do not; for administrators'),
  category_source: z
    .string()
    .max(100)
    .transform((words, context) => {
      const source = categorySourceOf(words)
      if (source) return source
      context.addIssue({code: 'custom', message: 'label, label:<prefix> or path', input: words})
      return z.NEVER
    })
    .describe(`Where ${kindsWith('categorySource', 'and')} have the category: label, label:<prefix> or path`),
  allow_execute: z
    .boolean()
    .describe(`May commands run on the host of ${kindsWith('allowExecute', 'and')}? For administrators`),
  download_roots: z
    .array(place)
    .max(draftLimits.roots)
    .describe(`Data of ${kindsWith('downloadRoots', 'and')} is removed below these only`),
  poll_seconds: z
    .number()
    .int()
    .min(pollSeconds.min)
    .max(pollSeconds.max)
    .nullable()
    .describe('Least time between two polls; seconds, null = automatic'),
  timeout_seconds: z
    .number()
    .int()
    .min(timeoutSeconds.min)
    .max(timeoutSeconds.max)
    .nullable()
    .describe('How long an answer may take, lists get more; seconds, null = automatic'),
  enabled: z.boolean().describe('It is used'),
  tags: z
    .array(z.string().min(1).max(draftLimits.tag))
    .max(draftLimits.tags)
    .describe('Tags of the server itself'),
  colour: z.string().max(7).nullable().describe('#rrggbb; null = the page sets one'),
  icon: z.string().max(draftLimits.icon).nullable().describe('Name of an icon; null = that of its kind'),
  position: z
    .number()
    .int()
    .min(0)
    .max(draftLimits.position)
    .nullable()
    .describe('Place in the list that you see, 0 first; null = behind all others'),
  default_for_adding: z.boolean().describe('New torrents go here; of one owner at most one'),
}

type Addressed = {readonly [F in keyof typeof address]?: unknown}

/** One address or none, and nothing beside it that it does not take. */
function checkAddress(
  body: Addressed,
  needed: boolean,
  fail: (field: string, accepted: string) => void,
): void {
  const given = (['url', 'host', 'socket'] as const).filter((field) => body[field] !== undefined)
  if (needed && given.length === 0) fail('url', 'url, host or socket')
  for (const field of given.slice(1)) fail(field, `not together with ${given[0]}`)
  for (const part of ['scheme', 'port', 'path'] as const) {
    if (body[part] != null && body.host === undefined) fail(part, 'only together with host')
  }
}

const checked = (needed: boolean) => (body: Addressed, context: z.core.$RefinementCtx) =>
  checkAddress(body, needed, (field, message) =>
    context.issues.push({code: 'custom', path: [field], message, input: body[field as keyof Addressed]}),
  )

const some = z.strictObject(fields).partial()
const required = some.required({kind: true, name: true})

/** What GET …/definition has and is changed elsewhere or never: it may come along as it is. */
export const readOnlyOfServers = {
  id: readOnlyField,
  origin: readOnlyField,
  owner: readOnlyField,
  secrets: readOnlyField,
  obstacle: readOnlyField,
  sharing: readOnlyField,
}

const replaced = required.extend(readOnlyOfServers).superRefine(checked(true)).meta({id: 'ServerReplacement'})
const changed = some.extend(readOnlyOfServers).superRefine(checked(false)).meta({id: 'ServerChange'})

export const NewServer = withOtherNames(
  required.superRefine(checked(true)).meta({id: 'NewServer'}),
  namesOfServers,
)
export const ServerReplacement = withOtherNames(replaced, namesOfServers)
export const ServerChange = withOtherNames(changed, namesOfServers)

const tried = some
  .extend({
    id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Of a server that is there: what is left out is as it is'),
  })
  .superRefine((body, context) => {
    checked(body.id === undefined)(body, context)
    if (body.id !== undefined || body.kind !== undefined) return
    context.issues.push({code: 'custom', path: ['kind'], message: serverKinds.join(', '), input: undefined})
  })
  .meta({id: 'ServerTry'})
export const ServerTry = withOtherNames(tried, namesOfServers)

export const SharingSchema = z
  .strictObject({
    everyone: z.enum(shareLevels).nullable().describe('With everyone who has an account; null = not'),
    users: z
      .array(z.strictObject({user_id: z.string().min(1).max(100), level: z.enum(shareLevels)}))
      .max(mostShares)
      .describe('With these people'),
  })
  .meta({id: 'Sharing'})

export const ServerOrder = z.strictObject({
  ids: z.array(z.string().min(1).max(200)).min(1).max(10_000).describe('Servers in their new order'),
})

const state = z
  .enum(['none', 'set', 'unreadable'])
  .describe('unreadable = encrypted with a key that is not here')

export const DefinitionSchema = z
  .object({
    id: text('Stable id'),
    kind: z.enum(serverKinds).describe('Kind of server'),
    name: text('Name for people'),
    origin: z
      .enum(['file', 'user'])
      .describe('file = the configuration declares it: changes are written there'),
    owner: z
      .object({id: text('Id of the owner'), name: text('Name of the owner')})
      .nullable()
      .describe('null = no owner'),
    url: text('Where it is reached'),
    username: text('User; null = none').nullable(),
    basic_auth: z
      .object({username: text('User')})
      .nullable()
      .describe('Of a proxy in front'),
    secrets: z
      .object({password: state, api_key: state, basic_auth: state, http_proxy: state})
      .describe('Which secrets are there; the secrets themselves are never shown'),
    tls: z.object({ca: text('PEM of the authority').nullable(), skip_verify: flag('Any certificate')}),
    path_mappings: z.array(z.object({server: text('Path there'), ours: text('Path here')})),
    storage: text('The name of its disk; null = not set').nullable(),
    category_source: text('label, label:<prefix> or path'),
    allow_execute: flag('Commands may run on its host'),
    download_roots: z.array(z.string()),
    poll_seconds: count('Least time between two polls; null = automatic').nullable(),
    timeout_seconds: count('How long an answer may take; null = automatic').nullable(),
    enabled: flag('It is used'),
    obstacle: z
      .enum(['secret_unreadable'])
      .nullable()
      .describe('Why nothing is sent to it; null = nothing is in the way'),
    tags: z.array(z.string()).describe('Tags of the server itself'),
    colour: text('#rrggbb').nullable(),
    icon: text('Name of an icon').nullable(),
    position: count('Its place in the list that you see, 0 first'),
    default_for_adding: flag('New torrents go here'),
    sharing: z.object({
      everyone: z.enum(shareLevels).nullable(),
      users: z.array(
        z.object({
          user_id: text('Id of the user it is shared with'),
          user_name: text('Name of that user'),
          level: z.enum(shareLevels),
        }),
      ),
    }),
  })
  .meta({id: 'ServerDefinition'})

export const ServerTrialSchema = ServerTestSchema.extend({
  api_version: text('Version of its interface; null = it did not say').nullable(),
  free_space: bytes('Where it saves by default; null = it did not say').nullable(),
  known: z
    .array(z.object({server_id: text('Its id'), server_name: text('Its name')}))
    .describe('Servers that you see and that lead there already: its torrents would be listed twice'),
}).meta({id: 'ServerTrial'}) satisfies z.ZodType<Wire<TriedServer>>
