import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import type {LibraryKnown, LibraryPart} from '#library/parts.ts'
import {frameOf, identityOf, keyFrom, keyNumber, rowOfFrame} from '#library/row-columns.ts'
import {ServerFault} from '#model/errors.ts'
import {
  libraryKinds,
  seasonId,
  type LibraryKind,
  type LibraryRow,
  type LibrarySettings,
} from '#model/library.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LibraryIndex} from './library-index.ts'
import {LibraryReader} from './library-reader.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const settings: LibrarySettings = {
  profiles: [],
  tags: [],
  delayProfiles: [],
  indexers: [],
  availabilityDelay: 0,
}
const film = (id: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({kind: 'movie', id, title: `Film ${id}`, tmdbId: 1_000 + id, monitored: true, due: 1, ...more})
const films = (count: number) => Array.from({length: count}, (_, at) => film(at + 1))
const series = (id: number, seasons: readonly number[]) => [
  libraryRow({kind: 'series', id, title: `Show ${id}`, tvdbId: 500 + id, monitored: true}),
  ...seasons.map((have, at) =>
    libraryRow({kind: 'season', id: seasonId(id, at + 1), parentId: id, seasonNumber: at + 1, have, due: 9}),
  ),
]
const episode = (id: number, parentId: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'episode',
    id,
    parentId,
    seasonNumber: 1,
    number: id,
    title: `Episode ${id}`,
    monitored: true,
    due: 1,
    releasedAt: 0,
    ...more,
  })

function knownOf(rows: readonly LibraryRow[], readAt: number | null): LibraryKnown {
  const identities = rows.map(identityOf)
  return {
    readAt,
    keys: Float64Array.from(rows, keyNumber),
    hashes: frameOf(rows, 0).hashes,
    parents: Int32Array.from(rows, ({parentId}) => parentId ?? 0),
    foreigns: Int32Array.from(identities, ({foreign}) => foreign),
    titles: Int32Array.from(identities, ({title}) => title),
    files: Int32Array.from(rows, ({fileId}) => fileId ?? 0),
    scores: Float64Array.from(rows, ({score}) => score ?? Number.NaN),
  }
}

/** A library that a test changes; what the reader says of it makes a copy. */
function harness(kept: readonly LibraryRow[] = [], readAt: number | null = null) {
  const clock = new VirtualClock()
  const asked: string[] = []
  const parts: LibraryPart[] = []
  const copy = new Map(kept.map((row) => [keyNumber(row), row]))
  const arr = {
    rows: [...kept] as readonly LibraryRow[],
    below: [] as readonly LibraryRow[],
    /** What is thrown behind so many rows. */
    cut: null as {readonly after: number; readonly error: Error} | null,
    whileRead: () => {},
    /** `null` = they cannot be had. */
    settings: settings as LibrarySettings | null,
    /** By movie: its file, and the score of it. */
    scores: new Map<number, readonly [fileId: number, score: number]>(),
  }
  const index = new LibraryIndex()
  index.take(knownOf(kept, readAt === null ? null : clock.now() + readAt))
  let replaced = 0
  const reader = new LibraryReader({
    clock,
    random: () => 0.5,
    index,
    mostRows: 6_000,
    replaced: () => void replaced++,
    say(part) {
      parts.push(part)
      if (part.is === 'rows') {
        for (let at = 0; at < part.frame.count; at++) {
          const row = rowOfFrame(part.frame, at)
          copy.set(keyNumber(row), row)
        }
      }
      if (part.is === 'gone') for (const key of part.keys) copy.delete(key)
      if (part.is === 'scores') {
        part.keys.forEach((key, at) => copy.set(key, {...copy.get(key)!, score: part.scores[at]!}))
      }
    },
    port: {
      async libraryRows(_now, take) {
        asked.push('all')
        for (const [at, row] of arr.rows.entries()) {
          if (arr.cut?.after === at) throw arr.cut.error
          take(row)
        }
        arr.whileRead()
      },
      async moreRows(id) {
        asked.push(`more ${id}`)
        return arr.below
      },
      rowsIn: ({resource}) => resource as readonly LibraryRow[],
      async librarySettings() {
        asked.push('settings')
        if (arr.settings === null) throw new ServerFault('server_failed', 'server_error', 'It failed.')
        return arr.settings
      },
      scoresAtOnce: 2,
      async scoresOf(ids) {
        asked.push(`scores ${ids.join(' ')}`)
        return ids.flatMap((id) => {
          const known = arr.scores.get(id)
          return known === undefined
            ? []
            : [
                {
                  id: known[0],
                  ownerId: id,
                  mediaId: id,
                  path: '',
                  size: 1,
                  belowCutoff: false,
                  score: known[1],
                  quality: null,
                },
              ]
        })
      },
    },
  })
  const hear = (name: LibraryKind, rows: readonly LibraryRow[], action = 'updated') =>
    reader.hear({name, action, resource: rows, version: ''})
  return {
    clock,
    asked,
    parts,
    arr,
    index,
    reader,
    hear,
    reads: () => asked.filter((it) => it !== 'settings'),
    /** But for settings. */
    said: () =>
      parts.flatMap((part) => (part.is === 'settings' ? [] : [part.is === 'doubtful' ? part.why : part.is])),
    ids: (kind: LibraryKind = 'movie') =>
      [...copy.keys()].map(keyFrom).flatMap((key) => (key.kind === kind ? [key.id] : [])),
    copy,
    replaced: () => replaced,
    /** Until it was read once more: when nights begin hangs on where a machine is. */
    async nextRead() {
      const before = asked.filter((what) => what === 'all').length
      while (asked.filter((what) => what === 'all').length === before) await clock.advance(MINUTE)
      await clock.advance(10 * MINUTE)
    },
  }
}

test('the first whole read says everything in portions, the next one only what differs', async () => {
  const it = harness()
  it.arr.rows = films(1_234)
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.said()).toEqual(['rows', 'rows', 'rows', 'whole'])
  expect(it.ids()).toEqual(films(1_234).map(({id}) => id))
  it.parts.length = 0
  it.arr.rows = [...films(1_233), film(1_234, {have: 1, fileId: 9})]
  await it.nextRead()
  expect(it.said()).toEqual(['rows', 'whole'])
  expect(it.copy.get(keyNumber(film(1_234)))).toMatchObject({have: 1, fileId: 9})
})

test('what was read within twelve hours is not read again at a start, but in the night', async () => {
  const it = harness(films(3), -11 * HOUR)
  it.reader.start()
  await it.clock.advance(HOUR)
  expect(it.reads()).toEqual([])
  // Between three and five by the clock on the wall, whichever zone that is.
  await it.clock.advance(25 * HOUR)
  expect(it.reads()).toEqual(['all'])
  const old = harness(films(3), -13 * HOUR)
  old.reader.start()
  await old.clock.advance(MINUTE)
  expect(old.reads()).toEqual(['all'])
  const ahead = harness(films(3), 2 * HOUR)
  ahead.reader.start()
  await ahead.clock.advance(MINUTE)
  expect(ahead.reads()).toEqual(['all'])
})

test('Q23 a read that breaks off is thrown away whole, and made again later', async () => {
  const kept = films(100)
  const it = harness(kept, null)
  it.arr.rows = films(100).map((row) => ({...row, have: 1, fileId: 1}))
  it.arr.cut = {after: 60, error: new ServerFault('answer_invalid', 'garbled_answer', 'It ended too early.')}
  it.reader.start()
  await it.clock.advance(30 * SECOND)
  expect(it.said()).toEqual([])
  expect([...it.copy.values()]).toEqual(kept)
  expect(it.index.readAt).toBe(null)
  it.arr.cut = null
  await it.clock.advance(2 * MINUTE)
  expect(it.said()).toEqual(['rows', 'whole'])
})

test.each([
  ['an empty answer', films(5), []],
  ['an answer that lacks a third', films(100), films(66)],
])(
  'Q23 %s is in doubt, and only a second one five minutes later makes what is missing gone',
  async (_, kept, left) => {
    const it = harness(kept, null)
    it.arr.rows = left
    it.reader.start()
    await it.clock.advance(MINUTE)
    expect(it.said()).toEqual(['vanished'])
    expect(it.ids().length).toBe(kept.length)
    it.parts.length = 0
    await it.clock.advance(5 * MINUTE)
    expect(it.said()).toEqual(['gone', 'whole'])
    expect(it.ids().length).toBe(left.length)
  },
)

test('Q23 what is there again in the second answer never was gone', async () => {
  const it = harness(films(100), null)
  it.arr.rows = []
  it.reader.start()
  await it.clock.advance(MINUTE)
  it.arr.rows = films(100)
  it.parts.length = 0
  await it.clock.advance(5 * MINUTE)
  expect(it.said()).toEqual(['whole'])
  // The next time much is missing, it is in doubt again.
  it.arr.rows = []
  await it.nextRead()
  expect(it.said().slice(1)).toEqual(['vanished', 'gone', 'whole'])
})

test('few things that are gone are gone at once, and episodes however many they are', async () => {
  const wanted = Array.from({length: 300}, (_, at) => episode(at + 1, 7))
  const it = harness([...films(30), ...series(7, [1]), ...wanted], null)
  it.arr.rows = [...films(10), ...series(7, [1])]
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.said()).toEqual(['gone', 'whole'])
  expect([it.ids().length, it.ids('episode').length]).toEqual([10, 0])
})

test('Q22 a number that means another film is another database: nothing holds until all is read, and it is said once', async () => {
  const it = harness(films(100), -HOUR)
  // All numbers moved on by one.
  it.arr.rows = films(100).map((row) => ({...row, id: row.id + 1}))
  it.reader.start()
  it.hear('movie', [it.arr.rows[5]!])
  expect(it.said()).toEqual(['restored'])
  expect(it.index.readAt).toBe(null)
  // It is not said of one film alone that it is another.
  expect(it.copy.get(keyNumber(film(7)))).toMatchObject({title: 'Film 7'})
  await it.clock.advance(MINUTE)
  expect(it.said()).toEqual(['restored', 'restored', 'rows', 'gone', 'whole'])
  expect(it.copy.get(keyNumber(film(7)))).toMatchObject({title: 'Film 6'})
  expect(it.replaced()).toBe(1)
})

test('Q22 what the connection knows already is not reported to it again', async () => {
  const it = harness(films(100), -HOUR)
  it.arr.rows = films(100).map((row) => ({...row, id: row.id + 1}))
  it.reader.isReplaced()
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.said().at(-1)).toBe('whole')
  expect(it.copy.get(keyNumber(film(7)))).toMatchObject({title: 'Film 6'})
  expect(it.replaced()).toBe(0)
})

test('Q22 a whole read notices it, too; a film that was merged with another entry of it is the same', async () => {
  const it = harness(films(100), null)
  it.arr.rows = films(100).map((row) => ({...row, tmdbId: row.tmdbId! + 5_000}))
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.said()).toEqual(['rows', 'whole'])
  expect(it.replaced()).toBe(0)
  it.arr.rows = films(100).map((row) => ({...row, id: 101 - row.id}))
  await it.nextRead()
  expect(it.said()).toContain('restored')
  expect(it.replaced()).toBe(1)
})

test('messages of a second are said together, and none that says what is known', async () => {
  const it = harness(films(3), -HOUR)
  it.reader.start()
  await it.clock.advance(MINUTE)
  it.parts.length = 0
  it.hear('movie', [film(1)])
  it.hear('movie', [film(2, {have: 1, fileId: 1})])
  it.hear('movie', [film(2, {have: 1, fileId: 5})])
  it.hear('movie', [film(4)], 'created')
  it.hear('movie', [film(3)], 'deleted')
  await it.clock.advance(SECOND)
  expect(it.said()).toEqual(['rows', 'gone'])
  expect(it.ids()).toEqual([1, 2, 4])
  expect(it.copy.get(keyNumber(film(2)))).toMatchObject({fileId: 5})
  expect(it.reads()).toEqual([])
})

test('of a film whose message leaves out the file that it has, all is read, and nothing is believed before', async () => {
  const it = harness([film(1, {have: 1, fileId: 4, quality: 'HD'}), film(2)], -HOUR)
  it.reader.start()
  await it.clock.advance(MINUTE)
  it.parts.length = 0
  it.arr.below = [film(1, {have: 1, fileId: 4, quality: 'HD', monitored: false})]
  it.hear('movie', [film(1, {have: 1, monitored: false})])
  await it.clock.advance(SECOND)
  expect(it.copy.get(keyNumber(film(1)))).toMatchObject({fileId: 4, quality: 'HD'})
  await it.clock.advance(2 * SECOND)
  expect(it.reads()).toEqual(['more 1'])
  expect(it.copy.get(keyNumber(film(1)))).toMatchObject({fileId: 4, quality: 'HD', monitored: false})
})

test('episodes are read only where the numbers of a season are other ones, and kept only while they are wanted', async () => {
  const it = harness([...series(7, [1, 2]), episode(1, 7), episode(2, 7)], -HOUR)
  it.reader.start()
  await it.clock.advance(MINUTE)
  const [own, ...seasons] = series(7, [1, 2])
  it.hear('series', [{...own!, title: 'Show 7, renamed'}, ...seasons])
  await it.clock.advance(MINUTE)
  expect(it.reads()).toEqual([])
  const now = it.clock.now()
  it.arr.below = [
    episode(1, 7, {have: 1, fileId: 1}),
    episode(2, 7),
    episode(3, 7, {monitored: false}),
    episode(4, 7, {have: 1, fileId: 4, belowCutoff: true}),
    episode(5, 7, {releasedAt: now + 47 * HOUR}),
    episode(6, 7, {releasedAt: now + 49 * HOUR}),
    episode(7, 7, {releasedAt: null}),
  ]
  it.hear('series', series(7, [2, 2]))
  await it.clock.advance(MINUTE)
  expect(it.reads()).toEqual(['more 7'])
  expect(it.ids('episode')).toEqual([2, 4, 5])
  it.hear('series', series(7, [2, 2]), 'deleted')
  await it.clock.advance(MINUTE)
  expect(it.copy.size).toBe(0)
})

test('Q24 fifty thousand messages are said once it is calm, and nothing is read meanwhile', async () => {
  const all = [...series(1, [0]), ...films(5_000)]
  const it = harness(all, -HOUR)
  it.reader.start()
  await it.clock.advance(MINUTE)
  it.parts.length = 0
  let beforeStorm = 0
  for (let round = 0; round < 10; round++) {
    for (let at = 0; at < 50; at++) {
      for (const row of films(100))
        it.hear('movie', [
          {
            ...row,
            id: row.id + at * 100,
            title: `Film ${row.id + at * 100}`,
            tmdbId: row.tmdbId! + at * 100,
            size: at < 4 ? round : 0,
          },
        ])
      it.hear('series', series(1, [round]))
      await it.clock.advance(SECOND)
    }
    if (round === 0) beforeStorm = it.parts.length
  }
  expect(it.parts.length).toBe(beforeStorm)
  expect(it.reads().length).toBeLessThanOrEqual(1)
  it.asked.length = 0
  it.parts.length = 0
  it.arr.below = [episode(1, 1)]
  await it.clock.advance(2 * MINUTE)
  // Of 400 films and a season something is another by now.
  expect(it.said()).toEqual(['rows', 'rows'])
  expect(it.reads()).toEqual(['more 1'])
})

test('what is said while the library is read is newer than what is read', async () => {
  const it = harness(films(2), null)
  it.arr.rows = [film(1), film(2)]
  it.arr.whileRead = () => {
    it.hear('movie', [film(1, {have: 1, fileId: 8})])
    it.hear('movie', [film(2)], 'deleted')
  }
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.copy.get(keyNumber(film(1)))).toMatchObject({fileId: 8})
  expect(it.ids()).toEqual([1])
})

test('the library is read after the live channel was away for ten minutes, and not after five', async () => {
  const it = harness(films(2), -HOUR)
  it.reader.start()
  it.reader.channelIs(true)
  await it.clock.advance(MINUTE)
  it.reader.channelIs(false)
  await it.clock.advance(5 * MINUTE)
  it.reader.channelIs(false)
  it.reader.channelIs(true)
  await it.clock.advance(MINUTE)
  expect(it.reads()).toEqual([])
  it.reader.channelIs(false)
  await it.clock.advance(11 * MINUTE)
  it.reader.channelIs(true)
  await it.clock.advance(MINUTE)
  expect(it.reads()).toEqual(['all'])
})

test('an Arr that began again is read soon, one that does so again and again every half an hour', async () => {
  const it = harness(films(2), -HOUR)
  it.reader.start()
  it.reader.restarted()
  await it.clock.advance(MINUTE)
  expect(it.reads()).toEqual(['all'])
  for (let minute = 0; minute < 50; minute++) {
    it.reader.restarted()
    await it.clock.advance(MINUTE)
  }
  expect(it.reads().length).toBe(2)
})

test('settings are read each six hours, and when a tag or an indexer changed', async () => {
  const it = harness(films(2), -MINUTE)
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.asked).toEqual(['settings'])
  it.reader.settingsChanged()
  it.reader.settingsChanged()
  await it.clock.advance(MINUTE)
  expect(it.asked).toEqual(['settings', 'settings'])
  await it.clock.advance(7 * HOUR)
  expect(it.asked.filter((what) => what === 'settings').length).toBe(3)
})

test('settings that could not be read are asked for again in ten minutes', async () => {
  const it = harness(films(2), -MINUTE)
  it.arr.settings = null
  it.reader.start()
  await it.clock.advance(11 * MINUTE)
  expect(it.asked).toEqual(['settings', 'settings'])
  it.arr.settings = settings
  await it.clock.advance(HOUR)
  expect(it.asked).toEqual(['settings', 'settings', 'settings'])
})

test('of an album it is known whether it is below the cut-off only by the list of those that are', async () => {
  const album = (id: number, belowCutoff: boolean | null = null) =>
    libraryRow({
      kind: 'album',
      id,
      parentId: 1,
      title: `Album ${id}`,
      foreignId: `f${id}`,
      have: 9,
      due: 9,
      belowCutoff,
    })
  const it = harness()
  it.arr.rows = [album(1, true), album(1), album(2)]
  it.reader.start()
  await it.clock.advance(MINUTE)
  const below = () => [1, 2].map((id) => it.copy.get(keyNumber(album(id)))?.belowCutoff)
  expect(below()).toEqual([true, false])
  it.parts.length = 0
  it.hear('album', [album(1)])
  await it.clock.advance(MINUTE)
  expect(it.parts).toEqual([])
})

test('rows whose numbers are none are left out', async () => {
  const it = harness()
  it.arr.rows = [film(0), film(-1), film(1.5), film(2 ** 32), film(3)]
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.ids()).toEqual([3])
  expect(libraryKinds.length).toBeLessThan(256)
})

test('scores of films are read some at a time, those that were added last first, and stay for as long as the file does', async () => {
  const withFile = (id: number, fileId: number) => film(id, {have: 1, fileId})
  const it = harness([withFile(1, 11), withFile(2, 12), withFile(3, 13), film(4)], -MINUTE)
  const profile = {id: 1, name: 'HD', upgradeAllowed: true, minScore: 10, cutoffScore: 0}
  it.arr.settings = {...settings, profiles: [profile]}
  it.arr.scores = new Map([
    [1, [11, 5]],
    [2, [12, -7]],
    // It has another file by now, of which nothing was said yet.
    [3, [99, 1]],
  ])
  it.reader.start()
  await it.clock.advance(4 * MINUTE)
  const scores = () => [1, 2, 3, 4].map((id) => it.copy.get(keyNumber(film(id)))?.score)
  expect(scores()).toEqual([null, -7, null, null])
  await it.clock.advance(3 * MINUTE)
  expect(scores()).toEqual([5, -7, null, null])
  expect(it.asked).toEqual(['settings', 'scores 3 2', 'scores 3 1'])
  it.hear('movie', [withFile(2, 12)])
  it.hear('movie', [withFile(1, 21)])
  await it.clock.advance(2 * SECOND)
  expect(scores()).toEqual([null, -7, null, null])
  it.arr.rows = [withFile(1, 21), withFile(2, 12), withFile(3, 13), film(4)]
  it.arr.scores = new Map()
  await it.nextRead()
  expect(scores()).toEqual([null, -7, null, null])
})

test('where no profile gives scores none is read', async () => {
  const it = harness([film(1, {have: 1, fileId: 1})], -MINUTE)
  it.reader.start()
  await it.clock.advance(HOUR)
  expect(it.asked).toEqual(['settings'])
})

test('a library that is too large is not read, and grows no further by messages', async () => {
  const it = harness()
  it.arr.rows = films(6_001)
  it.reader.start()
  await it.clock.advance(MINUTE)
  expect(it.said()).toEqual([])
  it.arr.rows = films(6_000)
  await it.nextRead()
  expect(it.ids().length).toBe(6_000)
  it.hear('movie', [film(6_001)])
  it.hear('movie', [film(1, {have: 1, fileId: 1})])
  await it.clock.advance(MINUTE)
  expect([it.ids().length, it.copy.get(keyNumber(film(1)))?.have]).toEqual([6_000, 1])
})

test('a reader that is stopped asks and says nothing more', async () => {
  const it = harness()
  it.arr.rows = films(3)
  it.reader.start()
  it.reader.stop()
  await it.clock.advance(48 * HOUR)
  expect([it.asked, it.parts]).toEqual([[], []])
})
