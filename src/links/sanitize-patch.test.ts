import {expect, test} from 'vitest'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {sanitizePatch} from './sanitize-patch.ts'

const hash = '1'.repeat(40) as InfoHash

test('counters below zero are unknown, rates below zero are none, the rest stays', () => {
  const patch: TorrentPatch = {
    hash,
    name: 'one',
    uploaded: -5,
    downloaded: 7,
    ratio: -0.7,
    upSpeed: -1,
    eta: null,
  }
  expect(sanitizePatch(patch)).toEqual({
    hash,
    name: 'one',
    uploaded: undefined,
    downloaded: 7,
    ratio: undefined,
    upSpeed: 0,
    eta: null,
  })
  expect('uploaded' in sanitizePatch(patch)).toBe(true)
})

test('what is well is handed on as it is', () => {
  const patch: TorrentPatch = {hash, uploaded: 0, downloaded: undefined, size: 5}
  expect(sanitizePatch(patch)).toBe(patch)
})

test('texts that want our memory are cut, and half a path is none', () => {
  const long = 'x'.repeat(100_000)
  const told = sanitizePatch({
    hash,
    name: long,
    savePath: long,
    contentPath: '/data/a',
    tags: ['keep', long, ...Array.from({length: 500}, (_, n) => `t${n}`)],
  })
  expect(told.name).toHaveLength(8_192)
  expect([told.savePath, told.contentPath]).toEqual([undefined, '/data/a'])
  expect(told.tags).toHaveLength(200)
  expect(told.tags?.[1]).toBe('t0')
})
