/** What Arrs have in their libraries, as it travels. */
import {z} from 'zod'
import {arrKinds} from '#model/arr.ts'
import {
  availabilities,
  libraryDoubts,
  libraryKinds,
  librarySorts,
  libraryStates,
  seriesTypes,
} from '#model/library.ts'
import {liveLimits} from '#model/live.ts'
import {commaParameter, wholeParameter} from './parameters.ts'
import {windowLimits} from './torrent-query.ts'
import {at, bytes, count, flag, text} from './units.ts'

export const LibraryQuerySchema = z.strictObject({
  q: z
    .string()
    .max(liveLimits.queryLength)
    .optional()
    .describe(
      'What the search box takes (docs/use/search.md), with the fields of libraries: words in the title, ' +
        'state:missing, arr:radarr, year>=2020, tag:kids, quality:1080p, searched>30d; without a kind: only movies, series, ' +
        'artists and authors are listed',
    ),
  sort: commaParameter(
    z.enum(librarySorts.flatMap((name) => [name, `-${name}`])),
    'What to sort by, first one first, - before a name turns it round; title when absent',
  ).optional(),
  offset: wholeParameter(0, 1e9).default(0).describe('Rank of the first row'),
  limit: wholeParameter(windowLimits.least, windowLimits.most)
    .default(windowLimits.usual)
    .describe('Rows at most'),
})
export type LibraryParameters = z.output<typeof LibraryQuerySchema>

export const LibraryItemParams = z.strictObject({
  arr: z.string().min(1).max(200).describe('Id of the Arr'),
  kind: z.enum(libraryKinds).describe('What it is'),
  id: wholeParameter(1, 2 ** 32 - 1).describe(
    'Its number in the Arr; of a season that of its series times 10,000, plus its own',
  ),
})

const moment = (says: string) => at(`${says}; null = not known`).nullable()

export const LibraryItemSchema = z
  .object({
    arr_id: text('Id of its Arr'),
    arr: text('Name of its Arr'),
    kind: z.enum(libraryKinds).describe('What it is'),
    id: count('Its number in the Arr; of a season that of its series times 10,000, plus its own'),
    parent_id: count('Number of its series, artist or author').nullable(),
    season: count('Number of its season').nullable(),
    number: count('Number of an episode in its season').nullable(),
    title: text('As the Arr calls it; of a season that of its series'),
    year: count('When it came out').nullable(),
    tmdb: count('Id at TMDB').nullable(),
    tvdb: count('Id at TheTVDB').nullable(),
    imdb: text('Id at IMDb').nullable(),
    foreign_id: text("Id at MusicBrainz or Goodreads; '' = none"),
    state: z
      .enum(libraryStates)
      .describe(
        'have = all files are there, partial = some are, queued = what it lacks is being downloaded, unreleased = it is not out yet',
      ),
    have: count('Files that are there'),
    due: count('Files that should be there by now'),
    monitored: flag('It is monitored, and so is what it belongs to'),
    monitored_itself: flag('It is monitored, whatever it belongs to'),
    available_at: moment('From when on it can be had, by the rule of its Arr'),
    in_cinemas_at: moment('In cinemas'),
    digital_at: moment('Digital release'),
    physical_at: moment('Physical release'),
    released_at: moment(
      'Of an episode when it airs, of an album or book its release, of a series its next or last episode',
    ),
    minimum_availability: z
      .enum(availabilities)
      .describe("From when on a film counts as available; '' = it is no film"),
    series_type: z.enum(seriesTypes).describe("How episodes are numbered; '' = it is no series"),
    runtime_minutes: count('Minutes; 0 = not known'),
    size: bytes('Of its files'),
    quality: text("Of its file, as the Arr calls it; '' = not known"),
    cutoff: z
      .enum(['met', 'unmet'])
      .nullable()
      .describe('Whether its quality reached the cut-off; null = not known'),
    score: count('Custom format score of its file; null = not read').nullable(),
    minimum: z
      .enum(['met', 'unmet'])
      .nullable()
      .describe('Whether its score reached the least of its profile; null = not known'),
    minimum_score: count('The least score of its profile; null = not known').nullable(),
    profile: text('Name of its quality profile').nullable(),
    tags: z.array(z.string()).describe('Tags of the Arr'),
    added_at: moment('When it was added'),
    searched_at: moment('When the Arr searched it last'),
    read_at: at('When this was read'),
  })
  .meta({id: 'LibraryItem'})

const ReadStateSchema = z.object({
  arr_id: text('Id of the Arr'),
  kind: z.enum(arrKinds),
  name: text('Name of the Arr'),
  read_at: moment('When its library was read whole last'),
  doubtful: z
    .enum(libraryDoubts)
    .nullable()
    .describe(
      'Why what is absent may still be there: restored = the Arr has another database than before, vanished = much of it ' +
        'was missing in the last answer, unread = it was not read whole yet; null = nothing is in doubt',
    ),
})

export const LibrarySchema = z.object({
  items: z.array(LibraryItemSchema).describe('The rows of the window, in order'),
  total: count('Rows that pass the filter'),
  offset: count('Rank of the first row'),
  limit: count('Rows at most'),
  counts: z
    .object({
      have: count('All of it is there'),
      partial: count('Some of it is there'),
      missing: count('It is out and not there'),
      queued: count('What it lacks is being downloaded'),
      unreleased: count('It is not out yet'),
      below_cutoff: count('Its quality is below the cut-off'),
      below_minimum: count('Its score is below the least of its profile'),
    })
    .describe('Of all rows that pass the filter'),
  arrs: z.array(ReadStateSchema).describe('The Arrs that you see, and how far their libraries are known'),
})

export const LibraryItemAnswer = z.object({
  item: LibraryItemSchema,
  below: z
    .array(LibraryItemSchema)
    .describe(
      'Seasons and episodes of a series, episodes of a season, albums, books. Of episodes only those that are wanted, or air these days',
    ),
})
