import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {ArrCommand, HistoryRow, LibraryItem, MediaRef} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {SearchWatch} from '#arr-client/search-watch.ts'
import {ArrCommands, heardOf, isOf} from './arr-commands.ts'

const AT = 1_000_000_000
const film: MediaRef = {kind: 'movie', id: 17, parentId: null}
const episode: MediaRef = {kind: 'episode', id: 5, parentId: 3}

interface Reports {
  readonly commands?: readonly Partial<ArrCommand>[]
  readonly history?: readonly Partial<HistoryRow>[]
  readonly items?: readonly Partial<LibraryItem>[]
}

function arr({commands = [], history = [], items = []}: Reports) {
  const asked: string[] = []
  const port = {
    commands: async () => commands,
    historySince: async (at: number) => history.filter((row) => row.at! >= at),
    async item(id: number) {
      asked.push(`item ${id}`)
      return items.find((one) => one.id === id) ?? null
    },
    async itemsOf(id: number) {
      asked.push(`items of ${id}`)
      return items
    },
  } as unknown as ArrPort
  return {port, asked}
}

/** That it failed is in its history: so it is known whose episode it is. */
const failed = (media: MediaRef) => ({event: 'failed', at: AT - 60_000, media}) as const
const movie = (searchedAt: number | null) => ({kind: 'movie', id: 17, searchedAt}) as const

test.each<[string, Reports, boolean]>([
  ['a search that waits', {commands: [{name: 'MoviesSearch', queuedAt: AT}]}, true],
  ['one of before', {commands: [{name: 'MoviesSearch', queuedAt: AT - 1}]}, false],
  ['another command', {commands: [{name: 'RefreshMovie', queuedAt: AT + 5}]}, false],
  ['a grab', {history: [{event: 'grabbed', at: AT + 5, media: film}]}, true],
  ['a grab of before', {history: [{event: 'grabbed', at: AT - 5_000, media: film}]}, false],
  ['a grab of another', {history: [{event: 'grabbed', at: AT + 5, media: {...film, id: 18}}]}, false],
  ['an import', {history: [{event: 'imported', at: AT + 5, media: film}]}, false],
  ['when it searched it last', {history: [failed(film)], items: [movie(AT + 9)]}, true],
  ['to the second alone', {history: [failed(film)], items: [movie(AT - 999)]}, true],
  ['when it searched it before', {history: [failed(film)], items: [movie(AT - 60_000)]}, false],
  ['that it never did', {history: [failed(film)], items: [movie(null)]}, false],
  ['that it has it no more', {history: [failed(film)]}, false],
  ['nothing', {}, false],
])('an Arr that reports %s: whether it has heard of it', async (_, reports, is) => {
  expect(await heardOf(arr(reports).port, ['movie/17'], AT)).toBe(is)
})

test('an episode is looked up among those of its series, and only it counts', async () => {
  const searched = (id: number) => {
    const {port, asked} = arr({
      history: [failed(episode), failed({...episode, id: 6})],
      items: [{kind: 'episode', id, searchedAt: AT + 1}],
    })
    return heardOf(port, ['episode/5'], AT).then((is) => [is, asked])
  }
  expect(await searched(5)).toEqual([true, ['items of 3']])
  expect(await searched(6)).toEqual([false, ['items of 3']])
})

/* ───────────────────────────── what came of a search ───────────────────────────── */

const completed = (message: string) => ({status: 'completed', message, failure: ''}) as const

test('what was grabbed for its items while it ran is reported, with what it was for', async () => {
  const clock = new VirtualClock()
  const row = (more: Partial<HistoryRow>): Partial<HistoryRow> => ({
    event: 'grabbed',
    at: AT + 5_000,
    media: episode,
    interactive: false,
    downloadId: 'D' as never,
    title: 'Show-AAA',
    ...more,
  })
  const history = [
    row({}),
    row({title: 'of before', at: AT - 6_000}),
    row({title: 'of later', at: AT + 100_000}),
    row({title: 'picked by hand', interactive: true}),
    row({title: 'of another', media: {...episode, id: 6}}),
    row({title: 'an import', event: 'imported'}),
  ]
  const {port} = arr({
    history,
    items: [
      {id: 3, kind: 'series', title: 'Show', year: 2020},
      {id: 5, kind: 'episode', title: 'Pilot', seasonNumber: 1, number: 2},
    ],
  })
  const state = {...completed('1 reports downloaded.'), queuedAt: AT, endedAt: AT + 20_000}
  const whole = {...port, media: 'episode', commandState: async () => state} as unknown as ArrPort
  const commands = new ArrCommands(whole, clock, whole)
  const asked = {media: ['episode/5'], commandId: 7, since: AT}
  expect(await commands.searchEnd(asked)).toEqual({
    outcome: 'grabbed',
    said: '1 reports downloaded.',
    found: null,
    indexers: null,
    endedAt: AT + 20_000,
    title: 'Show S01E02',
    grabs: [{downloadId: 'D', title: 'Show-AAA'}],
    refused: [],
    rejects: {},
  })
  const running = {...whole, commandState: async () => ({...state, status: 'started'})} as unknown as ArrPort
  expect(await new ArrCommands(running, clock, running).searchEnd(asked)).toBeNull()
  const silent = {...whole, historySince: async () => []} as unknown as ArrPort
  expect(await new ArrCommands(silent, clock, silent).searchEnd({...asked, commandId: null})).toBeNull()
})

test('what its download client did not take is reported, of this search alone', async () => {
  const refusal = (title: string, at = AT + 5_000) => ({
    at,
    title,
    why: 'Download client failed to add torrent',
  })
  const {port} = arr({
    history: [{event: 'failed', at: AT - 60_000, media: episode}],
    items: [
      {id: 3, kind: 'series', title: 'Marvel’s Agents & Friends (2020)', year: 2020},
      {id: 5, kind: 'episode', title: 'Pilot', seasonNumber: 1, number: 2},
    ],
  })
  const state = {...completed('0 reports downloaded.'), queuedAt: AT, endedAt: AT + 20_000}
  const whole = {
    ...port,
    media: 'episode',
    commandState: async () => state,
    refusedGrabs: async () => [
      refusal('Marvels.Agents.and.Friends.2020.S01E02.1080p-AAA'),
      refusal('Marvels.Agents.and.Friends.2020.S01E02.720p-OLD', AT - 6_000),
      refusal('Another.Show.S01E02-AAA'),
    ],
  } as unknown as ArrPort
  const asked = {media: ['episode/5'], commandId: 7, since: AT}
  expect(await new ArrCommands(whole, new VirtualClock(), whole).searchEnd(asked)).toMatchObject({
    outcome: 'refused',
    grabs: [],
    refused: [
      {
        title: 'Marvels.Agents.and.Friends.2020.S01E02.1080p-AAA',
        why: 'Download client failed to add torrent',
      },
    ],
  })
})

test.each([
  ['Film', 'Film.2020.1080p-AAA', true],
  ['Film', 'Films.2020.1080p-AAA', false],
  ['The Film', 'Film.2020.1080p-AAA', false],
  ['Amélie', 'Amelie.2001.1080p-AAA', true],
  ['Show (2020)', 'Show.S01E01.720p-AAA', true],
  ['Tom & Jerry', 'Tom.and.Jerry.2021-AAA', true],
  ['…', 'Film.2020-AAA', false],
  ['', 'Film.2020-AAA', false],
])('%s: whether %s is a release of it: %s', (title, release, is) => {
  expect(isOf(title, release)).toBe(is)
})

/** A series of which nothing was ever grabbed. */
function ungrabbed(there: ReadonlySet<number>) {
  const asked: number[] = []
  const port = {
    media: 'episode',
    commandState: async () => ({...completed('0 reports downloaded.'), queuedAt: AT, endedAt: AT}),
    historySince: async () => [],
    refusedGrabs: async () => [],
    item: async (id: number) => ({id, kind: 'series', title: 'Show', year: 2020}),
    async itemBelow(id: number) {
      asked.push(id)
      return there.has(id) ? {id, kind: 'episode', parentId: 3} : null
    },
    itemsOf: async () =>
      [5, 6].map((id) => ({id, kind: 'episode', title: '', seasonNumber: 1, number: id - 3})),
  } as unknown as ArrPort
  const titleOf = async (...media: readonly string[]) =>
    (await new ArrCommands(port, new VirtualClock(), port).searchEnd({media, commandId: 7, since: AT}))!.title
  return {titleOf, asked}
}

test('episodes that were never grabbed are named by series, season and number', async () => {
  const {titleOf, asked} = ungrabbed(new Set([5, 6]))
  expect(await titleOf('episode/5')).toBe('Show S01E02')
  expect(await titleOf('episode/5', 'episode/6')).toBe('Show S01E02–E03')
  expect(asked).toEqual([5, 5])
})

test('of what is gone another one is named, and of what is gone as a whole there is no title, and no end of questions', async () => {
  const {titleOf, asked} = ungrabbed(new Set([6]))
  expect(await titleOf('episode/9', 'episode/6')).toBe('Show S01E03')
  expect(await titleOf('episode/9')).toBeNull()
  asked.length = 0
  expect(await titleOf(...Array.from({length: 50}, (_, at) => `episode/${at + 10}`))).toBeNull()
  expect(asked).toHaveLength(3)
})

/* ───────────────────────────── searches on a schedule ───────────────────────────── */

/** Of a series with two seasons. */
function scheduled(episodes: readonly Partial<LibraryItem>[], state: Partial<ArrCommand> | null = null) {
  const asked: string[] = []
  const note =
    <T>(what: string, answer: T) =>
    async () => {
      asked.push(what)
      return answer
    }
  const port = {
    media: 'episode',
    item: note('item', {id: 3, kind: 'series', title: 'Show', year: 2020}),
    async itemBelow(id: number) {
      asked.push(`episode ${id}`)
      return episodes.find((one) => one.id === id) ?? null
    },
    itemsOf: note('episodes', episodes),
    async command(wish: object) {
      asked.push(JSON.stringify(wish))
      return {id: 7}
    },
    commandState: note('command', state),
    historySince: note('history', []),
    refusedGrabs: note('log', []),
  } as unknown as ArrPort
  const watch = new SearchWatch()
  const rows: {status: string; media: MediaRef[]}[] = []
  const heard = {watch, queue: () => rows as never}
  const commands = new ArrCommands(port, new VirtualClock(), port, undefined, heard)
  return {commands, asked, watch, rows}
}

const two = (more: Partial<LibraryItem> = {}) => [
  {
    id: 5,
    kind: 'episode' as const,
    parentId: 3,
    seasonNumber: 1,
    monitored: true,
    hasFile: false,
    searchedAt: null,
    ...more,
  },
  {
    id: 6,
    kind: 'episode' as const,
    parentId: 3,
    seasonNumber: 2,
    monitored: true,
    hasFile: false,
    searchedAt: null,
  },
]
const wanted = {isLookedAt: false, unmonitored: false, missing: true} as const
const season = {...wanted, media: ['season/3/1']}

test.each<
  [
    string,
    Partial<LibraryItem>,
    Partial<typeof wanted> | {unmonitored: true} | {missing: false} | {notSince: number},
    boolean,
  ]
>([
  ['an episode that is monitored and missing', {}, {}, true],
  ['an episode that is not monitored any more', {monitored: false}, {}, false],
  ['what is not monitored, where that is wanted', {monitored: false}, {unmonitored: true}, true],
  ['an episode that came in meanwhile', {hasFile: true}, {}, false],
  ['an episode that has a file and could be better', {hasFile: true}, {missing: false}, true],
  ['an episode that was searched there since it was requested', {searchedAt: 20}, {notSince: 20}, false],
  ['an episode that was searched there before it was requested', {searchedAt: 19}, {notSince: 20}, true],
])('Q25 right before a season is searched %s decides', async (_, more, choice, is) => {
  const {commands, asked} = scheduled(two(more))
  const sent = await commands.searchWanted({...season, ...choice})
  expect(sent).toEqual(is ? {commandId: 7, isOthers: false} : null)
  const command = '{"what":"searchSeason","parentId":3,"seasonNumber":1}'
  expect(asked).toEqual(is ? ['episodes', command] : ['episodes'])
})

test('Q25 of several episodes those are searched that are wanted still', async () => {
  const {commands, asked} = scheduled(two({monitored: false}))
  expect(
    await commands.searchWanted({...wanted, media: ['episode/5', 'episode/6', 'episode/9']}),
  ).not.toBeNull()
  expect(asked).toEqual(['episode 5', 'episodes', '{"what":"search","ids":[6]}'])
})

test('what was looked at a moment ago is searched without another look', async () => {
  const {commands, asked} = scheduled([])
  expect(await commands.searchWanted({...wanted, isLookedAt: true, media: ['episode/5']})).not.toBeNull()
  expect(asked).toEqual(['{"what":"search","ids":[5]}'])
})

test('Q11 a search that runs already for another program is known as that', async () => {
  const {commands, watch} = scheduled(two())
  watch.hear({id: 7, name: 'SeasonSearch', status: 'started', message: ''})
  expect(await commands.searchWanted(season)).toEqual({commandId: 7, isOthers: true})
})

const hear = (watch: SearchWatch, status: string, ...messages: readonly string[]) => {
  for (const message of messages) watch.hear({id: 7, name: 'SeasonSearch', status, message})
}
const about = {media: ['season/3/1'], commandId: 7, since: AT, title: 'Show season 1', indexers: 3}

test('as long as a search is heard to go on, and when it is heard to have found nothing, its Arr is asked nothing', async () => {
  const {commands, asked, watch} = scheduled(two())
  hear(watch, 'started', 'Searching indexers for [Show : S01]. 3 active indexers')
  expect(await commands.searchEnd(about)).toBeNull()
  hear(watch, 'completed', 'No results found', 'Season search completed. 0 reports downloaded.')
  expect(await commands.searchEnd(about)).toMatchObject({
    outcome: 'nothing_found',
    indexers: 3,
    title: 'Show season 1',
  })
  expect(asked).toEqual([])
})

test('Q21 while the channel is down, one question says that a search goes on', async () => {
  const {commands, asked, watch} = scheduled(two(), {status: 'started'})
  hear(watch, 'started', 'Searching indexers for [Show : S01]. 3 active indexers')
  watch.interrupted()
  expect(await commands.searchEnd(about)).toBeNull()
  expect(asked).toEqual(['command'])
})

test.each<[string, string, string]>([
  [
    'releases that were all rejected',
    'Total of 14 reports were found for [Show : S01] from 3 indexers',
    'all_rejected',
  ],
  ['fewer indexers than there are', 'Searching indexers for [Show : S01]. 2 active indexers', 'partial'],
  ['no indexer', 'Searching indexers for [Show : S01]. 0 active indexers', 'no_indexer'],
])('a season with %s is known as that', async (_, message, outcome) => {
  const {commands, watch} = scheduled(two({searchedAt: AT}))
  hear(watch, 'completed', message, 'Season search completed. 0 reports downloaded.')
  expect(await commands.searchEnd(about)).toMatchObject({outcome})
})

test('Q18 a season that its Arr says it did not search was asked of no indexer', async () => {
  const {commands, watch} = scheduled(two({searchedAt: AT - 60_000}))
  hear(watch, 'completed', 'Season search completed. 0 reports downloaded.')
  expect(await commands.searchEnd(about)).toMatchObject({outcome: 'no_indexer'})
})

test('Q48 what its Arr holds until its download client answers is known as that', async () => {
  const {commands, watch, rows} = scheduled(two())
  rows.push({status: 'downloadClientUnavailable', media: [episode]})
  hear(watch, 'completed', 'Processing 3 releases', 'Season search completed. 0 reports downloaded.')
  expect(await commands.searchEnd(about)).toMatchObject({outcome: 'held_by_client'})
})

/** Releases of a film; the last one is the best. */
function listed(approved: readonly boolean[], {refuses = 0}: {refuses?: number} = {}) {
  const grabbed: string[] = []
  let left = refuses
  const port = {
    media: 'movie',
    item: async () => ({id: 17, kind: 'movie', monitored: true, hasFile: false}),
    indexers: async () => [
      {id: 1, automaticSearch: true},
      {id: 2, automaticSearch: false},
    ],
    releases: async () =>
      approved.map((is, at) => ({
        guid: `g${at}`,
        // One of another indexer, which is for people alone.
        indexerId: at === 0 ? 2 : 1,
        title: `Film-${at}`,
        approved: is,
        weight: 10 - at,
        rejections: is ? [] : [{code: null, text: '9 GB is larger than maximum allowed 1 GB (for Film)'}],
      })),
    async grab({guid}: {guid: string}) {
      grabbed.push(guid)
      return left-- <= 0
    },
    historySince: async () => [{event: 'grabbed', title: 'Film-3', downloadId: 'D', at: AT}],
  } as unknown as ArrPort
  const commands = new ArrCommands(port, new VirtualClock(AT), port)
  const asked = {media: ['movie/17'], isLookedAt: false, unmonitored: false, missing: true}
  return {grabbed, end: () => commands.searchExplained(asked)}
}

test('Q3 where all releases are rejected, a list of them says why', async () => {
  const {grabbed, end} = listed([false, false])
  expect(await end()).toMatchObject({outcome: 'all_rejected', found: 2, rejects: {size: 2}, grabs: []})
  expect(grabbed).toEqual([])
  expect(await listed([]).end()).toMatchObject({outcome: 'nothing_found', found: 0, rejects: {}})
})

test('of a list the best release that would be taken is taken, of indexers that search automatically', async () => {
  const {grabbed, end} = listed([true, true, false, true])
  expect(await end()).toMatchObject({
    outcome: 'grabbed',
    grabs: [{title: 'Film-3', downloadId: 'D'}],
    rejects: {size: 1},
  })
  expect(grabbed).toEqual(['g3'])
})

test('of a list what cannot be taken is passed over, three times at most', async () => {
  const once = listed([true, true, true, true, true], {refuses: 1})
  expect(await once.end()).toMatchObject({outcome: 'grabbed', grabs: [{title: 'Film-3'}]})
  expect(once.grabbed).toEqual(['g4', 'g3'])
  const never = listed([true, true, true, true, true], {refuses: 9})
  expect(await never.end()).toMatchObject({outcome: 'all_rejected'})
  expect(never.grabbed).toEqual(['g4', 'g3', 'g2'])
})
