import {expect, test} from 'vitest'
import {asDownloadId, type DownloadId, type LibraryItem, type MediaRef} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ThrottledQueue} from './throttled-queue.ts'
import {TitleCache, type TitleMessage} from './title-cache.ts'

const download = (number: number): DownloadId => asDownloadId(number.toString(16).padStart(40, '0'))!
const movie = (id: number): MediaRef => ({kind: 'movie', id, parentId: null})
const episode = (id: number, parentId = 7): MediaRef => ({kind: 'episode', id, parentId})
const film = (id: number): LibraryItem =>
  ({kind: 'movie', id, parentId: null, title: `Film ${id}`, year: 2021}) as never
const series = {kind: 'series', id: 7, parentId: null, title: 'The Long Ferry', year: null} as never
const episodeItem = (id: number): LibraryItem =>
  ({kind: 'episode', id, parentId: 7, title: 'x', seasonNumber: 1, number: id - 100}) as never

function harness(media: 'movie' | 'episode') {
  const clock = new VirtualClock()
  const asked: string[] = []
  const reported: TitleMessage[] = []
  const arr = {isDown: false, isHere: (_id: DownloadId) => true}
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what)
    if (arr.isDown) throw new CommodarrError('server_unreachable', 'It does not answer.')
    return value
  }
  const library: readonly LibraryItem[] =
    media === 'movie' ? Array.from({length: 100}, (_, id) => film(id + 1)) : [series]
  const cache = new TitleCache(
    {
      media,
      library: async (take) => {
        await answer('library', null)
        for (const item of library) take(item)
        return library.length
      },
      item: (id) => answer(`item ${id}`, library.find((it) => it.id === id) ?? null),
      itemsOf: (id) => answer(`items of ${id}`, [101, 102, 103].map(episodeItem)),
    },
    new ThrottledQueue(clock, () => 1),
    (id) => arr.isHere(id),
    (titles) => void reported.push(...titles),
  )
  return {clock, asked, reported, arr, cache}
}

test('a film is asked for once, and named', async () => {
  const {clock, asked, reported, cache} = harness('movie')
  cache.hear(download(1), [movie(17)])
  cache.hear(download(2), [movie(17)])
  cache.look()
  await clock.advance(60_000)
  cache.look()
  await clock.advance(60_000)
  expect(asked).toEqual(['item 17'])
  expect(reported).toEqual([
    [download(1), 'Film 17 (2021)'],
    [download(2), 'Film 17 (2021)'],
  ])
})

test('a pack says which episodes, also when they are heard of one after the other', async () => {
  const {clock, asked, reported, cache} = harness('episode')
  cache.hear(download(1), [episode(101)])
  cache.look()
  await clock.advance(5_000)
  cache.hear(download(1), [episode(103)])
  cache.look()
  expect(asked).toEqual(['item 7', 'items of 7'])
  expect(reported.map(([, title]) => title)).toEqual(['The Long Ferry S01E01', 'The Long Ferry S01E01–E03'])
})

test('what is neither in the queue nor on a server is not asked for', async () => {
  const {clock, asked, arr, cache} = harness('movie')
  arr.isHere = () => false
  cache.hear(download(1), [movie(17)])
  cache.look()
  await clock.advance(60_000)
  expect(asked).toEqual([])
})

test('many are asked for at once, and what is not in the library is not asked for again', async () => {
  const {clock, asked, reported, cache} = harness('movie')
  for (let id = 91; id <= 120; id++) cache.hear(download(id), [movie(id)])
  cache.look()
  await clock.advance(600_000)
  cache.look()
  await clock.advance(600_000)
  expect(asked).toEqual(['library'])
  expect(reported).toHaveLength(10)
})

test('while the Arr is away nothing is reported; it is asked again by the next look', async () => {
  const {clock, reported, arr, cache} = harness('movie')
  arr.isDown = true
  cache.hear(download(1), [movie(17)])
  cache.look()
  await clock.advance(60_000)
  expect(reported).toEqual([])
  arr.isDown = false
  cache.look()
  await clock.advance(600_000)
  expect(reported).toEqual([[download(1), 'Film 17 (2021)']])
})

test('what is forgotten is reported to be so, once', async () => {
  const {clock, reported, cache} = harness('movie')
  cache.hear(download(1), [movie(17)])
  cache.look()
  await clock.advance(5_000)
  cache.forget(download(1))
  cache.forget(download(1))
  cache.look()
  expect(reported.slice(1)).toEqual([[download(1), null]])
})
