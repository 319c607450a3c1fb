import {expect, test} from 'vitest'
import {
  asDownloadId,
  type HistoryRow,
  type LibraryFile,
  type LibraryItem,
  type MediaRef,
  type RemotePathMapping,
} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LibraryPlaces, mayMeanCopy, type TorrentData} from './library-places.ts'

const id = asDownloadId('a'.repeat(40))!
const movie: MediaRef = {kind: 'movie', id: 17, parentId: null}
const episode = (number: number): MediaRef => ({kind: 'episode', id: number, parentId: 7})

/** An Arr with a library that a test writes, and that counts what it is asked. */
function arr() {
  const clock = new VirtualClock()
  const has = {
    history: [] as HistoryRow[],
    /** By the id of the movie or series. */
    files: new Map<number, readonly LibraryFile[]>(),
    /** Ids of files by the id of the movie or episode. */
    filesOf: new Map<number, readonly number[]>(),
    roots: ['/media/movies'],
    folders: new Map<number, string>(),
    /** Of movies. */
    filePaths: new Map<number, string>(),
    isEmpty: false,
    mappings: [] as RemotePathMapping[],
    waits: null as Promise<unknown> | null,
  }
  const asked: string[] = []
  const places = new LibraryPlaces(
    {
      async historyOf(download) {
        asked.push('history')
        await has.waits
        return has.history.filter(({downloadId}) => downloadId === download)
      },
      filesOf: async (ids) => new Map(ids.map((one) => [one, has.filesOf.get(one) ?? []])),
      async files(owner) {
        asked.push(`files ${owner}`)
        return [...(has.files.get(owner) ?? [])]
      },
      async library(take) {
        asked.push('library')
        for (const [owner, folder] of has.folders) {
          const filePath = has.filePaths.get(owner) ?? ''
          take({id: owner, folder, filePath, hasFile: has.isEmpty ? false : null} as LibraryItem)
        }
        return has.folders.size
      },
      async rootFolders() {
        asked.push('roots')
        return has.roots.map((path) => ({path, accessible: true, freeSpace: 1}))
      },
      remotePathMappings: async () => has.mappings,
    },
    clock,
    new AbortController().signal,
  )
  const filesIn = (
    content: string | readonly string[],
    queued: readonly MediaRef[] = [],
    more: Partial<TorrentData> = {},
  ) =>
    places.filesIn(
      {downloadIds: [id], places: [content].flat(), savePath: '/saved', copies: [], ...more},
      queued,
    )
  const file = (owner: number, path: string, ...items: readonly MediaRef[]) => {
    const one = {id: lastId++, ownerId: owner, path, size: 5} as LibraryFile
    has.files.set(owner, [...(has.files.get(owner) ?? []), one])
    for (const item of items) has.filesOf.set(item.id, [one.id])
    return one
  }
  let lastId = 1
  const cameIn = (media: MediaRef, from: string, {id: fileId, path}: LibraryFile) => {
    const row = {id: lastId++, at: lastId, downloadId: id, media, reason: null, client: ''}
    has.history.push({
      ...row,
      event: 'imported',
      fileId,
      droppedPath: from,
      importedPath: path,
    } as unknown as HistoryRow)
  }
  const grabbed = (media: MediaRef) =>
    has.history.push({
      id: lastId++,
      at: lastId,
      downloadId: id,
      media,
      event: 'grabbed',
      fileId: null,
      droppedPath: '',
    } as unknown as HistoryRow)
  return {clock, has, asked, places, filesIn, file, cameIn, grabbed}
}

const nothing = {inside: 0, elsewhere: [], isWhole: true}

test('an import that stayed in the folder of the download lies in it, and one in the library elsewhere', async () => {
  const {file, cameIn, filesIn, has} = arr()
  const path = '/data/film/film.mkv'
  cameIn(movie, path, file(17, path, movie))
  expect(await filesIn('/data/film')).toEqual({...nothing, inside: 1})
  expect(await filesIn(path)).toEqual({...nothing, inside: 1})
  // A name that begins alike is another folder.
  expect(await filesIn('/data/fil', [], {savePath: '/data'})).toEqual(nothing)
  has.files.clear()
  const [row] = has.history
  const moved = file(17, '/media/movies/Film/Film.mkv', movie)
  has.history[0] = {...row!, fileId: moved.id}
  expect((await filesIn('/data/film/')).elsewhere).toEqual([{from: path, to: moved.path, size: 5}])
})

test('of a series those episodes are counted that lie in it, whatever is proven of the others', async () => {
  const {file, cameIn, grabbed, filesIn} = arr()
  for (const number of [1, 2, 3, 4]) grabbed(episode(number))
  const inside = [1, 2].map((number) => file(7, `/data/pack/e${number}.mkv`, episode(number)))
  cameIn(episode(1), '/data/pack/e1.mkv', inside[0]!)
  file(7, '/media/tv/Series/e3.mkv', episode(3))
  expect(await filesIn('/data/pack')).toMatchObject({inside: 2})
})

test('what was not grabbed is found where the library has folders around the data or in it', async () => {
  const {file, filesIn, has, asked} = arr()
  file(3, '/media/movies/Film (2020)/film.mkv')
  file(4, '/media/movies/Other/other.mkv')
  has.folders.set(3, '/media/movies/Film (2020)').set(4, '/media/movies/Other')
  expect(await filesIn('/media/movies/Film (2020)')).toEqual({...nothing, inside: 1})
  expect(await filesIn('/media/movies/Film (2020)/film.mkv')).toEqual({...nothing, inside: 1})
  expect(await filesIn('/media/movies')).toEqual({...nothing, inside: 2})
  expect(await filesIn('/media/movies/Film (2020)/another.mkv')).toEqual(nothing)
  // All of these took one look at the folders of the library.
  expect(asked.filter((it) => it === 'library')).toHaveLength(1)
  asked.length = 0
  expect(await filesIn('/data/film')).toEqual(nothing)
  expect(asked).toEqual(['history'])
})

test('of a torrent without a folder of its own its files count, and not what lies beside them', async () => {
  const {file, filesIn, has} = arr()
  for (const name of ['a', 'b', 'c']) file(3, `/media/movies/All/${name}.mkv`)
  has.folders.set(3, '/media/movies/All')
  const own = ['/media/movies/All/a.mkv', '/media/movies/All/b.mkv']
  expect(await filesIn(own)).toEqual({...nothing, inside: 2})
})

test('an Arr that sees the content by another path is understood by its mappings, and by where files came in from', async () => {
  const {file, cameIn, filesIn, has} = arr()
  has.mappings = [{host: 'box', remotePath: '/srv/', localPath: '/mnt/box/'}]
  const inside = file(17, '/mnt/box/film/film.mkv', movie)
  cameIn(movie, '/mnt/box/film/film.mkv', inside)
  expect(await filesIn('/srv/film')).toEqual({...nothing, inside: 1})
  // Nothing but the history tells of this one.
  expect(await filesIn('/home/seed/film')).toEqual({...nothing, inside: 1})
  const other = arr()
  other.has.mappings = has.mappings
  const moved = other.file(17, '/mnt/box/media/Film.mkv', movie)
  other.cameIn(movie, '/mnt/box/film/film.mkv', moved)
  expect((await other.filesIn('/srv/film')).elsewhere).toEqual([
    {from: '/srv/film/film.mkv', to: '/srv/media/Film.mkv', size: 5},
  ])
  // By the paths of this server the disk alone can say whether that is the same.
  expect(await other.filesIn('/home/seed/film')).toEqual({
    ...nothing,
    elsewhere: [{from: '/home/seed/film/film.mkv', to: '/srv/media/Film.mkv', size: 5}],
  })
})

test('of files that came in by paths which cannot be placed it is not known, and of those of a copy it is', async () => {
  const {file, cameIn, filesIn} = arr()
  cameIn(movie, '/mnt/box/film/film.mkv', file(17, '/mnt/box/film/film.mkv', movie))
  const unknown = {...nothing, isWhole: false}
  // It has another name there.
  expect(await filesIn('/home/seed/renamed')).toEqual(unknown)
  // Renamed where it is saved, by paths that both know.
  expect(await filesIn('/mnt/box/renamed', [], {savePath: '/mnt/box'})).toEqual(nothing)
  expect(await filesIn(['/home/seed/a.mkv', '/home/seed/b.mkv'])).toEqual(unknown)
  // The same torrent on two servers has one name.
  expect(await filesIn('/home/seed/film', [], {copies: ['/other/film']})).toEqual(unknown)
  expect(await filesIn('/home/seed/film', [], {copies: ['/mnt/box/film']})).toEqual(nothing)
  expect(await filesIn('/mnt/box/film', [], {copies: ['/home/seed/film']})).toEqual({...nothing, inside: 1})
})

test('an Arr on Windows names the folders of a server elsewhere in its own way', async () => {
  const {file, filesIn, has} = arr()
  has.mappings = [{host: 'box', remotePath: '/srv/', localPath: 'M:\\media\\'}]
  has.roots = ['M:\\media\\movies']
  has.folders.set(3, 'M:\\media\\movies\\Film')
  file(3, 'm:\\media\\movies\\film\\Film.mkv')
  expect(await filesIn('/srv/movies/Film')).toEqual({...nothing, inside: 1})
})

test('what is in its queue is looked at, too, and what is known of a series alone', async () => {
  const {file, filesIn} = arr()
  file(7, '/data/pack/e1.mkv', episode(1))
  expect(await filesIn('/data/pack')).toEqual(nothing)
  const queued: MediaRef = {kind: 'episode', id: 0, parentId: 7}
  expect(await arr().filesIn('/data/pack', [{kind: 'movie', id: 0, parentId: null}])).toEqual(nothing)
  const other = arr()
  other.file(7, '/data/pack/e1.mkv', episode(1))
  expect(await other.filesIn('/data/pack', [queued])).toEqual({...nothing, inside: 1})
})

test('one look serves all who ask within some seconds, until the Arr reports a change', async () => {
  const {filesIn, asked, clock, places} = arr()
  await Promise.all([filesIn('/data/a'), filesIn('/data/a')])
  await filesIn('/data/a')
  expect(asked).toEqual(['roots', 'history'])
  places.hear({name: 'movie', action: 'updated', resource: {}, version: ''})
  await filesIn('/data/a')
  expect(asked).toEqual(['roots', 'history', 'history'])
  await clock.advance(5_001)
  await filesIn('/data/a')
  expect(asked).toEqual(['roots', 'history', 'history', 'roots', 'history'])
})

test('four are asked about at a time, and of very many it is said at once that it cannot be known', async () => {
  const {filesIn, asked, has} = arr()
  const answer = Promise.withResolvers<void>()
  has.waits = answer.promise
  const looks = Array.from({length: 61}, (_, at) => filesIn(`/data/${at}`))
  await expect(looks.at(-1)).rejects.toThrow(CommodarrError)
  expect(asked.filter((it) => it === 'history')).toHaveLength(4)
  answer.resolve()
  expect(await Promise.all(looks.slice(0, -1))).toHaveLength(60)
})

test('of a torrent around very many movies not all are looked at, and it is said', async () => {
  const {filesIn, has} = arr()
  for (let owner = 1; owner <= 51; owner++) has.folders.set(owner, `/media/movies/${owner}`)
  expect(await filesIn('/media/movies')).toEqual({...nothing, isWhole: false})
})

test('what fails is said, and not kept', async () => {
  const {filesIn, has} = arr()
  has.waits = Promise.reject(new CommodarrError('arr_not_ready', 'It is away.'))
  await expect(filesIn('/data/a')).rejects.toThrow('It is away.')
  has.waits = null
  expect(await filesIn('/data/a')).toEqual(nothing)
})

const placed = (content: string, files: readonly string[] | null = null, seen: readonly string[] = []) => ({
  content,
  files,
  seen,
})
const reportedMovie = (resource: object) => ({name: 'movie', action: 'updated', resource, version: ''})

test('S51 for a rule movies are known by one list, and series asked for one by one', async () => {
  const {places, has, file, asked} = arr()
  has.folders.set(3, '/media/movies/Film (2020)').set(4, '/media/movies/Some Series')
  has.filePaths.set(3, '/media/movies/Film (2020)/film.mkv')
  file(4, '/media/movies/Some Series/Season 1/e1.mkv')
  const found = {path: '/media/movies/Film (2020)/film.mkv', isWhole: true}
  expect(await places.fileIn(placed('/media/movies/Film (2020)'))).toEqual(found)
  // Capitals make no difference, and the disk may know better.
  expect(await places.fileIn(placed('/media/movies/FILM (2020)'))).toEqual(found)
  expect(await places.fileIn(placed('/srv/x', null, ['/media/movies/Film (2020)/film.mkv']))).toEqual(found)
  // Another name of the same bytes is no file of the library.
  const none = {path: null, isWhole: true}
  expect(await places.fileIn(placed('/media/movies/Film (2020)/other.mkv'))).toEqual(none)
  expect(await places.fileIn(placed('/media/movies', ['/media/movies/other.mkv']))).toEqual(none)
  expect(await places.fileIn(placed('/media/movies', ['/media/movies/Film (2020)/film.mkv']))).toEqual(found)
  expect(asked.filter((it) => it !== 'files 4')).toEqual(['roots', 'library'])
  expect(await places.fileIn(placed('/media/movies/Some Series/Season 1'))).toMatchObject({
    path: '/media/movies/Some Series/Season 1/e1.mkv',
  })
  has.isEmpty = true
  places.hear(reportedMovie({id: 4}))
  expect(await places.fileIn(placed('/media/movies/Some Series/Season 1'))).toEqual(none)
})

test('S51 for a rule the library is read again after a minute, and while the Arr reports changes after ten', async () => {
  const {places, has, asked, clock} = arr()
  has.folders.set(3, '/media/movies/Film')
  const look = () => places.fileIn(placed('/media/movies/Film'))
  await look()
  await look()
  expect(asked).toEqual(['roots', 'library', 'files 3'])
  await clock.advance(60_000)
  await look()
  expect(asked.slice(3)).toEqual(['library', 'files 3'])
  places.channelIs(true)
  await look()
  asked.length = 0
  await clock.advance(400_000)
  await look()
  expect(asked).toEqual([])
  await clock.advance(200_000)
  await look()
  expect(asked).toEqual(['roots', 'library'])
  asked.length = 0
  places.hear({...reportedMovie({seriesId: 9}), name: 'episodefile'})
  await look()
  expect(asked).toEqual(['library'])
  places.hear(reportedMovie({id: 3, path: '/media/movies/Film'}))
  await look()
  expect(asked.slice(1)).toEqual(['library', 'files 3'])
  // Its folder is none that was known.
  asked.length = 0
  places.hear(reportedMovie({id: 3, path: '/media/more/Film'}))
  await look()
  expect(asked).toEqual(['roots', 'library', 'files 3'])
})

test('S51 for rules an Arr is asked for the files of thirty series an hour, and what is beyond is not known', async () => {
  const {places, has, asked, clock} = arr()
  places.channelIs(true)
  for (let owner = 1; owner <= 31; owner++) has.folders.set(owner, `/media/movies/${owner}`)
  const look = (owner: number) => places.fileIn(placed(`/media/movies/${owner}`))
  for (let owner = 1; owner <= 30; owner++) expect(await look(owner)).toEqual({path: null, isWhole: true})
  expect(await look(31)).toEqual({path: null, isWhole: false})
  expect(await look(30)).toEqual({path: null, isWhole: true})
  expect(asked.filter((it) => it.startsWith('files'))).toHaveLength(30)
  await clock.advance(3_600_000)
  expect(await look(31)).toEqual({path: null, isWhole: true})
})

test('of the same torrent on two servers the one counts whose category the Arr uses', () => {
  expect(mayMeanCopy('cross', [], ['films'])).toBe(false)
  expect(mayMeanCopy('cross', ['films'], ['films'])).toBe(true)
  expect(mayMeanCopy('films', ['cross'], ['films'])).toBe(false)
  // Nothing tells them apart: who is in doubt is warned.
  expect(mayMeanCopy('films', ['films'], ['films'])).toBe(false)
  expect(mayMeanCopy('cross', ['other'], ['films'])).toBe(false)
  expect(mayMeanCopy('films', ['cross'], null)).toBe(true)
})
