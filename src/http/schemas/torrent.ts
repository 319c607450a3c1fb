/** A torrent as it travels: one schema for the API page, the types and the choice of columns. */
import {z} from 'zod'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {camel, snake, type Snake} from '#lib/snake-case.ts'
import {filePriorities} from '#model/command.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {
  fieldDefinitions,
  type FieldDefinition,
  type FieldUnit,
  type torrentFields,
} from '#model/torrent-fields.ts'
import type {TorrentField, TorrentFields} from '#model/torrent.ts'
import {type Wire} from '../answers/codec.ts'
import {at, bytes, bytesPerSecond, count, flag, seconds, share, text} from './units.ts'

const limit = (says: string) =>
  z
    .union([z.number(), z.null(), z.literal('inherit')])
    .describe(`${says}; null = no limit, "inherit" = as the server or category says`)
const strings = (says: string) => z.array(z.string()).describe(says)

const schemas: {readonly [U in FieldUnit]: (says: string, words: readonly string[]) => z.ZodType} = {
  text,
  word: text,
  path: text,
  host: text,
  hash: text,
  arr: text,
  list: strings,
  set: strings,
  choice: (says, words) => z.enum(words).describe(says),
  flag,
  bytes,
  rate: bytesPerSecond,
  speedLimit: bytesPerSecond,
  share,
  number: count,
  count,
  seconds,
  moment: at,
  ratioLimit: limit,
  secondsLimit: limit,
}

function schemaOf({unit, words = [], says, none}: FieldDefinition): z.ZodType {
  if (none === undefined) return schemas[unit](says, words)
  return schemas[unit](`${says}; null = ${none}`, words).nullable()
}

type OnWire<F extends TorrentField> = Exclude<Wire<TorrentFields[F]>, undefined>

/** Every column by its name on the wire. Unknown to the server = the field is absent; null = none on purpose. */
export const torrentColumns = Object.fromEntries(
  fieldDefinitions.map(([field, definition]) => [snake(field), schemaOf(definition)]),
) as {readonly [F in TorrentField as Snake<F>]: z.ZodType<OnWire<F>, OnWire<F>>}

export type TorrentColumn = keyof typeof torrentColumns

export const torrentColumnNames = Object.keys(torrentColumns) as TorrentColumn[]

/** The model's name of a column. */
export function fieldOf(column: TorrentColumn): TorrentField {
  return camel(column)
}

/** What not everybody sees of a torrent that he sees: who has one of his own could read it from the order. */
const kept: ReadonlySet<string> = new Set(
  fieldDefinitions.filter(([, {isKept}]) => isKept).map(([field]) => snake(field)),
)
type Kept = Snake<
  {[F in TorrentField]: (typeof torrentFields)[F] extends {readonly isKept: true} ? F : never}[TorrentField]
>

/** What rows are sorted by. */
export const sortable = [
  ...torrentColumnNames.filter((name): name is Exclude<TorrentColumn, Kept> => !kept.has(name)),
  'server' as const,
]

export const TorrentKeySchema = z
  .strictObject({
    server_id: z.string().min(1).describe('Server that holds it'),
    info_hash: z
      .string()
      .regex(/^[0-9a-fA-F]{40}$/, '40 hex digits')
      .describe('Hash as the server names it, 40 hex digits'),
  })
  .meta({
    id: 'TorrentKey',
    description: 'The only name that can be acted on: a hash may live on several servers.',
  })

export const torrentHead = {
  info_hash: text('Hash as the server names it, 40 lower-case hex digits'),
  server_id: text('Server that holds it'),
  server_name: text('Its name'),
  server_type: z.enum(serverKinds).describe('Its kind'),
}

const torrentFreshness = {
  seen_at: at('When its server last reported it'),
  stale: flag('Its server is not online, or its last list lacked it: shown, never concluded from'),
  pending: z
    .array(z.string())
    .describe('Columns that show what a command should bring about, not yet confirmed by the server'),
  removal_waits: text('Why its removal waits; absent (`null` on the live socket) = none does'),
}

export const torrentFreshnessNames = Object.keys(torrentFreshness) as (keyof typeof torrentFreshness)[]

export const TorrentSchema = z
  .object({...torrentHead, ...z.object({...torrentFreshness, ...torrentColumns}).partial().shape})
  .meta({
    id: 'Torrent',
    description:
      'One torrent on one server. A field its server does not report is absent; null means none on purpose.',
  })

/** What is asked of a torrent's server when someone looks: files, trackers, peers, pieces, web seeds. */

export const FileSchema = z
  .object({
    index: count('Its place in the torrent, 0 first'),
    path: text('Path inside the torrent, / between the parts'),
    size: bytes('Size'),
    progress: share('Held'),
    priority: z.enum(filePriorities).describe('skip = not wanted'),
    availability: z.number().optional().describe('Full copies within reach'),
  })
  .meta({id: 'File'}) satisfies z.ZodType<Wire<TorrentFile>>

export const TrackerSchema = z
  .object({
    url: text('Announce URL; often holds a passkey, so keep it to yourself'),
    tier: count('0 is asked first'),
    status: z
      .enum(['disabled', 'waiting', 'working', 'updating', 'error', 'unreachable', 'unknown'])
      .describe('How it does'),
    message: text("Its own words; '' = none"),
    seeds: count('Seeds it knows').optional(),
    leeches: count('Leeches it knows').optional(),
    peers: count('Peers it gave').optional(),
    downloaded: count('Times it was completed').optional(),
    last_announce_at: at('Last announce; null = never').nullable().optional(),
    next_announce_at: at('Next announce; null = none planned').nullable().optional(),
    may_announce_at: at('Earliest announce on request; null = at any time').nullable().optional(),
  })
  .meta({id: 'Tracker'}) satisfies z.ZodType<Wire<Tracker>>

export const PeerSchema = z
  .object({
    address: text('ip:port or [ip6]:port'),
    client: text('Its program'),
    progress: share('What it holds'),
    down_speed: bytesPerSecond('From it'),
    up_speed: bytesPerSecond('To it'),
    downloaded: bytes('From it').optional(),
    uploaded: bytes('To it').optional(),
    flags: text("The server's own letters"),
    encrypted: flag('The connection is encrypted').optional(),
    incoming: flag('It connected to us').optional(),
    country: text('Country code').optional(),
  })
  .meta({id: 'Peer'}) satisfies z.ZodType<Wire<Peer>>

export const WebSeedSchema = z.object({url: text('Address')}).meta({id: 'WebSeed'}) satisfies z.ZodType<
  Wire<WebSeed>
>

export const PiecesSchema = z
  .object({
    size: bytes('Size of a piece'),
    count: count('Pieces'),
    states: text('One digit a piece: 0 missing, 1 downloading, 2 held'),
    availability: z
      .array(z.number().nullable())
      .optional()
      .describe(
        'Copies of each piece among the peers; null = its server does not report them for this piece',
      ),
  })
  .meta({id: 'Pieces'}) satisfies z.ZodType<Wire<Pieces>>

/** What a .torrent file says of itself, before it is added anywhere. */

export const TorrentContentSchema = z
  .object({
    file_name: text('The file that was brought'),
    content: z
      .object({
        info_hash: text('What servers name it by: v1 where it has one, else the v2 hash cut to 40 digits'),
        info_hash_v1: text('40 hex digits; null = a v2 torrent').nullable(),
        info_hash_v2: text('64 hex digits; null = a v1 torrent').nullable(),
        name: text('Its name'),
        size: bytes('All its files'),
        is_private: flag('It keeps to its own trackers'),
        files: z
          .array(z.object({path: text('Path inside the torrent, / between the parts'), size: bytes('Size')}))
          .describe('In their order: the place in this list is the index; the first 20,000'),
        files_omitted: count('Files beyond these'),
      })
      .nullable()
      .describe('null = it cannot be read'),
    code: z.string().optional().describe('Why not: a code of docs/reference/errors.md'),
    message: z.string().optional().describe('Why not, in words'),
  })
  .meta({id: 'TorrentContent'})

export const TorrentContentsSchema = z.object({
  results: z.array(TorrentContentSchema).describe('One for each file, in their order'),
})
