import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {readMagnet} from '#clients/magnet.ts'
import {readMetainfo} from '#clients/metainfo.ts'
import {makeTorrent} from './torrent-maker.ts'

const wish = {
  name: 'made',
  content: {'a.bin': 20_000, 'inner/b.bin': 15_000},
  trackers: ['http://127.0.0.1:1/announce'],
}

test('the same wish makes the same torrent, another seed another one', () => {
  expect(makeTorrent(wish).hash).toBe(makeTorrent(wish).hash)
  expect(makeTorrent({...wish, seed: 'other'}).hash).not.toBe(makeTorrent(wish).hash)
})

test('what is made reads as it was wished', () => {
  const made = makeTorrent({...wish, isPrivate: true})
  expect(readMetainfo(made.torrent)).toMatchObject({
    infoHashV1: made.hash,
    name: 'made',
    size: 35_000,
    files: [
      {path: 'made/a.bin', size: 20_000},
      {path: 'made/inner/b.bin', size: 15_000},
    ],
    trackers: [wish.trackers],
    isPrivate: true,
  })
  expect(made.pieceCount).toBe(3)
  expect(readMagnet(made.magnet)).toMatchObject({
    infoHashV1: made.hash,
    name: 'made',
    trackers: wish.trackers,
  })
})

test('the payload is written where a server looks for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-payload-'))
  const [many, one] = [makeTorrent(wish), makeTorrent({name: 'single.bin', content: 5_000})]
  for (const made of [many, one]) made.writePayload(folder)
  expect(readFileSync(join(folder, 'made/inner/b.bin'))).toEqual(many.files[1]!.bytes)
  expect(readFileSync(join(folder, 'single.bin'))).toEqual(one.files[0]!.bytes)
  rmSync(folder, {recursive: true})
})
