/** Our client against what real daemons answered. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {bounds, definitionOf} from '#lab/simulators/qbittorrent-stage.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {Secret} from '#model/secret.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {Replica} from '../conformance/replica.conformance.ts'
import {QbittorrentClient} from './client.ts'
import {replay, type Replay} from './replay.fixture.ts'

const none = 'f'.repeat(40) as InfoHash
const magnet = '1234567890123456789012345678901234567890' as InfoHash
type Rows = Record<string, Record<string, unknown>>

describe.each([
  {version: '4.5.2', api: '2.8.19', stop: 'pause', fields: 48},
  {version: '5.1.0', api: '2.11.4', stop: 'stop', fields: 56},
  {version: '5.3.0', api: '2.16.2', stop: 'stop', fields: 69},
])('as recorded from $version', ({version, api, stop, fields}) => {
  let server: Replay
  let client: QbittorrentClient
  let movie: InfoHash
  let listed: string[]
  beforeEach(async () => {
    server = await replay(version)
    const definition = definitionOf(server.url, {password: new Secret('adminadmin')})
    client = new QbittorrentClient({
      definition,
      clock: new VirtualClock(),
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
    const full = server.body('sync/maindata rid=0, full') as {torrents: Rows}
    movie = Object.entries(full.torrents).find(
      ([, row]) => row['name'] === 'Movie.2024.1080p',
    )![0] as InfoHash
    listed = Object.keys(full.torrents[movie]!)
  })
  afterEach(async () => {
    await client.close()
    await server.close()
  })

  test('it says who it is', async () => {
    expect(await client.connect(bounds)).toMatchObject({version, apiVersion: api, limitation: null})
    expect(server.count('/api/v2/auth/login')).toBe(1)
  })

  test('its list reads as it shows it', async () => {
    await client.connect(bounds)
    expect(listed).toHaveLength(fields)
    const replica = new Replica()
    server.answerWith('/api/v2/sync/maindata', 'sync/maindata rid=0, full')
    const want = {list: 'full', attentive: true} as const
    const report = await client.sync.step(want, replica, {delta: bounds, full: bounds})
    expect(report).toMatchObject({known: 6, joined: 6, membership: 'whole', leastIntervalMs: 1500})
    expect(replica.rows.get(movie)).toMatchObject({
      name: 'Movie.2024.1080p',
      state: 'stopped',
      complete: false,
      hasMetadata: true,
      category: 'radarr',
      tags: expect.arrayContaining(['a', 'new']) as unknown,
      size: 6_591_459,
      amountLeft: 6_591_459,
      savePath: '/srv/test/rq/dl',
      contentPath: '/srv/test/rq/dl/Movie.2024.1080p',
      eta: null,
      ratio: 0,
      trackerHost: '127.0.0.1',
      trackerHosts: ['127.0.0.1'],
      completedAt: null,
      availability: undefined,
    })
    expect(replica.rows.get(magnet)).toMatchObject({state: 'metadata', hasMetadata: false, size: undefined})
    expect(replica.categories_).toContainEqual({name: 'radarr', savePath: '/srv/test/rq/dl/movies'})
    expect(replica.tags_?.toSorted()).toEqual(['a', 'b', 'new'])
    expect(replica.stats_).toMatchObject({connection: 'firewalled', queueing: false, altSpeed: false})
  })

  test('its delta after a removal takes the torrents and their trackers away', async () => {
    await client.connect(bounds)
    const replica = new Replica()
    const sync = (list: 'full' | 'delta'): Promise<unknown> =>
      client.sync.step({list, attentive: true}, replica, {delta: bounds, full: bounds})
    server.answerWith('/api/v2/sync/maindata', 'sync/maindata rid=0, full')
    await sync('full')
    server.answerWith('/api/v2/sync/maindata', 'sync/maindata delta after delete (torrents_removed)')
    expect(await sync('delta')).toMatchObject({left: 2, known: 4})
    expect(replica.rows.has(movie)).toBe(false)
  })

  test('its details read as it shows them', async () => {
    await client.connect(bounds)
    expect(await client.details.files(movie, bounds)).toMatchObject([
      {index: 0, path: 'Movie.2024.1080p/Movie.2024.mkv', size: 6_291_456, priority: 'normal', progress: 0},
      {index: 1, path: 'Movie.2024.1080p/Sample/sample.mkv'},
      {index: 2, path: 'Movie.2024.1080p/info.nfo', size: 3},
    ])
    expect(
      (await client.details.trackers(movie, bounds)).map(({url, tier}) => [new URL(url).protocol, tier]),
    ).toEqual([
      ['udp:', 0],
      ['http:', 1],
    ])
    expect(await client.details.more(movie, bounds)).toMatchObject({
      comment: 'a comment',
      createdAt: 1_700_000_000_000,
      pieceSize: 65_536,
      pieceCount: 101,
      isPrivate: false,
      fileCount: 3,
    })
    expect(await client.details.webSeeds(movie, bounds)).toEqual([])
    expect(await client.details.peers(movie, bounds)).toBeInstanceOf(Array)
  })

  test('a torrent it does not have is not found', async () => {
    await client.connect(bounds)
    await expect(client.details.files(none, bounds)).rejects.toMatchObject({code: 'torrent_not_found'})
  })

  test('its own words of a refusal come through', async () => {
    await client.connect(bounds)
    const {control, server: whole} = client
    await expect(control.moveInQueue([movie], {to: 'top'}, bounds)).rejects.toMatchObject({
      code: 'command_refused',
      message: 'Torrent queueing must be enabled',
    })
    await expect(whole.createCategory({name: '/bad//x'}, bounds)).rejects.toThrow('Incorrect category name')
    const taken = {from: 'Movie.2024.1080p/info2.nfo', to: 'Movie.2024.1080p/Movie.2024.mkv'}
    await expect(control.renameFile([movie], taken, bounds)).rejects.toThrow('The file already exists')
  })

  test('its commands are called by its names', async () => {
    await client.connect(bounds)
    await client.control.stop([movie], {}, bounds)
    await client.control.setSpeedLimits([movie], {up: 10_240, down: 20_480}, bounds)
    await client.control.setCategory([movie], {category: 'sonarr/hd'}, bounds)
    await client.control.addTags([movie], {tags: ['x', 'y']}, bounds)
    await client.server.banPeers({peers: ['10.1.2.3:1']}, bounds)
    expect(server.asked.map(({path}) => path)).toContain(`/api/v2/torrents/${stop}`)
    expect(server.unanswered).toEqual([])
  })
})
