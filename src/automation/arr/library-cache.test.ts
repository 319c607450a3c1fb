import {expect, test} from 'vitest'
import {asDownloadId, type LibraryFile, type LibraryItem, type MediaRef, type QueueRow} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LibraryCache} from './library-cache.ts'
import {ThrottledQueue} from './throttled-queue.ts'

const one = asDownloadId('a'.repeat(40))!
const other = asDownloadId('b'.repeat(40))!
const movie = (id: number): MediaRef => ({kind: 'movie', id, parentId: null})
const episode = (id: number, parentId: number | null = 7): MediaRef => ({kind: 'episode', id, parentId})
const whole = (id: number, more: Partial<LibraryItem> = {}): LibraryItem =>
  ({id, monitored: true, hasFile: true, belowCutoff: false, score: null, profileId: 4, ...more}) as never

/** An Arr with a library that a test changes, and that counts what it is asked. */
function harness(media: 'movie' | 'episode' | 'album' = 'movie') {
  const clock = new VirtualClock()
  const asked: string[] = []
  const changed: string[][] = []
  const library = {
    owners: new Map<number, LibraryItem>([[17, whole(17)]]),
    items: new Map<number, readonly LibraryItem[]>(),
    files: [] as LibraryFile[],
    minScore: 10,
    profiles: [4],
    slow: Promise.resolve(),
  }
  const answer = async <T>(what: string, value: () => T): Promise<T> => {
    asked.push(what)
    const said = value()
    await library.slow
    return said
  }
  const asker = new ThrottledQueue(clock, () => 1)
  const cache = new LibraryCache(
    {
      media,
      library: (take) =>
        answer('library', () => {
          for (const item of [...library.owners.values(), ...[...library.items.values()].flat()]) take(item)
          return library.owners.size
        }),
      item: (id) => answer(`item ${id}`, () => library.owners.get(id) ?? null),
      itemsOf: (id) => answer(`items of ${id}`, () => [...(library.items.get(id) ?? [])]),
      files: (id) => answer(`files of ${id}`, () => library.files),
      qualityProfiles: () =>
        answer('profiles', () =>
          library.profiles.map(
            (id) => ({id, minScore: library.minScore, order: [[1], [3, 5], [7]], name: 'HD'}) as never,
          ),
        ),
    },
    asker,
    clock,
    (downloads) => void changed.push([...downloads]),
  )
  const want = (some: readonly MediaRef[], withScores = false, downloadId = one) =>
    cache.want({downloadId, media: some, withScores, withProfiles: withScores})
  return {clock, asked, changed, library, cache, want}
}

test('nothing is known, and no request is made, until a rule wants to know', async () => {
  const {clock, asked, changed, cache, want} = harness()
  expect(cache.saying([movie(17)])).toBeNull()
  await clock.advance(60_000)
  expect(asked).toEqual([])
  want([movie(17)])
  expect(cache.saying([movie(17)])).toBeNull()
  await clock.advance(0)
  expect(asked).toEqual(['item 17'])
  expect(changed).toEqual([[one]])
  expect(cache.saying([movie(17)])).toEqual({
    inLibrary: true,
    monitored: true,
    hasFile: true,
    cutoffMet: true,
    score: undefined,
    minScore: undefined,
    requested: undefined,
  })
  want([movie(17)], false, other)
  await clock.advance(60_000)
  expect(asked).toHaveLength(1)
})

test('S27 what is not in the library is not there, not unknown', async () => {
  const {clock, cache, want} = harness()
  want([movie(18)])
  await clock.advance(0)
  expect(cache.saying([movie(18)])).toMatchObject({
    inLibrary: false,
    monitored: false,
    hasFile: false,
    cutoffMet: false,
    score: undefined,
  })
})

test('episodes of a series are asked together, and only those of downloads are kept', async () => {
  const {clock, asked, library, cache, want} = harness('episode')
  library.owners.set(7, whole(7))
  const below = {hasFile: true, belowCutoff: true}
  library.items.set(7, [whole(1), whole(2, below), whole(3, {hasFile: false, belowCutoff: null}), whole(4)])
  want([episode(1), episode(2)])
  want([episode(3)], false, other)
  await clock.advance(10_000)
  expect(asked).toEqual(['item 7', 'items of 7'])
  expect(cache.saying([episode(1)])).toMatchObject({hasFile: true, cutoffMet: true})
  expect(cache.saying([episode(1), episode(2)])).toMatchObject({hasFile: true, cutoffMet: false})
  expect(cache.saying([episode(1), episode(3)])).toMatchObject({hasFile: false, monitored: true})
  expect(cache.saying([episode(1), episode(5)])).toBeNull()
  expect(cache.saying([episode(4)])).toBeNull()
  want([episode(4)])
  await clock.advance(10_000)
  expect(cache.saying([episode(1), episode(4)])).toMatchObject({hasFile: true})
})

test('an episode is watched when its series is, too', async () => {
  const {clock, library, cache, want} = harness('episode')
  library.owners.set(7, whole(7, {monitored: false}))
  library.items.set(7, [whole(1)])
  want([episode(1)])
  await clock.advance(0)
  expect(cache.saying([episode(1)])).toMatchObject({monitored: false, inLibrary: true})
})

test('of which series, or which of its episodes it is, may not be known: no request is made', async () => {
  const {clock, asked, cache, want} = harness('episode')
  want([episode(1, null), episode(0)])
  await clock.advance(10_000)
  expect(asked).toEqual([])
  expect(cache.saying([episode(0)])).toBeNull()
})

test('scores are asked for only where a rule wants them, the least score once for all', async () => {
  const {clock, asked, library, cache, want} = harness()
  library.files = [{mediaId: 17, score: 5} as LibraryFile]
  want([movie(17)], true)
  await clock.advance(10_000)
  expect(asked).toEqual(['item 17', 'files of 17', 'profiles'])
  expect(cache.saying([movie(17)])).toMatchObject({score: 5, minScore: 10})
  library.minScore = 20
  await clock.advance(600_000)
  want([movie(17)], true)
  await clock.advance(10_000)
  expect(asked.filter((it) => it === 'profiles')).toHaveLength(2)
  expect(cache.saying([movie(17)])).toMatchObject({minScore: 20})
})

test('a profile that is younger than the list of them has it read again, once', async () => {
  const {clock, asked, library, cache, want} = harness()
  want([movie(17)], true)
  await clock.advance(10_000)
  library.owners.set(17, whole(17, {profileId: 5}))
  library.profiles.push(5)
  cache.hear({name: 'movie', action: 'updated', resource: {id: 17}, version: ''})
  for (let pass = 0; pass < 3; pass++) {
    want([movie(17)], true)
    await clock.advance(10_000)
  }
  expect(cache.saying([movie(17)])).toMatchObject({minScore: 10})
  library.owners.set(17, whole(17, {profileId: 99}))
  cache.hear({name: 'movie', action: 'updated', resource: {id: 17}, version: ''})
  for (let pass = 0; pass < 5; pass++) {
    want([movie(17)], true)
    await clock.advance(10_000)
  }
  expect(asked.filter((it) => it === 'profiles')).toHaveLength(3)
})

test('the least score alone costs no look at the files', async () => {
  const {clock, asked, cache} = harness()
  cache.want({downloadId: one, media: [movie(17)], withScores: false, withProfiles: true})
  await clock.advance(10_000)
  expect(asked).toEqual(['item 17', 'profiles'])
  expect(cache.saying([movie(17)])).toMatchObject({score: undefined, minScore: 10})
})

for (const [name, resource, isMeant] of [
  ['movie', {id: 17}, true],
  ['movie', {id: 18}, false],
  ['moviefile', {id: 1, movieId: 17}, true],
  ['moviefile', {id: 17, movieId: 18}, false],
  ['episode', {id: 17, seriesId: 3}, false],
  ['album', {id: 3, artistId: 17}, true],
  ['book', {id: 3, authorId: 17}, true],
  ['series', undefined, true],
] as const) {
  test(`a message ${name} ${JSON.stringify(resource)} makes it unknown: ${isMeant}`, async () => {
    const {clock, asked, changed, cache, want} = harness()
    want([movie(17)])
    await clock.advance(0)
    cache.hear({name, resource, action: 'updated', version: ''})
    expect(cache.saying([movie(17)]) === null).toBe(isMeant)
    expect(changed).toHaveLength(isMeant ? 2 : 1)
    want([movie(17)])
    await clock.advance(10_000)
    expect(asked).toHaveLength(isMeant ? 2 : 1)
    expect(cache.saying([movie(17)])).not.toBeNull()
  })
}

test('what changed while it was read is read again', async () => {
  const {clock, asked, library, cache, want} = harness()
  const answer = Promise.withResolvers<void>()
  library.slow = answer.promise
  want([movie(17)])
  await clock.advance(0)
  cache.hear({name: 'movie', resource: {id: 17}, action: 'updated', version: ''})
  library.owners.set(17, whole(17, {monitored: false}))
  answer.resolve()
  await clock.advance(0)
  expect(cache.saying([movie(17)])).toBeNull()
  want([movie(17)])
  await clock.advance(10_000)
  expect(asked).toHaveLength(2)
  expect(cache.saying([movie(17)])).toMatchObject({monitored: false})
})

for (const [title, live, ms, isKnown] of [
  ['told of every change, an hour', [true], 3_599_999, true],
  ['told of every change, no longer', [true], 3_600_000, false],
  ['without the channel, ten minutes', [], 599_999, true],
  ['without the channel, no longer', [], 600_000, false],
  ['the channel fell, ten minutes', [true, false], 600_000, false],
  ['the channel fell and stands again', [true, false, true], 600_000, false],
] as const) {
  test(`it counts ${title}`, async () => {
    const {clock, cache, want} = harness()
    if (live.length > 0) cache.channelIs(true)
    want([movie(17)])
    await clock.advance(1)
    for (const is of live) cache.channelIs(is)
    await clock.advance(ms - 1)
    expect(cache.saying([movie(17)]) !== null).toBe(isKnown)
  })
}

test('many films are one question, each with what the list says, and what is not in it is not there', async () => {
  const {clock, asked, changed, library, cache, want} = harness()
  for (let id = 1; id < 40; id++) {
    library.owners.set(id, whole(id, {kind: 'movie', parentId: null, monitored: id % 2 === 0}))
  }
  for (let id = 1; id <= 40; id++) want([movie(id)], false, id === 7 ? other : one)
  await clock.advance(10_000)
  expect(asked).toEqual(['library'])
  expect(changed).toEqual([[one, other]])
  expect(cache.saying([movie(4)])).toMatchObject({inLibrary: true, monitored: true, hasFile: true})
  expect(cache.saying([movie(5)])).toMatchObject({inLibrary: true, monitored: false})
  expect(cache.saying([movie(40)])).toMatchObject({inLibrary: false, monitored: false})
  expect(cache.saying([movie(99)])).toBeNull()
})

test('many albums are one question, too; who is not watched has none that is', async () => {
  const {clock, asked, library, cache, want} = harness('album')
  const album = (id: number, parentId: number): MediaRef => ({kind: 'album', id, parentId})
  for (let id = 1; id <= 30; id++) {
    library.owners.set(id, whole(id, {kind: 'artist', parentId: null, monitored: id !== 3}))
    library.items.set(id, [whole(id * 100, {kind: 'album', parentId: id})])
    want([album(id * 100, id)])
  }
  await clock.advance(10_000)
  expect(asked).toEqual(['library'])
  expect(cache.saying([album(200, 2)])).toMatchObject({inLibrary: true, monitored: true})
  expect(cache.saying([album(300, 3)])).toMatchObject({inLibrary: true, monitored: false})
})

test('series are asked one by one, as their list has no episodes, and so are scores of films', async () => {
  const {clock, asked, library, want} = harness('episode')
  for (let id = 1; id <= 30; id++) {
    library.owners.set(id, whole(id))
    want([episode(id * 100, id)])
  }
  await clock.advance(60_000)
  expect(asked).not.toContain('library')
  expect(asked.filter((it) => it.startsWith('items of'))).toHaveLength(30)
  const films = harness()
  for (let id = 1; id <= 30; id++) films.want([movie(id)], true)
  await films.clock.advance(60_000)
  expect(films.asked).not.toContain('library')
})

test('of many that are read together only what changed meanwhile is not kept', async () => {
  const {clock, library, cache, want} = harness()
  for (let id = 1; id <= 30; id++) library.owners.set(id, whole(id, {kind: 'movie', parentId: null}))
  const slow = Promise.withResolvers<void>()
  library.slow = slow.promise
  for (let id = 1; id <= 30; id++) want([movie(id)])
  await clock.advance(0)
  cache.hear({name: 'movie', resource: {id: 5}, action: 'updated', version: null} as never)
  slow.resolve()
  await clock.advance(0)
  expect(cache.saying([movie(5)])).toBeNull()
  expect(cache.saying([movie(6)])).not.toBeNull()
})

const release = (media: readonly MediaRef[], score: number | null, id: number | null, revision = 1) =>
  ({media, score, qualityModel: id === null ? null : {id, revision}}) as QueueRow

test.each([
  ['Q41 scores less in the same quality', 50, 3, 1, true],
  ['Q41 scores less in a lower quality', 50, 1, 1, true],
  ['Q41 scores less in a quality of the same group', 50, 5, 1, true],
  ['Q41 scores less in a better quality', 50, 7, 1, false],
  ['scores less, and is a PROPER', 50, 3, 2, false],
  ['scores as much', 100, 3, 1, false],
  ['Q42 has a score that is not known', null, 3, 1, undefined],
  ['Q42 has a quality that is not known', 50, null, 1, undefined],
  ['Q42 has a quality that its profile does not name', 50, 99, 1, undefined],
])('a release that %s: worse than the file = %s', async (_, score, id, revision, is) => {
  const {clock, library, cache, want} = harness()
  library.files = [{mediaId: 17, score: 100, quality: {id: 3, revision: 1}} as LibraryFile]
  want([movie(17)], true)
  await clock.advance(60_000)
  expect(cache.saying([movie(17)], [release([movie(17)], score, id, revision)])).toMatchObject({
    fileScore: 100,
    worseThanFile: is,
  })
  // Of what is not in the queue nothing is known.
  expect(cache.saying([movie(17)])?.worseThanFile).toBeUndefined()
})

test('Q42 a release is worse than the files of none as long as one has no file, or is not known', async () => {
  const {clock, library, cache, want} = harness('episode')
  const quality = {id: 3, revision: 1}
  library.owners.set(7, whole(7))
  library.items.set(7, [
    whole(1, {score: 100, fileQuality: quality}),
    whole(2, {score: 60, fileQuality: quality}),
    whole(3, {hasFile: false, belowCutoff: null, fileQuality: null}),
    whole(4, {score: 100, fileQuality: null}),
  ])
  want(
    [1, 2, 3, 4].map((id) => episode(id)),
    true,
  )
  await clock.advance(60_000)
  const isWorse = (...ids: readonly number[]) => {
    const media = ids.map((id) => episode(id))
    return cache.saying(
      media,
      media.map((it) => release([it], 50, 3)),
    )?.worseThanFile
  }
  expect([isWorse(1), isWorse(1, 2), isWorse(1, 2, 3), isWorse(1, 4), isWorse(3, 4)]).toEqual([
    true,
    true,
    false,
    undefined,
    false,
  ])
  // A row that its Arr could not match may be for any of them.
  expect(cache.saying([episode(1)], [release([episode(1)], 50, 3), release([], 50, 3)])).toMatchObject({
    worseThanFile: undefined,
  })
})

test('Q41 of an album the least file counts: what is better than one of them is not worse', async () => {
  const {clock, library, cache, want} = harness('album')
  const album: MediaRef = {kind: 'album', id: 5, parentId: 7}
  library.owners.set(7, whole(7))
  library.items.set(7, [whole(5, {fileQuality: null})])
  library.files = [3, 1].map((id) => ({mediaId: 5, score: 100, quality: {id, revision: 1}}) as LibraryFile)
  want([album], true)
  await clock.advance(60_000)
  const isWorse = (id: number) => cache.saying([album], [release([album], 50, id)])?.worseThanFile
  expect([isWorse(1), isWorse(3), isWorse(7)]).toEqual([true, false, false])
})
