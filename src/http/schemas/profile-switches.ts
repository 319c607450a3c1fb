/** Temporary quality profiles, as they travel. */
import {z} from 'zod'
import {containerKinds, profileSwitchStates, restoreReasons} from '#model/profile-switches.ts'
import {wholeParameter} from './parameters.ts'
import {windowLimits} from './torrent-query.ts'
import {at, count, text} from './units.ts'

export const ProfileSwitchParameters = z.strictObject({
  arr: z.string().min(1).max(200).optional().describe('Id of an Arr: of this one alone'),
  group: z
    .enum(['open', 'ended'])
    .optional()
    .describe('open = what does not have its own profile, ended = all others'),
  offset: wholeParameter(0, 1e9).default(0).describe('Rank of the first row'),
  limit: wholeParameter(windowLimits.least, windowLimits.most)
    .default(windowLimits.usual)
    .describe('Rows at most'),
})

export const ProfileSwitchParams = z.object({id: z.string().min(1).max(300).describe('Of the row')})

export const ProfileSwitchSchema = z
  .object({
    id: text('Of this row'),
    arr_id: text('Id of its Arr'),
    kind: z.enum(containerKinds),
    item_id: count('The number that its Arr gave it'),
    title: text('As the Arr calls it'),
    original: text('Its own quality profile, which comes back'),
    temporary: text('The one that it has meanwhile'),
    state: z
      .enum(profileSwitchStates)
      .describe(
        'intended = about to be set, switched = it has the temporary one, restoring = its own is being put back, restored = ' +
          'it has its own, kept = it was imported and keeps the temporary one, superseded = it was given another one ' +
          'meanwhile, gone = it left its Arr, needs_you = its own does not exist any more',
      ),
    says: text('The same as a sentence'),
    since: at('Since when it has this state'),
    begun_at: at('When it was first given another profile'),
    reason: z.enum(restoreReasons).nullable().describe('Why its own is put back; null = it is not (yet)'),
    due: z
      .enum(restoreReasons)
      .nullable()
      .describe(
        'Why its own would be put back now, as far as is known without asking its Arr; null = it would not',
      ),
    only_shown: z.boolean().describe('Nothing is sent to its Arr, which is only watched'),
    tries: count('Times in a row that its Arr did not do it'),
  })
  .meta({id: 'ProfileSwitch'})

export const ProfileSwitchesSchema = z.object({
  items: z.array(ProfileSwitchSchema).describe('The rows of the window, newest first'),
  total: count('Rows of this group'),
  arrs: z
    .array(
      z.object({
        arr_id: text('Id of the Arr'),
        on: z.boolean().describe('Temporary profiles are on there'),
        only_shown: z.boolean().describe('Nothing is sent there'),
        stopped_until: at(
          'Nothing is switched there until then, as another program puts own profiles back; null = it is',
        ).nullable(),
        problems: z.array(z.string()).describe('What is wrong with its mappings'),
        waiting: count(
          'So many items would get a temporary profile as their turns come; null = not known',
        ).nullable(),
      }),
    )
    .describe('The Arrs that you see'),
})
