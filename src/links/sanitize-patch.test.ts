import {expect, test} from 'vitest'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {sanitizePatch, sanitizeStats} from './sanitize-patch.ts'

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

test('what no counter and no date can have is unknown, and rates that large are none', () => {
  const far = 9_000_000_000_000_000_000
  for (const value of [far, -far, Infinity, 1e300]) {
    const told = sanitizePatch({
      hash,
      addedAt: value,
      completedAt: value,
      createdAt: value,
      nextAnnounceAt: value,
      uploaded: value,
      seedsSwarm: value,
      downSpeed: value,
      upLimit: value,
    })
    expect(told).toEqual({
      hash,
      addedAt: undefined,
      completedAt: undefined,
      createdAt: undefined,
      nextAnnounceAt: undefined,
      uploaded: undefined,
      seedsSwarm: undefined,
      downSpeed: 0,
      upLimit: undefined,
    })
    expect('addedAt' in told).toBe(true)
  }
  const last = sanitizePatch({hash, addedAt: 8_640_000_000_000_000})
  expect(new Date(last.addedAt!).toISOString()).toBe('+275760-09-13T00:00:00.000Z')
})

test('figures of a server that cannot be are unknown, and its rates none', () => {
  const fine = {downSpeed: 5, upSpeed: 0, freeSpace: 7, downLimit: null, connection: 'connected'} as const
  expect(sanitizeStats(fine)).toBe(fine)
  const told = sanitizeStats({...fine, downSpeed: 1e300, upSpeed: -1, freeSpace: 1e300, allTimeUploaded: -5})
  expect(told).toEqual({downSpeed: 0, upSpeed: 0, downLimit: null, connection: 'connected'})
})

test('what is well is handed on as it is', () => {
  const patch: TorrentPatch = {hash, uploaded: 0, downloaded: undefined, size: 5}
  expect(sanitizePatch(patch)).toBe(patch)
})

test('texts that want our memory are cut, and half a path is none', () => {
  const long = 'x'.repeat(100_000)
  const reported = sanitizePatch({
    hash,
    name: long,
    savePath: long,
    contentPath: '/data/a',
    tags: ['keep', long, ...Array.from({length: 500}, (_, n) => `t${n}`)],
  })
  expect(reported.name).toHaveLength(8_192)
  expect([reported.savePath, reported.contentPath]).toEqual([undefined, '/data/a'])
  expect(reported.tags).toHaveLength(200)
  expect(reported.tags?.[1]).toBe('t0')
})
