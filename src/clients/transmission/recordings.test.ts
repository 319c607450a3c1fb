/** What the daemons themselves answered, read by our functions. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import type {RawTorrent} from './codec.ts'
import {snakeKeys} from './names.ts'
import {normaliseHot, normaliseSlow, type NormaliseContext} from './normalise.ts'
import {diskSpaceOf, freeSpaceOf, readSession, statsOf, type Session} from './session.ts'
import {normaliseTrackers, trackerTiers} from './tracker-news.ts'
import {accepted, answersOf, type Answer} from './wire.ts'

interface Recorded {
  readonly name: string
  readonly request: {readonly body?: {readonly method?: string} & Record<string, unknown>}
  readonly response: {readonly status: number; readonly body: unknown}
}

const versions = [
  {version: '3.00', rpc: 16, semver: ''},
  {version: '4.1.0-beta.2', rpc: 18, semver: '5.4.0'},
  {version: '4.1.4', rpc: 19, semver: '6.0.1'},
] as const

describe.each(versions)('Transmission $version', ({version, rpc, semver}) => {
  const path = new URL(`../../../lab/recordings/transmission-${version}/api.json`, import.meta.url)
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded[]

  function bodyOf(name: string): unknown {
    return recorded.find((one) => one.name === name && one.response.status === 200)!.response.body
  }

  /** As the old dialect's answer comes out of the wire. */
  function answerTo(name: string): Answer {
    return accepted(answersOf('legacy', [{method: ''}], bodyOf(name))[0])
  }

  function torrentsOf(name: string): RawTorrent[] {
    return answerTo(name)['torrents'] as RawTorrent[]
  }

  function context(): NormaliseContext {
    return {session: readSession(answerTo('session-get')), categorySource: {from: 'label'}}
  }

  test('the session reports version, units, folder and limits', () => {
    const session: Session = readSession(answerTo('session-get'))
    expect(session).toMatchObject({version, rpc, semver, bytesPerK: 1000, incompleteDir: null})
    expect(session.downloadDir).toBe('/srv/test/rm/dl')
    expect(session.limits).toEqual({down: null, up: null, altDown: 50_000, altUp: 50_000, altSpeed: false})
    expect(statsOf(answerTo('session-stats'), session, {freeSpace: 7})).toMatchObject({
      downSpeed: 0,
      freeSpace: 7,
      uptime: expect.any(Number) as number,
    })
  })

  test('a version that never ends is cut', () => {
    for (const long of ['\t', '('].map((letter) => `${version} ${letter.repeat(1_000_000)}x`)) {
      expect(readSession({...answerTo('session-get'), version: long}).version.length).toBeLessThanOrEqual(100)
    }
  })

  test('free space of a folder that is not there is unknown', () => {
    expect(freeSpaceOf(answerTo('free-space'))).toBeGreaterThan(1e9)
    const [bad] = answersOf('legacy', [{method: 'free_space'}], bodyOf('free-space bad path'))
    expect(bad instanceof Error ? undefined : freeSpaceOf(bad!)).toBeUndefined()
    // 3.00 does not tell how large its disk is.
    expect(diskSpaceOf(answerTo('free-space')).diskSize).toBe(rpc === 16 ? undefined : 270_553_174_016)
    expect(diskSpaceOf(bad).diskSize).toBeUndefined()
  })

  test('an error comes as the daemon’s own words', () => {
    const [refused] = answersOf('legacy', [{method: 'torrent_get'}], bodyOf('torrent-get no fields'))
    expect(() => accepted(refused)).toThrow('no fields specified')
  })

  test('a stopped torrent and a magnet without metadata are distinguished and nothing is made up', () => {
    const [stopped, magnet] = torrentsOf('torrent-get list fields, all')
    expect(hot(stopped!)).toMatchObject({
      name: 'Movie.2024.1080p',
      state: 'stopped',
      size: 6_591_459,
      amountLeft: 6_591_459,
      complete: false,
      hasMetadata: true,
      eta: null,
      ratio: 0,
      queuePosition: 1,
      completedAt: null,
      lastActivityAt: null,
      contentPath: '/srv/test/rm/dl/Movie.2024.1080p',
    })
    expect(hot(magnet!)).toMatchObject({
      state: 'metadata',
      complete: false,
      hasMetadata: false,
      taskProgress: 0,
      size: undefined,
      amountLeft: undefined,
    })
  })

  test('a finished torrent shows its tracker, limits and dates', () => {
    const [raw] = torrentsOf('torrent-get everything (just completed, with peers)')
    const hash = String(raw!['hash_string']) as InfoHash
    const slow = normaliseSlow(raw!, hash, context(), 'ok')
    expect(slow).toMatchObject({
      infoHashV1: hash,
      comment: 'a comment',
      createdAt: 1_700_000_000_000,
      isPrivate: false,
      downLimit: null,
      ratioLimit: 'inherit',
      idleLimit: 'inherit',
      priority: 'normal',
      pieceSize: 65_536,
      pieceCount: 101,
      trackerStatus: 'ok',
      savePath: '/srv/test/rm/dl',
    })
    expect(slow.addedAt).toBe(Number(raw!['added_date']) * 1000)
    expect(slow.fileCount).toBe(rpc === 16 ? undefined : 3)
    expect(trackerTiers(raw!)!.flat()).toHaveLength(2)
    expect(slow.trackerHost).toBe('127.0.0.1')
  })

  test('tracker statistics give status, swarm and the next announce', () => {
    const [raw] = torrentsOf('torrent-get everything (just completed, with peers)')
    const news = normaliseTrackers(raw!, String(raw!['hash_string']) as InfoHash, 0)
    expect(news.status).toBe('ok')
    expect(news.patch).toMatchObject({trackerMessage: '', trackerProblem: false, seedsSwarm: 1})
    expect(news.patch.nextAnnounceAt).toBeGreaterThan(1.7e12)
  })

  test('labels become category and tags', () => {
    const [raw] = torrentsOf('torrent-get after changes')
    expect(hot(raw!)).toMatchObject({name: 'Renamed', category: 'sonarr', tags: ['x']})
  })

  function hot(raw: RawTorrent): ReturnType<typeof normaliseHot> {
    return normaliseHot(raw, String(raw['hash_string']) as InfoHash, context(), 'unknown')
  }
})

test('a batch of 4.1.4 is read by the ids of its answers, in whatever order', () => {
  const path = new URL('../../../lab/recordings/transmission-4.1.4/api.json', import.meta.url)
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded[]
  const body = recorded.find(({name}) => name.startsWith('JSON-RPC 2.0 batch'))!.response.body as {
    id: number
  }[]
  const calls = [{method: 'session_stats'}, {method: 'free_space'}]
  // Recorded with ids from 1; ours start at 0.
  const renumbered = body.map(({id, ...one}) => Object.assign(one, {id: id - 1})).toReversed()
  const [stats, space] = answersOf('jsonrpc', calls, renumbered)
  expect(accepted(stats)['torrent_count']).toBe(3)
  expect(freeSpaceOf(accepted(space))).toBe(74_060_296_192)
})

test('every key of a recorded answer has one snake_case name', () => {
  for (const {version} of versions) {
    const path = new URL(`../../../lab/recordings/transmission-${version}/api.json`, import.meta.url)
    for (const {response} of JSON.parse(readFileSync(path, 'utf8')) as Recorded[]) {
      for (const key of keysIn(snakeKeys(response.body))) expect(key).toMatch(/^[a-z][a-z0-9_]*$/)
    }
  }
})

function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn)
  if (typeof value !== 'object' || value === null) return []
  return [...Object.keys(value), ...Object.values(value).flatMap(keysIn)]
}
