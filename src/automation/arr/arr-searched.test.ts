import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {ArrCommand, HistoryRow, LibraryItem, MediaRef} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrCommands, heardOf, isOf, searchEndOf} from './arr-commands.ts'

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

test.each<[Parameters<typeof searchEndOf>[0], number, string, number | null]>([
  [completed('Completed search for 1 movies. 1 reports downloaded.'), 1, 'grabbed', null],
  [completed('Episode search completed. 0 reports downloaded.'), 0, 'no_grab', null],
  [completed('Searching indexers for Film. 0 active indexers'), 0, 'no_indexer', null],
  [completed('Searching indexers for Film. 3 active indexers'), 0, 'no_grab', null],
  [completed('No results found'), 0, 'nothing_found', 0],
  [completed('Total of 14 reports were found for Film from 2 indexers'), 0, 'all_rejected', 14],
  [completed('Processing release 1/14'), 0, 'all_rejected', 14],
  [completed('Processing 14 releases'), 2, 'grabbed', 14],
  [completed(''), 0, 'no_grab', null],
  [{status: 'failed', message: 'Searching', failure: 'No such host is known'}, 0, 'failed', null],
  [{status: 'orphaned', message: '', failure: ''}, 0, 'failed', null],
  [null, 0, 'unknown', null],
  [null, 1, 'grabbed', null],
])('the end of %j with %d grabs is %s', (command, grabs, outcome, found) => {
  const said = command?.failure || command?.message || null
  expect(searchEndOf(command, {grabs, refused: 0})).toEqual({outcome, found, said})
})

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
    endedAt: AT + 20_000,
    title: 'Show S01E02',
    grabs: [{downloadId: 'D', title: 'Show-AAA'}],
    refused: [],
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
