/** What people asked for in request managers, as it travels. */
import {z} from 'zod'
import {requestedKinds, requestManagerKinds, requestStages} from '#model/requests.ts'
import {wholeParameter} from './parameters.ts'
import {windowLimits} from './torrent-query.ts'
import {at, count, flag, text} from './units.ts'

export const RequestsParameters = z.strictObject({
  arr: z.string().min(1).max(200).optional().describe('Id of an Arr: of this one alone'),
  stage: z.enum(requestStages).optional().describe('Only what has got so far'),
  offset: wholeParameter(0, 1e9).default(0).describe('Rank of the first row'),
  limit: wholeParameter(windowLimits.least, windowLimits.most)
    .default(windowLimits.usual)
    .describe('Rows at most'),
})

export const MediaRequestSchema = z
  .object({
    id: text('Of the request: its manager, and its number there'),
    manager: z.enum(requestManagerKinds).describe('seerr = Overseerr, Jellyseerr or Seerr'),
    kind: z.enum(requestedKinds).describe('What was requested'),
    title: text('As its Arr calls it, else its manager; null = both know it by numbers alone').nullable(),
    tmdb_id: count('At TMDB; null = not known').nullable(),
    tvdb_id: count('At TVDB; null = not known').nullable(),
    imdb_id: text('At IMDb; null = not known').nullable(),
    is_4k: flag('It was requested in 4K'),
    seasons: z
      .array(
        z.object({
          season: count('Number of the season'),
          episodes: z.array(z.number()).nullable().describe('Its episodes; null = all'),
        }),
      )
      .describe('Of a series: what was requested of it'),
    is_approved: flag('A user of its manager approved it'),
    requester: text(
      'Who requested it, as its manager says; null = that is not known, or is shown only to administrators and to who may command its Arr',
    ).nullable(),
    requested_at: at('When it was requested'),
    seen_at: at('When its manager listed it last, to within six hours'),
    arr_id: text('Id of the Arr that takes it; null = no Arr has it').nullable(),
    units: z
      .array(z.string())
      .describe(
        'What is searched for it, as in GET /api/wanted; none = all of it is there, or no Arr has it',
      ),
    stage: z
      .enum(requestStages)
      .describe(
        'pending = it is not approved, and its Arr takes approved ones alone, not_in_arr = no Arr has it, unmonitored = its ' +
          'Arr does not monitor it, waiting = it waits for its search, searching = it is being searched, downloading = it is ' +
          'in the queue of its Arr, available = all of it is there',
      ),
    says: text('The same as a sentence'),
  })
  .meta({id: 'MediaRequest'})

export const RequestsSchema = z.object({
  items: z
    .array(MediaRequestSchema)
    .describe('The rows of the window, newest first; of two Arrs that have it one each'),
  total: count('Rows of this stage'),
  counts: z
    .object(
      Object.fromEntries(
        requestStages.map((stage) => [stage, count(`Requests that are ${stage}`)]),
      ) as Record<(typeof requestStages)[number], z.ZodNumber>,
    )
    .describe('Of all stages'),
})
