import {expect, test} from 'vitest'
import type {TorrentRecord} from '#model/torrent.ts'
import {
  dataGoesTo,
  decidedAdd,
  fileChangeOf,
  folderAfter,
  landingsOfAdd,
  type FoldersChange,
  type ServerPlaces,
} from './file-changes.ts'

const server: ServerPlaces = {
  kind: 'qbittorrent',
  categories: [
    {name: 'films', savePath: '/films'},
    {name: 'tv', savePath: ''},
    {name: 'relative', savePath: 'kept'},
  ],
  defaultSavePath: '/data',
  movesByCategory: false,
}

interface Given extends Partial<
  Pick<TorrentRecord, 'category' | 'autoManaged' | 'incompletePath' | 'complete'>
> {
  readonly savePath: string
}

/** Where a torrent goes; 'stays', or 'unknown'. */
function goes(change: FoldersChange, {savePath, ...given}: Given): string {
  const torrent = {category: '', autoManaged: true, incompletePath: null, complete: true, ...given, savePath}
  const folder = folderAfter(change, torrent, server)
  return folder === undefined ? 'stays' : (folder ?? 'unknown')
}

test('a category that is saved elsewhere, or removed, moves what it has and what is below it', () => {
  const edited = {category: 'tv', savePath: '/series'}
  const removed = {removedCategory: 'films'}
  expect(goes(edited, {category: 'tv', savePath: '/data/tv'})).toBe('/series')
  expect(goes(edited, {category: 'tv', savePath: '/series/'})).toBe('stays')
  expect(goes(edited, {category: 'tv/old', savePath: '/data/tv/old'})).toBe('unknown')
  expect(goes(edited, {category: 'films', savePath: '/films'})).toBe('stays')
  expect(goes(edited, {category: 'tv', autoManaged: false, savePath: '/data/tv'})).toBe('stays')
  expect(goes(removed, {category: 'films', savePath: '/films'})).toBe('/data')
  expect(goes({category: 'tv', savePath: 'kept'}, {category: 'tv', savePath: '/data/tv'})).toBe('/data/kept')
})

test('another default folder moves what has no folder of its own by its category', () => {
  const change = {defaults: {savePath: '/new'}}
  expect(goes(change, {savePath: '/data'})).toBe('/new')
  expect(goes(change, {category: 'tv', savePath: '/data/tv'})).toBe('/new/tv')
  expect(goes(change, {category: 'relative', savePath: '/data/kept'})).toBe('/new/kept')
  expect(goes(change, {category: 'films', savePath: '/films'})).toBe('stays')
  expect(goes(change, {autoManaged: false, savePath: '/data'})).toBe('stays')
  // Its server completes it from a folder that it does not tell.
  expect(goes({defaults: {savePath: 'new'}}, {savePath: '/data'})).toBe('unknown')
  // Sent back as it is.
  expect(goes({defaults: {savePath: '/data/'}}, {category: 'tv', savePath: '/data/tv'})).toBe('stays')
  expect(goes(change, {complete: false, incompletePath: '/temp', savePath: '/data'})).toBe('/new')
})

test('another category moves what is managed automatically, the one that it has already does not', () => {
  const torrent = {category: 'films', autoManaged: true, savePath: '/elsewhere', contentPath: '/elsewhere/a'}
  const to = (category: string, row: object = {}) =>
    dataGoesTo({verb: 'setCategory', args: {category}}, {...torrent, ...row} as TorrentRecord, server)
  expect(to('films')).toBeNull()
  expect(to('', {category: ''})).toBeNull()
  expect(to('films', {category: undefined})).toMatchObject({folder: '/films'})
  expect(to('tv')).toMatchObject({folder: '/data/tv'})
  expect(to('tv', {autoManaged: false})).toBeNull()
})

test('another folder of what is not complete moves that alone', () => {
  const here = {complete: false, incompletePath: '/temp', savePath: '/data'}
  const beside = {complete: false, savePath: '/data'}
  const other = {defaults: {incompletePath: '/temp2'}}
  expect(goes(other, here)).toBe('/temp2')
  expect(goes(other, {...here, category: 'tv', incompletePath: '/temp/tv'})).toBe('/temp2/tv')
  expect(goes(other, {savePath: '/data', incompletePath: '/temp'})).toBe('stays')
  expect(goes(other, beside)).toBe('stays')
  expect(goes({defaults: {incompletePath: '/temp', usesIncompletePath: true}}, here)).toBe('stays')
  const on = {defaults: {usesIncompletePath: true}}
  expect([goes(on, here), goes(on, beside)]).toEqual(['stays', 'unknown'])
  const off = {defaults: {usesIncompletePath: false}}
  expect([goes(off, here), goes(off, beside)]).toEqual(['/data', 'stays'])
})

test('what is added without a folder arrives where it goes once it is complete, too; all else stays', () => {
  const source = {magnet: 'magnet:?xt=urn:btih:0'}
  const moves = {
    savePath: '/down',
    isAutomatic: false,
    usesCategoryFolders: false,
    contentLayout: 'original',
    completedPath: '/done',
  } as const
  const film = {name: 'a.mkv', files: [{path: 'a.mkv', size: 1}]}
  const deluge: ServerPlaces = {...server, kind: 'deluge', categories: [], defaultSavePath: '/old'}
  const arrives = (more: object, defaults: Parameters<typeof decidedAdd>[1] = moves) => {
    const add = decidedAdd({source, start: true, ...more}, defaults, deluge)
    return [add.completedPath, landingsOfAdd(add, film, deluge).map(({folder}) => folder)]
  }
  expect(arrives({})).toEqual(['/done', ['/down', '/done']])
  expect(arrives({}, {...moves, completedPath: '/down'})).toEqual(['/down', ['/down']])
  expect(arrives({}, {...moves, completedPath: null})).toEqual([null, ['/down']])
  expect(arrives({savePath: '/mine'})).toEqual([null, ['/mine']])
  for (const isThere of [{data: 'brought'}, {data: 'shared'}, {comesBack: true}])
    expect(arrives(isThere)).toEqual([null, ['/down']])
})

test('a label by which its server moves what is complete is a move of what is not', () => {
  const torrent = {hasMetadata: true, savePath: '/down', contentPath: '/down/a', complete: false}
  const files = [{path: 'a', size: 1}]
  const change = (completion: ServerPlaces['completion'], row: object = {}) =>
    fileChangeOf(
      {verb: 'setCategory', args: {category: 'films'}},
      {...torrent, ...row} as TorrentRecord,
      files,
      {...server, kind: 'deluge', ...(completion && {completion})},
    )
  const done = {folder: '/done'}
  expect(change(done)).toMatchObject({takes: 'all', lands: {folder: '/done', arrives: 'replacing'}})
  expect(change('unsaid')).toMatchObject({takes: 'all', lands: null, isUnsaid: true})
  const nothing = [
    change(undefined),
    change({folder: null}),
    change({folder: '/down/'}),
    change(done, {completedPath: '/done/'}),
    change(done, {complete: true}),
    change('unsaid', {complete: true}),
  ]
  expect(nothing).toEqual(nothing.map(() => null))
  // It takes its room once it is complete, and nobody knows when that is.
  const moved = {verb: 'setCategory', args: {category: 'films'}} as const
  expect(dataGoesTo(moved, torrent as TorrentRecord, {...server, completion: done})).toBeNull()
})

test('a rename onto another file of its own torrent is said, and so is one where a folder or a file would have to be', () => {
  const torrent = {hasMetadata: true, savePath: '/data', contentPath: '/data/pack'} as TorrentRecord
  const names = ['a/x', 'a/y', 'b/x', 'b/z/1', '1.mkv', '2.mkv', 'c/c/q', 'c/q', 'Same', 'same']
  const files = names.map((name) => ({path: `pack/${name}`, size: 1}))
  const over = (verb: 'renameFile' | 'renameFolder', from: string, to: string) => {
    const command = {verb, args: {from: `pack/${from}`, to: `pack/${to}`}}
    const its = fileChangeOf(command, torrent, files, server)?.overOwn
    return its === 'unread' ? its : its?.map((path) => path.slice('pack/'.length))
  }
  expect(over('renameFile', '1.mkv', '2.mkv')).toEqual(['2.mkv'])
  expect(over('renameFile', '1.mkv', '2.MKV. ')).toEqual(['2.mkv'])
  expect(over('renameFile', '1.mkv', '2.mkv/1.mkv')).toEqual(['2.mkv'])
  expect(over('renameFile', '1.mkv', 'b/z')).toEqual(['b/z/1'])
  expect(over('renameFile', '1.mkv', 'Same')).toEqual(['Same', 'same'])
  expect(over('renameFile', 'Same', 'same')).toEqual(['same'])
  expect(over('renameFolder', 'a', 'b')).toEqual(['b/x'])
  expect(over('renameFolder', 'a', 'b/Z')).toEqual([])
  // One moves after the other, and the second has yet to leave.
  expect(over('renameFolder', 'c', 'c/c')).toEqual(['c/c/q'])
  const free = [
    over('renameFile', '1.mkv', '3.mkv'),
    over('renameFile', '1.mkv', '1.MKV'),
    over('renameFile', '1.mkv', 'a/1.mkv'),
    over('renameFolder', 'a', 'A'),
    over('renameFolder', 'a', 'new/a'),
    over('renameFolder', 'b', 'a/b'),
  ]
  expect(free).toEqual(free.map(() => []))
  // A disk without capitals finds a file by another spelling of its name.
  expect(over('renameFile', '1.MKV', '2.mkv')).toEqual(['2.mkv'])
  expect(over('renameFolder', 'A', 'b')).toEqual(['b/x'])
  expect(over('renameFile', 'Same', 'b/same')).toEqual([])
  const top = {verb: 'rename', args: {name: 'PACK'}} as const
  expect(fileChangeOf(top, torrent, files, {...server, kind: 'transmission'})).toMatchObject({overOwn: []})
})

test('several files are compared at once, each with all others', () => {
  const torrent = {hasMetadata: true, savePath: '/data', contentPath: '/data/pack'} as TorrentRecord
  const files = ['1', '2', '3'].map((name) => ({path: `pack/${name}`, size: 1}))
  const change = (...names: readonly (readonly [string, string])[]) => {
    const its = names.map(([from, to]) => ({from: `pack/${from}`, to: `pack/${to}`}))
    return fileChangeOf({verb: 'renameFiles', args: {files: its}}, torrent, files, server)
  }
  expect(change(['1', 'a'], ['3', 'b'])).toMatchObject({
    takes: new Set(['pack/1', 'pack/3']),
    lands: {files: [{path: 'pack/a'}, {path: 'pack/b'}]},
    overOwn: [],
  })
  // One is renamed after the other, and the second has yet to leave.
  expect(change(['1', '2'], ['2', 'b'])).toMatchObject({overOwn: ['pack/2']})
  expect(change(['1', '1'])).toBeNull()
})

test('while its files cannot be read a new name for one of them may be that of another, and one for the top folder not', () => {
  const torrent = {hasMetadata: true, savePath: '/data', contentPath: '/data/pack'} as TorrentRecord
  for (const verb of ['renameFile', 'renameFolder'] as const) {
    const command = {verb, args: {from: 'pack/1', to: 'pack/2'}}
    expect(fileChangeOf(command, torrent, null, server)).toMatchObject({isUnread: true, overOwn: 'unread'})
  }
  const top = {verb: 'rename', args: {name: 'other'}} as const
  const change = fileChangeOf(top, torrent, null, {...server, kind: 'transmission'})
  expect(change).toMatchObject({isUnread: true})
  expect(change).not.toHaveProperty('overOwn')
})

test('a new name is compared as Deluge writes it', () => {
  const torrent = {hasMetadata: true, savePath: '/data', contentPath: '/data/ p '} as TorrentRecord
  const files = ['1', '2'].map((name) => ({path: ` p /${name}`, size: 1}))
  const command = {verb: 'renameFile', args: {from: ' p /1', to: ' p /.../\u00a02 '}} as const
  const paths = (kind: ServerPlaces['kind']) =>
    fileChangeOf(command, torrent, files, {...server, kind})?.lands?.files.map(({path}) => path)
  expect([paths('deluge'), paths('rtorrent')]).toEqual([['p/2'], [' p /.../\u00a02 ']])
})

test('an addition is refused where its server would cut a blank off the folder that it is compared in', () => {
  const add = {source: {magnet: 'magnet:?xt=urn:btih:0'}, start: true}
  const defaults = {
    savePath: '/films ',
    isAutomatic: false,
    usesCategoryFolders: true,
    contentLayout: 'original',
  } as const
  const odd = {...server, categories: [{name: 'tv', savePath: '/tv '}]}
  expect(() => decidedAdd(add, defaults, server)).toThrow('It would be saved in "/films "')
  expect(() => decidedAdd({...add, category: 'tv'}, {...defaults, savePath: '/d'}, odd)).toThrow('"/tv "')
  expect(() => decidedAdd({...add, savePath: '/x ', comesBack: true}, defaults, server)).toThrow('"/x "')
  expect(decidedAdd(add, {...defaults, isAutomatic: true}, server)).toMatchObject({autoManaged: true})
  expect(decidedAdd(add, defaults, {...server, kind: 'deluge'})).toMatchObject({defaultPath: '/films '})
})
