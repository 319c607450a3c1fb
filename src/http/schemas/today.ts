/** What was done in a stretch of time, in a few lines, as it travels. */
import {z} from 'zod'
import {dayKinds} from '#journal/day-summary.ts'
import {arrKinds} from '#model/arr.ts'
import {reasonCodes} from '#model/decision.ts'
import {timeParameter} from './parameters.ts'
import {at, bytes, count, flag, seconds, text} from './units.ts'

export const TodayQuery = z.strictObject({
  from: timeParameter('From then on, a week ago at most; 24 h ago when absent'),
})

const torrents = z.array(z.object({server_id: text('Server'), info_hash: text('Info hash')}))

const DayLineSchema = z
  .object({
    kind: z
      .enum(dayKinds)
      .describe(
        'given_up: a rule failed a download. recycled: rules moved torrents to the trash. removed: rules removed ' +
          'them. deleted: users and programs did. added, restored: by them. failed: whatever did not work. ' +
          'simulated: by dry runs',
      ),
    count: count('How many'),
    last_at: at('When the newest of them began'),
    actor: text('Who did all of them; null = several').nullable(),
    rule_id: text('The rule that requested all of them; null = several, or none').nullable(),
    reason: z
      .enum(reasonCodes)
      .nullable()
      .describe('Why, of all of them; null = they differ, or no rule did it'),
    bytes: bytes('What went with them; null = not known of all').nullable(),
    names: z.array(z.string()).describe('Of the newest, at most three'),
    torrents: torrents.nullable().describe('Which; null = more than 50, or not all of them are torrents'),
  })
  .meta({id: 'DayLine', description: 'What was done of one kind.'})

const OutageSchema = z.object({
  server_id: text('Server'),
  at: at('Since when it did not answer, or refused us'),
  ended_at: at('When it was back'),
})

const ArrivalSchema = z
  .object({
    arr_id: text('The Arr that imported it'),
    arr_name: text('What the Arr is called'),
    arr_kind: z.enum(arrKinds),
    at: at('When'),
    title: text('Movie, episodes, album or book, else the name of the torrent; null = not known').nullable(),
    server_id: text('Where its torrent was; null = not known').nullable(),
    info_hash: text('Of its torrent; null = not known').nullable(),
    there: flag('Its torrent is on its server now'),
  })
  .meta({id: 'Arrival', description: 'A download that an Arr imported.'})

export const TodaySchema = z.object({
  from: at('From then on'),
  lines: z.array(DayLineSchema).describe('The kind that happened last first; without routine of rules'),
  complete: flag('false = there were more than 5,000: only the newest are counted'),
  outages: z.array(OutageSchema).describe('Those that ended, newest first'),
  arrivals: z
    .object({
      count: count('Downloads that were imported'),
      usual_delay: seconds('From complete to imported, the median; null = not known of any').nullable(),
      newest: z.array(ArrivalSchema).describe('Newest first, at most 20'),
    })
    .nullable()
    .describe('null = you see no Arr'),
})
