/** Searches of Arrs, which there were and what people have searched, as they travel. */
import {z} from 'zod'
import {searchCauses, searchOutcomes} from '#model/automation-state.ts'
import {liveLimits} from '#model/live.ts'
import {searchAnswers, searchersOf} from '#model/searches.ts'
import {LAST_MOMENT} from '#model/units.ts'
import {wholeParameter} from './parameters.ts'
import {windowLimits} from './torrent-query.ts'
import {at, count, text} from './units.ts'

export const SearchesParameters = z.strictObject({
  q: z
    .string()
    .max(liveLimits.queryLength)
    .optional()
    .describe(
      'What the search box takes (docs/use/search.md), with the fields of searches: words in the title, ' +
        'outcome:nothing_found, why:missing, by:person, arr:radarr, at<7d, found>0, release:remux',
    ),
  offset: wholeParameter(0, 1e9).default(0).describe('Rank of the first row'),
  limit: wholeParameter(windowLimits.least, windowLimits.most)
    .default(windowLimits.usual)
    .describe('Rows at most'),
})

export const SearchParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the search')})

const moment = (says: string) => at(`${says}; null = not known`).nullable()

export const StoredSearchSchema = z
  .object({
    id: text('Its id'),
    arr_id: text('Id of its Arr'),
    unit: text(
      'What one search is about: movie/17, season/5/3 (series, season), episode/99, album/3, book/8; null = several things',
    ).nullable(),
    items: z.array(z.string()).describe('What the Arr was asked for: movie/17, episode/99'),
    title: text('As the Arr calls it; null = not known').nullable(),
    by: z
      .enum(searchersOf)
      .describe(
        'person = a user wanted it; rule = a rule did; failure = a download was given up; request = it was requested in a ' +
          'request manager; schedule = its turn came, as it is missing or could be better',
      ),
    cause: z.enum(searchCauses).describe('As in GET /api/arrs/{id}/searches: of a request, schedule'),
    reason: text('Why, in one word: missing, cutoff, …; of a rule or a failure as it calls it'),
    asked_at: at('When the Arr was asked'),
    ended_at: moment('When it ended'),
    outcome: z
      .enum([...searchOutcomes, 'running'])
      .describe('What came of it, as in GET /api/arrs/{id}/searches; running = it is not known to be over'),
    said: text('The last words of the Arr about it; null = none').nullable(),
    found: count('Releases that indexers had; null = the Arr does not say').nullable(),
    indexers: count('Indexers that were asked; null = the Arr does not say').nullable(),
    grabs: z
      .array(
        z.object({
          title: text('Name of the release'),
          download_id: text('Of the download, as in the queue; null = the Arr lost it').nullable(),
          servers: z
            .array(z.object({server_id: text('Id of the server'), info_hash: text('Of the torrent there')}))
            .describe('Where it is now, of the servers that you see'),
        }),
      )
      .describe('What it grabbed'),
    refused: z
      .array(z.object({title: text('Name of the release'), why: text("As the Arr says it; '' = not at all")}))
      .describe('What it picked, and its download client did not take'),
    rejects: z
      .record(z.string(), z.number())
      .describe('Of how many releases the Arr says each class of reasons; empty = it was not asked why'),
  })
  .meta({id: 'StoredSearch'})

const spent = (says: string, most: string) => z.object({made: count(says), most: count(most)})

export const SearchesOfArrSchema = z
  .object({
    arr_id: text('Id of the Arr'),
    wanted: count('So much of it is wanted, whatever holds it'),
    ready: count('So much of that waits for nothing but its turn'),
    pause: text(
      'Why nothing that is missing is searched there now; null = nothing but its turn is waited for',
    ).nullable(),
    says: text('The same as a sentence; null = as above').nullable(),
    until: moment('Until when that holds'),
    next_at: moment('About when the next search is'),
    hour: spent('Items that were searched in the last hour', 'So many an hour at most'),
    day: spent('Items that were searched in the last day', 'So many a day at most; 0 = no limit'),
    paused: z
      .object({since: at('Since when'), until: at('Until when; null = until it is resumed').nullable()})
      .nullable()
      .describe('A user paused its searches; null = they are not paused'),
  })
  .meta({id: 'SearchesOfArr'})

export const StoredSearchesSchema = z.object({
  items: z.array(StoredSearchSchema).describe('Newest first'),
  total: count('Searches that pass the filter'),
  offset: count('Rank of the first row'),
  limit: count('Rows at most'),
  counts: z
    .partialRecord(z.enum([...searchOutcomes, 'running']), z.number())
    .describe('Of all that pass the filter, by outcome'),
  arrs: z.array(SearchesOfArrSchema).describe('How searches stand in the Arrs that you see and that are on'),
})

const UnitSchema = z.strictObject({
  arr_id: z.string().min(1).max(200).describe('Id of the Arr'),
  unit: z
    .string()
    .regex(
      /^(?:(?:movie|episode|album|book)\/\d{1,10}|season\/\d{1,10}\/\d{1,6})$/,
      'movie/17, season/5/3, episode/99, album/3 or book/8',
    )
    .describe('movie/17, season/5/3 (series, season), episode/99, album/3 or book/8'),
})
const items = z.array(UnitSchema).min(1).max(1_000)

export const SearchNowBody = z
  .strictObject({
    items: items.optional().describe('What is to be searched; absent = what is ready'),
    arrs: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(100)
      .optional()
      .describe('Without items: only what is ready in these Arrs; absent = in all that you may command'),
    all: z.literal(true).optional().describe('Without items: what is ready, the first 1,000 of it'),
    dry_run: z.boolean().default(false).describe('Nothing is searched; only what it would cost is returned'),
  })
  .refine(
    (body) =>
      (body.items === undefined) === (body.all === true) && (body.arrs === undefined || body.all === true),
    {message: 'either items, or all, which takes arrs', path: ['items']},
  )
  .meta({id: 'SearchNow'})

export const SearchNowAnswer = z.object({
  items: z
    .array(
      z.object({
        arr_id: text('Id of the Arr'),
        unit: text('What is to be searched'),
        answer: z
          .enum(searchAnswers)
          .describe(
            'queued = it has the next turn, or would have it; running = it is being searched; held = something holds it that ' +
              'even you do not pass; unwanted = nothing of the season is wanted; unknown = no library has it, or its Arr ' +
              'is off; too_many = its turn would come in more than a day, so that it is not queued',
          ),
        hold: text('What holds it; null = nothing').nullable(),
        says: text('The same as a sentence; null = nothing holds it').nullable(),
        until: moment('Until when it is held'),
      }),
    )
    .describe('In the order of the request'),
  cost: z.object({
    searches: count('Searches that are made'),
    questions: count('Questions to indexers that they cost at least'),
    seconds: count('Until the last of them begins, at the pace of its Arr; seconds'),
    last_at: moment('When that is'),
  }),
  left: count('So many more are ready, which another request takes'),
})

export const HoldBody = z
  .strictObject({
    items: items.describe('What is not to be searched, or may be again'),
    hold: z.boolean().describe('true = not searched until it is released; false = released'),
  })
  .meta({id: 'HoldSearches'})

export const HoldAnswer = z.object({
  unknown: z
    .array(z.object({arr_id: text('Id of the Arr'), unit: text('What was to be held')}))
    .describe('What no library has; of the rest it is done'),
})

export const PauseBody = z
  .strictObject({
    until: z
      .number()
      .int()
      .min(0)
      .max(LAST_MOMENT)
      .nullable()
      .default(null)
      .describe('Until when; milliseconds since 1970 UTC; null = until it is resumed'),
  })
  .meta({id: 'PauseSearches'})
