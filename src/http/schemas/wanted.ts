/** What Arrs are to be asked to search, as it travels. */
import {z} from 'zod'
import {searchReasons, searchResults, wantedGroups} from '#model/searching.ts'
import {wholeParameter} from './parameters.ts'
import {windowLimits} from './torrent-query.ts'
import {at, count, text} from './units.ts'

export const WantedParameters = z.strictObject({
  arr: z.string().min(1).max(200).optional().describe('Id of an Arr: of this one alone'),
  group: z.enum(wantedGroups).optional().describe('Only what has got so far'),
  offset: wholeParameter(0, 1e9).default(0).describe('Rank of the first row'),
  limit: wholeParameter(windowLimits.least, windowLimits.most)
    .default(windowLimits.usual)
    .describe('Rows at most'),
})

const moment = (says: string) => at(`${says}; null = not known`).nullable()

export const WantedUnitSchema = z
  .object({
    arr_id: text('Id of its Arr'),
    unit: text(
      'What one search is about: movie/17, season/5/3 (series, season), episode/99, album/3, book/8',
    ),
    title: text('As the Arr calls it').nullable(),
    reason: z.enum(searchReasons).describe('Why it is wanted, the strongest reason'),
    group: z
      .enum(wantedGroups)
      .describe(
        'ready = it waits for its turn, resting = it was searched and is again later, coming = it is in the queue or being ' +
          'searched, unreleased = it is not out or has just come out, held = it is not searched before something changes',
      ),
    says: text('How it stands, as a sentence'),
    hold: text('Why it is not searched now; null = it is ready').nullable(),
    held_by: z
      .object({id: text('Its id'), name: text('Its name')})
      .nullable()
      .describe('The rule that keeps it from being searched; null = none does, or one that you do not see'),
    pause: text('What holds all of its Arr meanwhile; null = nothing, or it is held itself').nullable(),
    until: moment('Until when that holds'),
    place: count('Among those of its reason in its Arr; null = it waits for no turn').nullable(),
    of: count('So many of them there are').nullable(),
    next_at: moment('About when it is searched'),
    searched_at: at('When it was searched last because of Commodarr; null = it was not').nullable(),
    result: z.enum(searchResults).nullable().describe('How that ended; null = there was none, or it goes on'),
    empties: count('Searches in a row that found nothing to take'),
    requested_at: at('When it was requested in Overseerr, Seerr or Ombi; null = it was not').nullable(),
    requester: text(
      'Who requested it; null = that is not known, or is shown only to administrators and to who may command its Arr',
    ).nullable(),
  })
  .meta({id: 'WantedUnit'})

export const WantedSchema = z.object({
  items: z.array(WantedUnitSchema).describe('The rows of the window, Arr after Arr, as their turns come'),
  total: count('Rows of this group'),
  counts: z
    .object({
      ready: count('It waits for its turn'),
      resting: count('It was searched, and is again later'),
      coming: count('It is in the queue of its Arr, or being searched'),
      unreleased: count('It is not out, or has just come out'),
      held: count('It is not searched before something changes'),
    })
    .describe('Of all groups'),
  arrs: z
    .array(
      z.object({
        arr_id: text('Id of the Arr'),
        wanted: count('So much of it is wanted, whatever holds it'),
        pause: text(
          'Why nothing that is missing is searched there now; null = nothing but its turn is waited for',
        ).nullable(),
        says: text('The same as a sentence; null = as above').nullable(),
        until: moment('Until when that holds'),
      }),
    )
    .describe('The Arrs that you see'),
})
