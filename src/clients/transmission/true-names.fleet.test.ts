import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {bounds, Scene} from './scene.conformance.ts'
import {asAnswered, TrueNames} from './true-names.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'true-names-'))))
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const hash = asInfoHash('a'.repeat(40))!

/** A 3.00 that tells this of each torrent. */
function reported(
  raw: {readonly name: string; readonly file: string; readonly link?: string | null},
  paths = [{server: '/srv', ours: folder}],
) {
  const asked: unknown[] = []
  const names = new TrueNames(
    {
      files: async (call, onFile) => {
        asked.push(call)
        onFile({name: raw.file})
        const link =
          raw.link === null
            ? ''
            : `magnet:?xt=urn:btih:${hash}&dn=${encodeURIComponent(raw.link ?? raw.name)}`
        return {torrents: [{hash_string: hash, name: raw.name, magnet_link: link}]}
      },
    },
    {current: {rpc: 16}},
    paths,
  )
  return {names, asked}
}

test.each([
  ['Film 😀', 'Film 😀'],
  ['𠮷野家: 😀 2', '𠮷野家_ 😀 2'],
  ['2019–2020 ア1', '2019–2020 ア1'],
  ['ὠ0', 'ὠ0'],
  ['Mission: Impossible?', 'Mission_ Impossible_'],
  [' a "b" . ', 'a _b_'],
])('3.00 reports %j bent, and its files are called %j', async (name, top) => {
  const scene = await Scene.open('3.00', 0)
  try {
    const made = makeTorrent({name, content: {'a 😀.bin': 100, 'b.bin': 100}})
    await scene.client.server.addTorrent(
      {source: {torrent: made.torrent, fileName: 'x'}, start: false, savePath: '/srv/films'},
      bounds,
    )
    await scene.step()
    const row = () => scene.replica.rows.get(made.hash)
    expect(row()).toMatchObject({name, savePath: '/srv/films', contentPath: `/srv/films/${top}`})
    await scene.step('full')
    expect(row()).toMatchObject({name, contentPath: `/srv/films/${top}`})
  } finally {
    await scene.close()
  }
})

test('4.1 changes no name, and nothing is asked about any', async () => {
  const scene = await Scene.open('4.1.4', 0)
  try {
    const name = 'Mission: 😀?'
    const made = makeTorrent({name, content: {'a.bin': 100}})
    const source = {torrent: made.torrent, fileName: 'x'}
    await scene.client.server.addTorrent({source, start: false, savePath: '/srv'}, bounds)
    await scene.step()
    expect(scene.replica.rows.get(made.hash)).toMatchObject({name, contentPath: `/srv/${name}`})
  } finally {
    await scene.close()
  }
})

test('where it is unknown how its files are called its place is unknown, and it is asked about once', async () => {
  for (const raw of [
    {name: 'a ὠ0', file: 'b ὠ0/c', link: 'a ὠ0'},
    {name: 'a ὠ0', file: 'a ὠ0/c', link: null},
    {name: 'a\ufffd', file: 'a\ufffd/c'},
  ]) {
    const {names, asked} = reported(raw)
    const row = {hash, name: raw.name, savePath: '/srv'}
    for (let time = 0; time < 3; time++) {
      expect(names.straight(row)).toMatchObject({contentPath: undefined})
      await names.settle(bounds)
    }
    expect(asked).toHaveLength(1)
    // It is called otherwise now.
    expect(names.straight({...row, name: 'plain'})).toEqual({...row, name: 'plain'})
  }
})

test('paths of files and folders that may be bent are as the disk has them, and as they were reported where it does not say', async () => {
  const there = ['😀/a 😀.bin', '😀/2019–2020.bin', '😀/ὠ0/ὠ0.bin', '😀/ὠ0/😀.bin', '🎬 films/x']
  for (const path of there) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), '')
  }
  const {names} = reported({name: '', file: ''})
  const asked = ['😀/a 😀.bin', '😀/2019–2020.bin', '😀/ὠ0/😀.bin', '😀/gone 😀.bin']
  expect(await names.filePaths('/srv', asked.map(asAnswered))).toEqual([
    '😀/a 😀.bin',
    '😀/2019–2020.bin',
    // Two files are told alike.
    asAnswered('😀/ὠ0/😀.bin'),
    asAnswered('😀/gone 😀.bin'),
  ])
  const row = {hash, name: 'plain', savePath: asAnswered('/srv/🎬 films')}
  expect(names.straight(row)).toMatchObject({savePath: undefined, contentPath: undefined})
  const {patches} = await names.settle(bounds)
  expect(patches).toMatchObject([{savePath: '/srv/🎬 films', contentPath: '/srv/🎬 films/plain'}])
  const unseen = reported({name: '', file: ''}, [])
  expect(await unseen.names.filePaths('/srv', asked.map(asAnswered))).toEqual(asked.map(asAnswered))
})
