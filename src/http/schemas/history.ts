/** What servers did over time, as it travels. */
import {z} from 'zod'
import {metrics, summedMetrics, type Metric} from '#history/series.ts'
import {entryOutcomes} from '#journal/outcomes.ts'
import {snake, type Snake} from '#lib/snake-case.ts'
import {milestones} from '#model/decision.ts'
import {healthReasons, healthStatuses} from '#model/server.ts'
import {commaParameter, listParameter, timeParameter, wholeParameter} from './parameters.ts'
import {at, count, text} from './units.ts'

type WireMetric = Snake<Metric>

const wireMetrics = metrics.map(snake) as readonly WireMetric[]

/** Says at compile time that every metric is described. */
const says: Readonly<Record<WireMetric, string>> = {
  down_speed: 'Mean download rate while it was online; bytes/s, null = it was not',
  up_speed: 'Mean upload rate while it was online; bytes/s, null = it was not',
  down_speed_max: 'Highest download rate; bytes/s, null = it was not online',
  up_speed_max: 'Highest upload rate; bytes/s, null = it was not online',
  downloaded: 'Downloaded; bytes',
  uploaded: 'Uploaded; bytes',
  torrents: 'Torrents at the end',
  downloading: 'Torrents that were downloading at the end, waiting ones too',
  seeding: 'Torrents that were seeding at the end, waiting ones too',
  failing: 'Torrents in error or without their files at the end',
  free_space: 'Free where it saves by default, at the end; bytes',
  latency_ms: 'Mean time to answer; milliseconds',
  online: 'Share of the time in which it answered; 0 to 1',
}

// As many as a house may have: the pages ask for all that they show.
const server = listParameter(z.string().min(1).max(200), 'These servers, all when absent', 1_000)

export const HistoryQuery = z.strictObject({
  server_id: server,
  from: timeParameter('Points from then on; an hour before to when absent'),
  to: timeParameter('Points before; now when absent'),
  span: z
    .enum(['auto', '10', '60', '3600', '86400'])
    .default('auto')
    .describe('Seconds a point stands for; auto = the finest that makes at most 2,000 points'),
  metrics: commaParameter(z.enum(wireMetrics), `All when absent: ${wireMetrics.join(', ')}`),
})

export const HealthQuery = z.strictObject({
  server_id: server,
  from: timeParameter('Changes from then on'),
  to: timeParameter('Changes before'),
  limit: wholeParameter(1, 1_000).default(200).describe('Changes at most'),
})

const values = (some: readonly WireMetric[]) =>
  z.object(Object.fromEntries(some.map((it) => [it, points(says[it])]))).partial()

function points(what: string) {
  return z.array(z.number().nullable()).describe(`${what}. One for each point; null = not known`)
}

export const HistorySchema = z.object({
  span: count('Seconds a point stands for'),
  at: z.array(at('Begins')).describe('Where each point begins'),
  servers: z
    .array(z.object({server_id: text('Server'), values: values(wireMetrics).describe('Its metrics')}))
    .nullable()
    .describe('null = too many to list one by one: ask for fewer servers, metrics or points'),
  sum: values(summedMetrics.map(snake)).describe(
    'All of them together, of the metrics that can be summed; online is the mean',
  ),
  reporting: z.array(z.number()).describe('Of how many servers each point of the sum is made'),
})

const time = {
  from: timeParameter('Points from then on; a day before to when absent'),
  to: timeParameter('Points before; now when absent'),
}

export const TrackerHistoryQuery = z.strictObject({
  server_id: server,
  ...time,
  span: z
    .enum(['auto', '3600', '86400'])
    .default('auto')
    .describe('Seconds a point stands for; auto = hours while they are kept and at most 2,000, else days'),
})

export const TorrentHistoryQuery = z.strictObject({
  server_id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Which server; needed when several hold the torrent, or none does any more'),
  ...time,
  span: z
    .enum(['auto', '10', '3600', '86400'])
    .default('auto')
    .describe('Seconds a point stands for; auto = 10 within the last ten minutes, else hours or days'),
})

export const TrackerHistorySchema = z.object({
  span: count('Seconds a point stands for'),
  at: z.array(at('Begins')).describe('Where each point begins'),
  trackers: z
    .array(
      z.object({
        name: text(
          "Name of its profile, else its host; '' = no tracker, * = those that are too small, or too many, together",
        ),
        hosts: z.array(z.string()).describe('Hosts that are counted in it; none = no tracker, or several'),
        downloaded: points('Downloaded; bytes'),
        uploaded: points('Uploaded; bytes'),
        torrents: points('Torrents at the end'),
      }),
    )
    .describe('Those that moved most first, * last'),
  reporting: z.array(z.number()).describe('Of how many servers each point is made'),
})

export const TorrentHistorySchema = z.object({
  span: count('Seconds a point stands for'),
  at: z.array(at('Begins')).describe('Where each point begins'),
  downloaded: points('Downloaded; bytes'),
  uploaded: points('Uploaded; bytes'),
  progress: points('Downloaded of what is wanted, at the end; 0 to 1'),
  marks: z
    .array(
      z.object({
        at: at('When'),
        what: text(`What happened: ${milestones.join(', ')}, or a verb of the journal`),
        arr_id: text('The Arr that did it; null = none').nullable(),
        entry_id: text('Entry of the journal; null = none').nullable(),
        outcome: z.enum(entryOutcomes).nullable().describe('What became of it; null = it is no action'),
      }),
    )
    .describe('Of that time, the first first'),
})

export const HealthHistorySchema = z.object({
  changes: z
    .array(
      z.object({
        server_id: text('Server'),
        at: at('From then on it did so'),
        status: z.enum(healthStatuses).describe('How it does'),
        reason: z.enum(healthReasons).describe('Why; none = all is well'),
        detail: text("The other side's own words; '' = none"),
      }),
    )
    .describe('Newest first'),
})
