/** What somebody did just now, as it travels. */
import {z} from 'zod'
import {actionStates} from '#executor/action.ts'
import {ItemResultSchema, OutcomeCountsSchema} from './results.ts'
import {at, count, flag, text} from './units.ts'

export const ActionIdParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the action')})

export const ActionProblemSchema = ItemResultSchema.extend({
  name: text('Its name; null = not known').nullable(),
}).meta({id: 'ActionProblem', description: 'One torrent of an action that did not end done.'})

const tally = {
  counts: OutcomeCountsSchema,
  problems: z
    .array(ActionProblemSchema)
    .describe('Those that did not end done; the first 1,000, in a list 20'),
  problems_omitted: count('Such torrents beyond these'),
}

export const RecentActionSchema = z
  .object({
    action_id: text('Its id'),
    verb: text('What was done'),
    args: z.record(z.string(), z.unknown()).describe('With what; never a secret'),
    at: at('When it was asked for'),
    state: z
      .enum(actionStates)
      .describe(
        'held = waits to be sent; undone = taken back or put back; dropped = never sent, the program stopped',
      ),
    held_until: at('When it is sent; null = it does not wait').nullable(),
    ended_at: at('When it ended; null = not yet').nullable(),
    retry_of: text('The action of which it repeats what did not end done; null = none').nullable(),
    count: count('Torrents'),
    servers: z
      .array(
        z.object({server_id: text('Server'), server_name: text('Its name'), count: count('Torrents on it')}),
      )
      .describe('Where, as far as you may see'),
    ...tally,
    retryable: count('Torrents that can be tried again'),
    undo: z
      .object({
        possible: flag('It can be undone now'),
        until: at('As long as it can; null = it cannot').nullable(),
        count: count('Torrents that would be put back, or not be removed'),
        unknown: count('Torrents of which nobody knows how they were; they stay as they are'),
        slow: flag('Data would be moved back'),
      })
      .describe('Whether and how it can be undone'),
    undone: z.object(tally).nullable().describe('What became of putting back; null = nothing was put back'),
  })
  .meta({id: 'RecentAction', description: 'One verb on many torrents, and what became of them.'})

export const RecentActionsSchema = z.object({
  actions: z.array(RecentActionSchema).describe('Newest first'),
})
