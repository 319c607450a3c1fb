/** Downloads that an Arr does not import, with what can be done about each, as they travel. */
import {z} from 'zod'
import {rejectClasses} from '#model/arr.ts'
import {triageActions} from '#model/import-triage.ts'
import {at, bytes, count, flag, text} from './units.ts'

const action = z
  .enum(triageActions)
  .describe(
    'import = the Arr imports it if each file is proven to be of what it was grabbed for; blocklist = the release is not ' +
      'grabbed again, and nothing is searched; blocklist_search = the same, and another release is searched; leave = nothing',
  )

const TriageRowSchema = z
  .object({
    queue_id: count('Id of its row in the queue of the Arr; of a pack of the first that waits'),
    download_id: text('As the Arr writes it; null = not handed to a torrent server').nullable(),
    title: text('Name of the release'),
    media_title: text('What it is for, as the Arr calls it; null = not known').nullable(),
    size: bytes('Of the whole download; 0 = not known'),
    since: at('When it was first seen so'),
    says: z.array(z.string()).describe('The words of the Arr, each once'),
    class: z
      .enum(rejectClasses)
      .describe('Why the Arr does not import it; of several reasons the one that decides'),
    words: text('The same in plain words'),
    proposed: action,
    actions: z
      .array(z.object({action, would: text('What it would do')}))
      .describe('All that can be done about it, what is proposed first'),
  })
  .meta({id: 'TriageRow'})

export const TriageSchema = z.object({
  as_of: at(
    'The Arr does not answer: the rows are as they were then; null = they are as they are',
  ).nullable(),
  rows: z.array(TriageRowSchema).describe('What waits and is about to be ended by no rule'),
})

export const TriageBody = z.strictObject({
  items: z
    .array(
      z.strictObject({
        queue_id: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe('As in the list'),
        action,
      }),
    )
    .min(1)
    .max(50)
    .describe('Each row once'),
  dry_run: z
    .boolean()
    .default(false)
    .describe('true = only what would be done; the Arr is asked, and changes nothing'),
})

export const TriageResultSchema = z.object({
  items: z.array(
    z.object({
      queue_id: count('As it was given'),
      action,
      outcome: z
        .enum(['would', 'done', 'refused'])
        .describe(
          'would = it can be done; done = the Arr has done it; refused = it was not, or cannot be, done',
        ),
      code: text('Why not; null = as above').nullable(),
      message: text('What would be or was done, or why not'),
      undoable: flag('It can be taken back: the release is removed from the blocklist in the Arr'),
    }),
  ),
})
