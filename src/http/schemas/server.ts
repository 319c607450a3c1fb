/** A server as it travels: its health, what it can do, its figures. Nothing secret in it. */
import {z} from 'zod'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {filePriorities} from '#model/command.ts'
import {
  healthReasons,
  healthStatuses,
  mappingVerdicts,
  type Category,
  type MappingCheck,
  type ServerHealth,
  type ServerFigures,
} from '#model/server.ts'
import type {GlobalLimitsView, ServerTest} from '#model/services.ts'
import type {Wire} from '../answers/codec.ts'
import type {ServerCardView} from '../scope/scope.ts'
import {at, bytes, bytesPerSecond, count, flag, milliseconds, seconds, text} from './units.ts'

/** Says at compile time that a schema carries what the model has. */
type Carries<T> = z.ZodType<Wire<T>>

const HealthSchema = z
  .object({
    status: z.enum(healthStatuses).describe('How it does'),
    reason: z.enum(healthReasons).describe('Why; none = all is well'),
    detail: text("The other side's own words; '' = none"),
    advice: text("What to do about it; '' when all is well"),
    since: at('So since'),
    last_ok_at: at('Last good answer; null = never').nullable(),
    next_try_at: at('Next try; null = not planned').nullable(),
    latency_p50_ms: milliseconds('Half of the answers came faster; null = no answers yet').nullable(),
    latency_p95_ms: milliseconds('19 in 20 answers came faster; null = no answers yet').nullable(),
    consecutive_failures: count('Failures in a row'),
    version: text('Version last seen; null = never').nullable(),
  })
  .meta({id: 'ServerHealth'}) satisfies Carries<ServerHealth>

const StatsSchema = z
  .object({
    down_speed: bytesPerSecond('Download rate of the whole server'),
    up_speed: bytesPerSecond('Upload rate of the whole server'),
    session_downloaded: bytes('Downloaded since it started').optional(),
    session_uploaded: bytes('Uploaded since it started').optional(),
    all_time_downloaded: bytes('Downloaded in all').optional(),
    all_time_uploaded: bytes('Uploaded in all').optional(),
    free_space: bytes('Free where it saves by default').optional(),
    disk_size: bytes('Of that disk; absent = not known').optional(),
    free_space_unknown: text(
      'Why what it reports of that does not count: its disk is away, another one, read-only, or was not seen yet',
    ).optional(),
    default_save_path: text('Where it saves by default').optional(),
    down_limit: bytesPerSecond('Download limit in force; null = none').nullable().optional(),
    up_limit: bytesPerSecond('Upload limit in force; null = none').nullable().optional(),
    alt_speed: flag('The alternative limits are in force').optional(),
    queueing: flag('It queues torrents').optional(),
    connection: z.enum(['connected', 'firewalled', 'disconnected']).optional().describe('To the swarm'),
    dht_nodes: count('DHT nodes known').optional(),
    peers: count('Peers connected').optional(),
    uptime: seconds('Since it started').optional(),
  })
  .meta({id: 'ServerStats'}) satisfies Carries<ServerFigures>

export const CategorySchema = z
  .object({
    name: text('Name'),
    save_path: text("Where its torrents are saved; '' or absent = the server's default").optional(),
  })
  .meta({id: 'Category'}) satisfies Carries<Category>

export const LimitsSchema = z
  .object({
    down: bytesPerSecond('Ordinary download limit; null = none').nullable(),
    up: bytesPerSecond('Ordinary upload limit; null = none').nullable(),
    alt_down: bytesPerSecond('Alternative download limit; null = none').nullable().optional(),
    alt_up: bytesPerSecond('Alternative upload limit; null = none').nullable().optional(),
    alt_speed: flag('The alternative limits are in force').optional(),
  })
  .meta({id: 'Limits'}) satisfies Carries<GlobalLimitsView>

export const ServerTestSchema = z
  .object({
    ok: flag('It answered and let us in'),
    latency_ms: milliseconds('How long it took; null = no answer').nullable(),
    version: text('What it says it is; null = it did not say').nullable(),
    torrents: count('Torrents it holds; null = not known').nullable(),
    reason: z.enum(healthReasons).describe('Why not; none = all is well'),
    detail: text("The other side's own words; '' = none"),
    advice: text("What to do about it; '' when all is well"),
  })
  .meta({id: 'ServerTest'}) satisfies Carries<ServerTest>

export const FeatureSchema = z
  .object({
    name: text('The verb or reading it is about'),
    support: z.enum(['native', 'limited', 'emulated', 'none']).describe('How well this server does it'),
    reason: text('What is missing, or how it is done instead'),
    takes: z
      .array(z.enum(filePriorities))
      .optional()
      .describe('Of setFilePriority alone: the priorities that this server has, the least first'),
  })
  .meta({id: 'Feature'})

export const serverName = {
  server_id: text('Stable id; from the configuration file it is the name of the section'),
  server_name: text('Name for people'),
  server_type: z.enum(serverKinds).describe('Kind of server'),
}

const card = {
  owner: z
    .object({id: text('Id of the owner'), name: text('Name of the owner')})
    .nullable()
    .describe('Whose it is; null = no owner, as of the configuration file'),
  origin: z
    .enum(['file', 'user'])
    .describe('file = a section of the configuration declares it; user = a user added it here'),
  access: z
    .enum(['view', 'control', 'own'])
    .describe('How far it is open to who asks: look, command its torrents, or change it too'),
  server_tags: z.array(z.string()).describe('Tags that its owner gave the server itself'),
  colour: text('#rrggbb; null = the page sets one').nullable(),
  icon: text('Name of an icon; null = that of its kind').nullable(),
  position: count('Its place in the list that you see, 0 first'),
  default_for_adding: flag('Default server for new torrents'),
} satisfies {[F in keyof Wire<ServerCardView>]: z.ZodType<Wire<ServerCardView>[F]>}

export const ServerSchema = z
  .object({
    ...serverName,
    ...card,
    url: text('Where it is reached, without credentials'),
    enabled: flag('It is used'),
    health: HealthSchema,
    version: text('Version of the daemon; null = not connected yet').nullable(),
    api_version: text('Version of its interface; null = not connected yet').nullable(),
    stats: StatsSchema.nullable().describe('Figures of the whole server, as of now; null = it is not online'),
    last_stats: StatsSchema.nullable().describe('As last reported, at synced_at; null = no answer yet'),
    categories: z.array(CategorySchema).describe('Its categories'),
    tags: z.array(z.string()).describe('Tags that its torrents can have'),
    torrents: count('Torrents known of it'),
    epoch: count('Rises whenever its list had to be read again'),
    synced_at: at('Last answer applied; null = none yet').nullable(),
    poll_ms: milliseconds('Between two questions at the moment; null = not asked').nullable(),
  })
  .meta({id: 'Server'})

export const ServerDetailSchema = ServerSchema.extend({
  features: z
    .array(FeatureSchema)
    .nullable()
    .describe('What this kind and version can do; null = not connected yet'),
}).meta({id: 'ServerDetail'})

/** How much of the fleet an answer speaks for. */
export const completeness = {
  complete: flag('Every server asked about is online; when false the figures lack something or are old'),
  servers_online: count('Servers asked about that are online'),
  servers_total: count('Servers asked about'),
}

/** A server beside the rows it gave: a failing one shows as its own error here. */
export const ServerInListSchema = z
  .object({
    ...serverName,
    status: z.enum(healthStatuses).describe('How it does'),
    reason: z.enum(healthReasons).describe('Why; none = all is well'),
    detail: text("The other side's own words; '' = none"),
    advice: text("What to do about it; '' when all is well"),
    torrents: count('Torrents known of it'),
    stale_rows: count('Of these, shown from memory: it is not online, or starts and has not listed them yet'),
    synced_at: at('Last answer applied; null = none yet').nullable(),
  })
  .meta({id: 'ServerInList'})

export const MappingCheckSchema = z
  .object({
    from: text('Folder as the server writes it'),
    to: text('Folder here that it is mapped to'),
    verdict: z
      .enum(mappingVerdicts)
      .describe(
        'proven: files of several complete torrents lie there, with their sizes, and a download was seen to grow there, as no copy does. contradicted: the disk is there, and they do not; nothing there is removed or moved, and rules take what is seen there as unknown. unproven: neither could be found out',
      ),
    reason: text('What was found and, where it is contradicted, how that ends'),
    checked_at: at('Last look; null = not yet').nullable(),
  })
  .meta({id: 'MappingCheck'}) satisfies Carries<MappingCheck>

export const DepartedServerSchema = z
  .object({
    id: text('Of what is kept of it'),
    name: text('As it was called'),
    url: text('Where it was reached'),
    left_at: at('When it left the configuration'),
    until: at('When the protection of their data ends automatically'),
    torrents: count('Whose data it keeps, by its last list'),
    listed_at: at(
      'When its list was read last; null = never, and it may need anything, or, with torrents, an older Commodarr kept it',
    ).nullable(),
    behind: flag('Its list was not read for a while when it left: it may need more than its torrents by now'),
    replaced: flag('Another server answers at its address by now'),
  })
  .meta({id: 'DepartedServer'})
