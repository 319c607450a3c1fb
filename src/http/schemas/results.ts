/** What became of a command. */
import {z} from 'zod'
import {confirmWith, partly} from './answers.ts'
import {at, count, text} from './units.ts'

const outcomes = ['done', 'failed', 'refused', 'unconfirmed'] as const

const why = {
  code: z.string().optional().describe('Why not: a code of docs/reference/errors.md; absent when done'),
  message: z.string().optional().describe('Why not, in words; absent when done'),
  confirm_with: confirmWith.optional(),
}

const outcome = z
  .enum(outcomes)
  .describe('unconfirmed = no answer came: it may have been done, the next list of the server will show')

export const ItemResultSchema = z
  .object({server_id: text('Server'), info_hash: text('Torrent'), outcome, ...why})
  .meta({id: 'ItemResult', description: 'What became of one torrent in a command.'})

export const DoneSchema = z
  .object({
    server_id: text('Server'),
    info_hash: text('Torrent'),
    outcome: z.literal('done'),
    action_id: text('Undoes it: POST /api/actions/{id}/undo'),
  })
  .meta({id: 'Done'})

export const OutcomeCountsSchema = z
  .object({
    done: count('Done'),
    failed: count('Failed at the server'),
    refused: count('Refused here, nothing was sent'),
    unconfirmed: count('Sent, no answer came'),
  })
  .describe('How many ended how')

export const ActionResultsSchema = z
  .object({
    action_id: text('Finds it again: GET /api/actions/{id}'),
    results: z
      .array(ItemResultSchema)
      .describe(
        'One for each key, in the order of the keys; of a selection and of what was tried again those that are not done',
      ),
    results_omitted: count('Torrents that are not done beyond these 1,000'),
    counts: OutcomeCountsSchema,
  })
  .meta({id: 'ActionResults'})

export const HeldActionSchema = z
  .object({
    action_id: text('Takes it back: POST /api/actions/{id}/undo'),
    held_until: at('When it is sent'),
    count: count('Torrents that wait'),
    counts: OutcomeCountsSchema.describe('Of those that were refused at once'),
  })
  .meta({id: 'HeldAction', description: 'A removal that waits to be sent.'})

export const heldOrPartly = {
  202: HeldActionSchema.describe('It waits to be sent'),
  ...partly(ActionResultsSchema),
}

export const ChangeResultsSchema = z
  .object({
    server_id: text('Server'),
    info_hash: text('Torrent'),
    results: z
      .array(
        z.object({
          field: text('What was to change'),
          action_id: text('Undoes it, or tries it again: POST /api/actions/{id}/undo and /retry'),
          outcome,
          ...why,
        }),
      )
      .describe('One for each change'),
  })
  .meta({id: 'ChangeResults', description: 'What became of each change, in the order they were made.'})

export const AddedSchema = z
  .object({
    server_id: text('Server'),
    status: z
      .enum(['added', 'duplicate', 'pending'])
      .describe(
        'duplicate = it had it already; pending = the server fetches it itself and has not said how that went',
      ),
    info_hash: z.string().nullable().describe('Its hash; null = not known yet'),
  })
  .meta({id: 'Added'})

export const UploadResultsSchema = z
  .object({
    server_id: text('Server'),
    results: z
      .array(
        z.object({
          file_name: text('The uploaded file'),
          status: z
            .enum(['added', 'duplicate', 'pending', 'failed', 'unconfirmed'])
            .describe('What became of it'),
          info_hash: z.string().nullable().describe('Its hash; null = not known'),
          ...why,
        }),
      )
      .describe('One for each file, in their order'),
  })
  .meta({id: 'UploadResults'})
