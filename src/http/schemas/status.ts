/** The program and its servers at a glance, as it travels. */
import {z} from 'zod'
import {arrKinds} from '#model/arr.ts'
import {errorCodes} from '#model/errors.ts'
import {healthReasons, healthStatuses} from '#model/server.ts'
import {completeness, serverName} from './server.ts'
import {at, count, flag, text} from './units.ts'

export const Aliveness = z.object({
  alive: flag('It is online'),
  host: text('Host; null = none, or reached by a socket').nullable(),
  port: count('Port; null = none').nullable(),
  version: text('Version of the daemon; null = not connected yet').nullable(),
})

export const Instance = Aliveness.extend({
  ...serverName,
  status: z.enum(healthStatuses).describe('How it does'),
  reason: z.enum(healthReasons).describe('Why; none = all is well'),
  advice: text("What to do about it; '' when all is well"),
  torrents: count('Torrents known of it'),
}).meta({id: 'Instance'})

export const arrStates = ['off', 'starting', 'away', 'behind', 'looking_after'] as const

export const ArrInstance = z
  .object({
    id: text('Of the Arr'),
    name: text('How people call it'),
    category: text('Of its torrents'),
    type: z.enum(arrKinds).describe('What it is'),
    alive: flag('It answers, and its downloads are managed'),
    state: z
      .enum(arrStates)
      .describe(
        'off: switched off, or something is in its way. away: it does not answer. behind: it said that something is ' +
          'new, and that is not read yet',
      ),
    queued: count('Rows in its queue; null = not known').nullable(),
    torrents: z.record(z.string(), z.number()).describe('Torrents of its category by the id of the server'),
    searches: z
      .object({
        wanted: count('So much of it is wanted, whatever holds it'),
        ready: count('So much of that waits for nothing but its turn'),
        pause: text(
          'Why nothing is searched there now; null = nothing but its turn is waited for',
        ).nullable(),
        until: at('Until when that holds; null = not known').nullable(),
        next_at: at('About when the next search is; null = not known').nullable(),
        hour: z.object({made: count('Items searched in the last hour'), most: count('At most')}),
        summary: text('The same in words'),
      })
      .nullable()
      .describe('How its searches stand; null = it is off'),
  })
  .meta({id: 'ArrInstance'})

export const Storage = z.object({
  ok: flag('What people keep can be written'),
  since: at('Since when it is so'),
  code: z.enum(errorCodes).nullable().describe('What ails the database; null = nothing'),
  message: text("The same in words; '' when all is well"),
})

export const ObservingSchema = z
  .object({
    since: at('Since'),
    until: at('Until then; an administrator is asked again. null = without an end').nullable(),
  })
  .nullable()

export const StatusSchema = z.object({
  qbit: Aliveness.describe('The server of the section [qBit], else the first qBittorrent'),
  qbitInstances: z.record(z.string(), Instance).describe('All servers, of every kind, by id'),
  arrs: z.array(ArrInstance).describe('The Arrs that you may see'),
  webui: z
    .object({
      host: text('Address that it listens at'),
      port: count('Port that it listens at'),
      url_base: text("Path below which everything is served; '' = none"),
    })
    .describe('Where the pages are'),
  ready: flag('It serves'),
  version: text('Version of Commodarr'),
  demo: flag('The fleet is simulated'),
  observing: ObservingSchema.describe(
    'The rules of the configuration only report what they would do; null = they act',
  ),
  storage: Storage.optional().describe('State of the database; for administrators only'),
  torrents: count('Torrents of all servers'),
  ...completeness,
})
