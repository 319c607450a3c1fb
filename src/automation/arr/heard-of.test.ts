import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {ArrCommand, HistoryRow, LibraryItem, MediaRef} from '#model/arr.ts'
import {heardOf} from './arr-commands.ts'

const AT = 1_000_000_000
const film: MediaRef = {kind: 'movie', id: 17, parentId: null}
const episode: MediaRef = {kind: 'episode', id: 5, parentId: 3}

interface Tells {
  readonly commands?: readonly Partial<ArrCommand>[]
  readonly history?: readonly Partial<HistoryRow>[]
  readonly items?: readonly Partial<LibraryItem>[]
}

function arr({commands = [], history = [], items = []}: Tells) {
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

test.each<[string, Tells, boolean]>([
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
])('an Arr that tells of %s: whether it has heard of it', async (_, tells, is) => {
  expect(await heardOf(arr(tells).port, ['movie/17'], AT)).toBe(is)
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
