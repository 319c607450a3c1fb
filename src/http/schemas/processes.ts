/** The threads beside the main one, as they travel. */
import {z} from 'zod'
import {threadStates, type ThreadView} from '#model/manager.ts'
import type {Wire} from '../answers/codec.ts'
import {at, bytes, count, text} from './units.ts'

export const ProcessParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the process')})

export const ProcessSchema = z
  .object({
    id: text('Unique'),
    kind: text('What it is for'),
    name: text('Of whom'),
    state: z
      .enum(threadStates)
      .describe(
        'waiting: it died and will be started again; given_up: it died too often; stopped: on purpose',
      ),
    since: at('So since'),
    restarts: count('Starts after the first one, since Commodarr began'),
    last_end: z
      .object({
        at: at('When'),
        why: z.enum(['crashed', 'silent', 'out_of_memory', 'slow_start', 'asked']),
        message: text('What it said'),
      })
      .nullable()
      .describe('The last time it did not end on purpose; null = never'),
    next_start_at: at('While it waits').nullable(),
    pulse: z
      .object({
        heap_used: bytes('Of its memory'),
        last_pass_at: at('When it last evaluated; null = not yet').nullable(),
        next_pass_at: at('When it will again at the latest; null = not planned').nullable(),
      })
      .nullable()
      .describe('null = it has not said anything yet, or does not run'),
  })
  .meta({id: 'Process'}) satisfies z.ZodType<Wire<ThreadView>>

export const MediaProbeSchema = z
  .object({
    command: text('A path, or the name that is looked for in PATH'),
    version: text(
      'As it writes it itself; null = there is none that runs, so media are not probed',
    ).nullable(),
  })
  .nullable()
  .describe('The ffprobe that looks into media; null = no Arr needed it yet')

export const RestartBody = z
  .strictObject({kind: z.string().min(1).max(100).optional().describe('Of these; left out = all')})
  .meta({id: 'ProcessRestart'})

export const RestartedSchema = z.object({restarted: z.array(z.string()).describe('Their ids')})
