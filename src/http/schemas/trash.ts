/** What was set aside, and what waits for an answer, as they travel. */
import {z} from 'zod'
import {trashStates} from '#model/automation-state.ts'
import {reasonCodes} from '#model/decision.ts'
import {subjectKinds} from '#model/fact.ts'
import {librariesAway, restoringSteps} from '#model/trash.ts'
import {ConditionTraceSchema, HoldSchema, WantedActionSchema} from './explanation.ts'
import {wholeParameter} from './parameters.ts'
import {at, bytes, count, flag, share, text} from './units.ts'

const rule = z
  .object({
    id: text('Id of the rule'),
    revision: z.number(),
    name: text('null = it is there no more').nullable(),
  })
  .describe('The rule that decided')

export const TrashParams = z.strictObject({
  id: z.string().min(1).max(200).describe('Id of what was set aside'),
})

export const TrashItemSchema = z
  .object({
    id: text('Id of what was set aside'),
    server_id: text('Server'),
    server_name: text('What the server is called'),
    info_hash: text('Info hash; null = it belonged to no torrent').nullable(),
    name: text('Of the torrent, as it was called then; of what belonged to none its path'),
    verb: z
      .enum(['recycle', 'extraFiles.recycle', 'orphan.recycle', 'remove', 'removeWithData'])
      .describe(
        'recycle: its files were moved out of the way. extraFiles.recycle: unwanted files were; the torrent is still there. orphan.recycle: files that no torrent claimed were. The others: the torrent was removed, and can be added again',
      ),
    files: count('Files in the recycle area; 0 = its data was left where it was, or is gone'),
    bytes: bytes('What they take'),
    set_aside_at: at('When'),
    until: at(
      'When it is deleted permanently; not before an administrator decides while server_left or found',
    ),
    found: flag(
      'It lay in a trash folder and in no list, as an older copy of the database was put back. Administrators see it, and no time and no rule deletes it',
    ),
    server_left: flag(
      'Its server is not configured any more. Only administrators see it, and it stays until one of them restores its files or deletes it, or the server is back',
    ),
    state: z.enum(trashStates),
    under_way: flag('It is still being set aside, for some seconds: it cannot be restored or deleted yet'),
    state_at: at('Since when'),
    restoring: z
      .object({
        step: z
          .enum(restoringSteps)
          .describe(
            'files: they are moved back. check: its server checks them. settings: all else is made as it was',
          ),
        progress: share('How much its server has checked; null = it does not check now').nullable(),
      })
      .nullable()
      .describe(
        'How far its restoring is; null = it is not being restored. Meanwhile it cannot be restored again',
      ),
    failed: z
      .enum(['restore', 'purge'])
      .nullable()
      .describe(
        'What could not be done with it last; message says why. null = nothing was tried, or it succeeded',
      ),
    not_restored: z
      .array(
        z.object({path: text('Below the folder that it was restored to'), reason: text('Why, for people')}),
      )
      .describe('Files that did not come back when it was restored, the first 1,000 of them'),
    in_library: flag(
      'Its files were the library of an Arr, or a part of it, when a person set them aside: deleted permanently, they are gone from it. null = not known, or no files were set aside by a person',
    ).nullable(),
    arr_id: text('Arr whose download it was; null = of none that you see, or not known').nullable(),
    library_away: z
      .enum(librariesAway)
      .nullable()
      .describe(
        'Its files may be the last copy of what an Arr imported. unreachable: that Arr does not answer. unseen: its library can’t be seen. Meanwhile it is not deleted automatically. null = the library is seen, or there is none',
      ),
    message: text(
      'What kept it from being set aside, restored or purged, what it waits for, or what is not as it was; null = nothing',
    ).nullable(),
    rule: rule.nullable().describe('The rule that did it; null = a person did'),
    user_name: text('Who did it; null = a rule, or a user without an account').nullable(),
  })
  .meta({id: 'TrashItem', description: 'A torrent that was set aside and can be brought back.'})

export const TrashListSchema = z.object({
  items: z.array(TrashItemSchema).describe('Newest first; also what came back or went, for a month'),
})

export const ApprovalParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the decision')})

export const ApprovalHold = z.strictObject({
  hold_seconds: wholeParameter(0, 60)
    .default(0)
    .describe('Do it only after so many seconds, unless the answer is taken back; 0 = now'),
})

export const ApprovalSchema = z
  .object({
    id: text('Id of the decision, as in the journal'),
    at: at('When it was decided'),
    until: at('From then on it counts as unanswered'),
    rule,
    reason: z.enum(reasonCodes),
    subject: z.enum(subjectKinds).describe('What kind of thing it is about'),
    server_id: text('Server; null = it concerns none').nullable(),
    server_name: text('What the server is called; null = it concerns none').nullable(),
    info_hash: text('Torrent; null = it concerns none').nullable(),
    arr_id: text('Arr whose torrent it is, or that its rule is for; null = none that you see').nullable(),
    name: text('Of the torrent, or of whatever it is about').nullable(),
    size: bytes('Of the torrent; absent = not known').optional(),
    actions: z.array(WantedActionSchema),
    evidence: ConditionTraceSchema,
    hold: HoldSchema.nullable(),
    message: text('Why you are asked; null = its rule always asks first').nullable(),
  })
  .meta({id: 'Approval', description: 'What a rule that asks first wants to do.'})

export const ApprovalListSchema = z.object({
  approvals: z.array(ApprovalSchema).describe('Those that you may answer, oldest first'),
})
