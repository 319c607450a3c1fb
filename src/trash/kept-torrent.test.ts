import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {
  addedAs,
  differences,
  hasItsData,
  isNameForAll,
  keptTorrent,
  renames,
  type KeptTorrent,
} from './kept-torrent.ts'

const usual = {name: 'Film', complete: true, forceStart: false} as TorrentRecord
const files: readonly TorrentFile[] = ['Film/a.mkv', 'Film/b.srt'].map((path, index) => ({
  index,
  path,
  size: 10,
  progress: 1,
  priority: 'normal',
}))

function kept(fields: Partial<TorrentRecord> = {}, its = files, urls: readonly string[] = []): KeptTorrent {
  const trackers = urls.map((url, tier) => ({url, tier, status: 'working', message: ''}) as const)
  return keptTorrent({...usual, ...fields}, its, trackers)
}

/** As a server does it. */
function after(paths: readonly string[], commands: ReturnType<typeof renames>): readonly string[] {
  let now = [...paths]
  for (const {verb, args} of commands) {
    if (verb !== 'renameFile' && verb !== 'renameFolder') throw new Error(verb)
    const {from, to} = args
    const isIt = (path: string) => (verb === 'renameFile' ? path === from : path.startsWith(`${from}/`))
    now = now.map((path) => (isIt(path) ? to + path.slice(from.length) : path))
  }
  return now
}

for (const [what, now, before, commands] of [
  ['nothing', ['F/a', 'F/b'], ['F/a', 'F/b'], []],
  ['its folder', ['F/a', 'F/s/b'], ['G/a', 'G/s/b'], ['renameFolder F G']],
  ['a folder in it', ['F/a', 'F/s/b'], ['F/a', 'F/t/b'], ['renameFolder F/s F/t']],
  [
    'both, and a file',
    ['F/a', 'F/s/b'],
    ['G/c', 'G/t/b'],
    ['renameFolder F G', 'renameFolder G/s G/t', 'renameFile G/a G/c'],
  ],
  ['a file of a single one', ['a.mkv'], ['b.mkv'], ['renameFile a.mkv b.mkv']],
  ['what lies elsewhere now', ['F/a', 'F/b'], ['F/a', 'F/s/b'], ['renameFile F/b F/s/b']],
  [
    "two that take each other's name",
    ['a', 'b'],
    ['b', 'a'],
    ['renameFile a a.0.renamed', 'renameFile b a', 'renameFile a.0.renamed b'],
  ],
  ['the folder that is gone', ['F/a', 'F/b'], ['a', 'b'], ['renameFile F/a a', 'renameFile F/b b']],
] as const) {
  test(`what was renamed is renamed again: ${what}`, () => {
    const reported = renames(now, before)
    expect(reported.map(({verb, args}) => [verb, ...Object.values(args)].join(' '))).toEqual(commands)
    expect(after(now, reported)).toEqual(before)
  })
}

test('whatever files and folders were called, they are called so again, and none ever lands on another', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(name, {minLength: 1, maxLength: 4}).map((parts) => parts.join('/'))
  const overlap = (one: string, other: string) => `${one}/`.startsWith(`${other}/`)
  const isTree = (paths: readonly string[]) =>
    paths.every((one, at) => paths.every((other, its) => at === its || !overlap(one, other)))
  fc.assert(
    fc.property(fc.array(fc.tuple(path, path), {minLength: 1, maxLength: 6}), (pairs) => {
      const [now, before] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
      fc.pre(isTree(now) && isTree(before))
      const reported = renames(now, before)
      expect(after(now, reported)).toEqual(before)
      for (const count of reported.keys()) expect(after(now, reported.slice(0, count))).toSatisfy(isTree)
    }),
    {numRuns: 300},
  )
})

test('of the layouts that a server knows the one is sent that leaves least to rename', () => {
  const paths = ['Film/a.mkv', 'Film/b.srt']
  const flat = {files: [{path: 'a.mkv'}, {path: 'b.srt'}]} as unknown as KeptTorrent
  expect(addedAs(kept(), paths, true)).toEqual({layout: 'original', paths})
  expect(addedAs(flat, paths, true)).toEqual({layout: 'noSubfolder', paths: ['a.mkv', 'b.srt']})
  expect(addedAs(flat, paths, false)).toEqual({layout: 'original', paths})
  const inFolder = {files: [{path: 'a/a.mkv'}]} as unknown as KeptTorrent
  expect(addedAs(inFolder, ['a.mkv'], true)).toEqual({layout: 'subfolder', paths: ['a/a.mkv']})
})

test.each([
  ['Film (2019)/Film.2019.1080p-GRP.mkv', true],
  ['Größe/ア 1.mkv', true],
  [`${'a'.repeat(196)}.mkv`, true],
  ['Größe/a.mkv'.normalize('NFD'), false],
  ['Film?/a.mkv', false],
  ['Film/a\tb.mkv', false],
  ['Film/a\u200b.mkv', false],
  ['Film /a.mkv', false],
  ['Film/a.', false],
  ['.Film/a.mkv', false],
  ['con/a.mkv', false],
  ['a/NUL.mkv', false],
  [`${'ア'.repeat(70)}.mkv`, false],
])('%s is a name that every server uses on its disk: %s', (path, isSo) => {
  expect(isNameForAll(path)).toBe(isSo)
})

test('what is not as it was is sent, and nothing of what one of them does not know', () => {
  const before = kept(
    {downLimit: 5, upLimit: null, ratioLimit: 2, idleLimit: undefined, sequential: true, comment: 'mine'},
    files.map((file, at) => ({...file, priority: at === 0 ? 'high' : 'skip'})),
    ['https://a.example/announce', 'udp://b.example:80'],
  )
  const now = kept(
    {
      downLimit: null,
      upLimit: null,
      ratioLimit: 'inherit',
      idleLimit: 60,
      sequential: false,
      superSeeding: true,
    },
    files,
    ['https://a.example/announce', 'https://other.example/announce'],
  )
  expect(differences(before, now)).toEqual([
    {verb: 'setFilePriority', args: {files: [0], priority: 'high'}},
    {verb: 'setFilePriority', args: {files: [1], priority: 'skip'}},
    {verb: 'addTrackers', args: {tiers: [['udp://b.example:80']]}},
    {verb: 'removeTrackers', args: {urls: ['https://other.example/announce']}},
    {verb: 'setSpeedLimits', args: {down: 5}},
    {verb: 'setShareLimits', args: {ratio: 2}},
    {verb: 'setSequential', args: {on: true}},
  ])
  expect(differences(before, before)).toEqual([])
})

test('trackers stand in the order of their tiers again, whatever numbers those have', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => `https://${name}.example/announce`) as [
    string,
    string,
    string,
  ]
  const before = kept({}, files, [a, b, c])
  const tiers = (...urls: readonly (readonly [string, number])[]) => ({
    ...before,
    trackers: urls.map(([url, tier]) => ({url, tier, isOff: false})),
  })
  expect(differences(before, tiers([a, 0], [b, 4], [c, 9]))).toEqual([])
  expect(differences(before, tiers([a, 0], [b, 0], [c, 0]))).toEqual([])
  expect(differences(before, tiers([a, 0], [c, 1], [b, 2]))).toEqual([
    {verb: 'removeTrackers', args: {urls: [c]}},
  ])
  expect(differences(before, tiers([b, 0], [a, 1], [c, 2]))).toEqual([
    {verb: 'removeTrackers', args: {urls: [b, c]}},
  ])
  expect(differences(before, tiers([a, 1]))).toEqual([{verb: 'addTrackers', args: {tiers: [[b], [c]]}}])
})

test('what was complete is complete again; of the rest some pieces may be lost', () => {
  const GB = 1e9
  const half = kept({complete: false, completed: 10 * GB, size: 20 * GB})
  const found = (complete: boolean, completed: number) => ({complete, completed}) as TorrentRecord
  expect(hasItsData(kept(), found(false, 20 * GB))).toBe(false)
  expect(hasItsData(kept(), found(true, 0))).toBe(true)
  expect(hasItsData(half, found(false, 9.9 * GB))).toBe(true)
  expect(hasItsData(half, found(false, 0))).toBe(false)
})
