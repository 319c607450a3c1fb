/** A server that everybody takes for a qBittorrent, until something in front of it says `{}` or `[]` to everything. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {bounds, definitionOf} from '#lab/simulators/qbittorrent-stage.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Approved, RemovalCommand} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {SyncSink} from '../port.ts'
import {QbittorrentClient} from './client.ts'
import {eraseQbittorrent} from './erase.ts'
import {fakeServer, type Asked, type FakeServer, type Reply} from './fake-server.fixture.ts'

const hash = 'a'.repeat(40) as InfoHash
const sink: SyncSink = {
  begin: () => {},
  row: () => {},
  removed: () => {},
  end: () => expect.unreachable('a list was believed'),
  stats: () => {},
  categories: () => {},
  tags: () => {},
}

function daemon({path, query}: Asked): Reply {
  const answers: Readonly<Record<string, string>> = {
    webapiVersion: '2.15.1',
    version: 'v5.3.0',
    defaultSavePath: '/srv',
    tags: '[]',
    maindata: query.get('rid') === '0' ? '{"full_update":true,"rid":1,"server_state":{}}' : '{"rid":2}',
  }
  return {body: answers[path.split('/').at(-1)!] ?? ''}
}

describe.each(['{}', '[]', '[{}]', '{"rid":0}', '{"full_update":true}', 'null', '"ok"', '1'])(
  '%s',
  (body) => {
    let server: FakeServer
    let client: QbittorrentClient
    let isForeign = false
    beforeEach(async () => {
      isForeign = false
      server = await fakeServer((asked) => (isForeign ? {body} : daemon(asked)))
      const definition = definitionOf(server.url, {username: null, password: null})
      client = new QbittorrentClient({
        definition,
        clock: new VirtualClock(),
        turns: new TimeSlice(),
        metainfo: insideMetainfo,
      })
      await client.connect(bounds)
      await client.sync.step(
        {list: 'full', attentive: false},
        {...sink, end: () => {}},
        {delta: bounds, full: bounds},
      )
      isForeign = true
    })
    afterEach(() => server.close())

    test.each(['delta', 'full', 'paged'] as const)('is no answer to a sync (%s)', async (list) => {
      const step = client.sync.step({list, attentive: false}, sink, {delta: bounds, full: bounds})
      await expect(step).rejects.toMatchObject({name: expect.stringMatching(/ServerFault|NotJson/)})
    })

    test('is no sign that a command was carried out', async () => {
      const {torrent: bytes} = makeTorrent({name: 'film', content: 4})
      const remove = {verb: 'removeWithData', args: {}} as unknown as Approved<RemovalCommand>
      const asked: readonly Promise<unknown>[] = [
        client.control.stop([hash], {}, bounds),
        client.control.setTags([hash], {tags: ['a']}, bounds),
        client.server.createTags({tags: ['a']}, bounds),
        eraseQbittorrent(client, [hash], remove, bounds),
        // In a list the torrent is missing, and that is told.
        ...(body.startsWith('[') ? [] : [client.control.setSequential([hash], {on: true}, bounds)]),
        client.server.addTorrent({source: {torrent: bytes, fileName: 'film.torrent'}, start: true}, bounds),
      ]
      const ends = await Promise.allSettled(asked)
      for (const end of ends) {
        expect(end).toMatchObject({status: 'rejected', reason: {name: 'ServerFault', outcomeUnknown: true}})
      }
    })

    test('is nothing that could be said of a torrent or the server', async () => {
      const {details} = client
      const asked: readonly Promise<unknown>[] = [
        ...(body.startsWith('[')
          ? []
          : [details.files(hash, bounds), details.tags(bounds), details.webSeeds(hash, bounds)]),
        details.more(hash, bounds),
        details.pieces(hash, bounds),
        ...(body === '{"rid":0}' ? [] : [details.peers(hash, bounds)]),
        details.exportTorrent(hash, bounds),
        details.preferences(bounds),
        details.stats(bounds),
      ]
      for (const end of await Promise.allSettled(asked)) expect(end.status).toBe('rejected')
    })
  },
)
