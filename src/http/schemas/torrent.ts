/** A torrent as it travels: one schema for the API page, the types and the choice of columns. */
import {z} from 'zod'
import {serverKinds} from '#clients/kinds.ts'
import {filePriorities} from '#model/command.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {
  priorities,
  torrentStates,
  trackerStatuses,
  type TorrentField,
  type TorrentFields,
} from '#model/torrent.ts'
import {camel, type Snake, type Wire} from '../codec.ts'
import {at, bytes, bytesPerSecond, count, flag, seconds, share, text} from './units.ts'

const limit = (says: string) =>
  z
    .union([z.number(), z.null(), z.literal('inherit')])
    .describe(`${says}; null = no limit, "inherit" = as the server or category says`)

/** Every column by its name on the wire. Unknown to the server = the field is absent; null = none on purpose. */
export const torrentColumns = {
  name: text('Display name'),
  info_hash_v1: text('Whole v1 hash, 40 hex digits; null = a v2 torrent').nullable(),
  info_hash_v2: text('Whole v2 hash, 64 hex digits; null = a v1 torrent').nullable(),

  state: z.enum(torrentStates).describe('What it does now'),
  native_state: text("The server's own word for the state"),
  complete: flag('Metadata is known and nothing wanted is missing'),
  force_start: flag('Started past the queue; null = this server has no such thing').nullable(),
  queued_check: flag('Waits to be checked'),
  tracker_problem: flag('A tracker complains or cannot be reached'),
  message: text("The server's error text; '' = none"),

  size: bytes('Wanted'),
  size_total: bytes('All of it, wanted or not'),
  completed: bytes('Held of what is wanted'),
  amount_left: bytes('Missing of what is wanted'),
  progress: share('Held of what is wanted'),
  task_progress: share('Of a check, a move or fetching metadata; null = none under way').nullable(),
  has_metadata: flag('The list of files is known'),

  down_speed: bytesPerSecond('Download rate'),
  up_speed: bytesPerSecond('Upload rate'),
  downloaded: bytes('Downloaded in all'),
  uploaded: bytes('Uploaded in all'),
  session_downloaded: bytes('Downloaded since the server started'),
  session_uploaded: bytes('Uploaded since the server started'),
  ratio: z.number().describe('Uploaded ÷ downloaded, reckoned alike for every server; absent when infinite'),
  eta: seconds('Until complete; null = never or not downloading').nullable(),
  popularity: z.number().describe('Ratio earned per month of activity'),

  tracker_status: z.enum(trackerStatuses).describe('How its trackers do'),
  tracker_message: text("The trackers' own words"),
  tracker_host: text("Host of the first tracker; '' = it has none"),
  tracker_hosts: z.array(z.string()).describe('Hosts of all trackers'),
  next_announce_at: at('Next announce; null = none planned').nullable(),

  seeds_connected: count('Seeds connected'),
  peers_connected: count('Peers connected'),
  seeds_swarm: count('Seeds in the swarm; null = the tracker does not say').nullable(),
  peers_swarm: count('Peers in the swarm; null = the tracker does not say').nullable(),
  availability: z.number().describe('Full copies within reach; below 1 the download cannot be completed'),

  added_at: at('Added'),
  completed_at: at('Completed; null = never').nullable(),
  last_activity_at: at('Last bytes moved; null = never').nullable(),
  seen_complete_at: at('A full copy was last seen; null = never').nullable(),
  created_at: at('The torrent was made; null = not said').nullable(),
  active_time: seconds('Active'),
  seeding_time: seconds('Complete and active'),

  category: text("Category; '' = none"),
  tags: z.array(z.string()).describe('Tags'),
  save_path: text('Folder of the data, as the server writes it'),
  content_path: text('The data itself, as the server writes it'),
  incomplete_path: text('Folder while incomplete; null = the same').nullable(),
  completed_path: text('Folder that its server moves it to once it is complete; null = it stays').nullable(),

  is_private: flag('Private tracker'),
  queue_position: count('Place in the queue, 1 first; null = not queued').nullable(),
  priority: z.enum(priorities).describe('Bandwidth priority'),
  down_limit: bytesPerSecond('Download limit; null = none').nullable(),
  up_limit: bytesPerSecond('Upload limit; null = none').nullable(),
  ratio_limit: limit('Ratio at which the server stops it'),
  seed_time_limit: limit('Seconds of seeding at which the server stops it'),
  idle_limit: limit('Idle seconds at which the server stops it'),
  sequential: flag('Downloads in order; null = this server cannot').nullable(),
  first_last: flag('First and last pieces first; null = this server cannot').nullable(),
  super_seeding: flag('Super seeding; null = this server cannot').nullable(),
  auto_managed: flag("Path follows the category's; null = this server cannot").nullable(),

  comment: text('Comment in the torrent'),
  created_by: text('Program that made it'),
  piece_size: bytes('Size of a piece'),
  piece_count: count('Pieces'),
  pieces_have: count('Pieces held'),
  file_count: count('Files'),
  native_ratio: z.number().describe("The server's own ratio, on which its limits act"),

  arr_id: text(
    "The Arr whose torrent it is; null = no Arr's, absent also where you may not see it",
  ).nullable(),
  arr_item: text('The movie, episodes, album or book that it is for, as its Arr calls it'),
  removable_at: at(
    'From when on a rule may remove it, if it goes on as it does; null = no rule will by time alone, absent = not ' +
      'known (yet). Why: `/api/torrents/{hash}/explain`',
  ).nullable(),
} satisfies {[F in TorrentField as Snake<F>]: z.ZodType<Exclude<Wire<TorrentFields[F]>, undefined>>}

export type TorrentColumn = keyof typeof torrentColumns

export const torrentColumnNames = Object.keys(torrentColumns) as TorrentColumn[]

/** The model's name of a column. */
export function fieldOf(column: TorrentColumn): TorrentField {
  return camel(column)
}

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
    availability: z.array(z.number()).optional().describe('Copies of each piece among the peers'),
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
    code: z.string().optional().describe('Why not: a code of docs/errors.md'),
    message: z.string().optional().describe('Why not, in words'),
  })
  .meta({id: 'TorrentContent'})

export const TorrentContentsSchema = z.object({
  results: z.array(TorrentContentSchema).describe('One for each file, in their order'),
})
