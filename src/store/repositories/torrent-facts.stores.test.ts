import {expect, test} from 'vitest'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {pruneTorrentFacts, putTorrentFacts, readTorrentFacts} from './torrent-facts.ts'

const hash = (n: number) => asInfoHash(n.toString(16).padStart(40, '0'))!
const plain = (server: string, n: number): TorrentFactsRecord => ({
  serverId: asServerId(server),
  hash: hash(n),
  firstSeenAt: 1,
  cameAt: null,
  seedingObserved: 0.125,
  countedBefore: [],
  timesRemoved: 0,
  lastManualChangeAt: null,
  pinnedAt: null,
  filteredAt: null,
  probed: null,
  marks: [],
  categoryBefore: null,
  stoppedByUs: null,
  completeSeenAt: 1_700_000_000_001,
  trackersSeen: [],
  trackersFoundAt: null,
  infoHashV1: null,
  goneAt: null,
})

everyStore('facts of torrents', (open) => {
  const all = async (store: Store, size?: number) => {
    const records: TorrentFactsRecord[] = []
    for await (const some of readTorrentFacts((work) => store.read(work), size)) records.push(...some)
    return records
  }

  test('everything of a torrent comes back as it was put', async () => {
    const store = await open()
    const full: TorrentFactsRecord = {
      ...plain('A', 1),
      lastManualChangeAt: 2,
      pinnedAt: 3,
      filteredAt: 4,
      probed: {valid: true},
      marks: ['allowedSeeding', 'imported'],
      trackersSeen: ['one.example', 'two.example'],
      countedBefore: [{life: 'C/1 5', uploaded: 7, downloaded: 2 ** 50}],
      trackersFoundAt: 1_767_225_600_006,
      categoryBefore: 'films/ü',
      stoppedByUs: 'free space',
      timesRemoved: 2,
      infoHashV1: hash(2),
      goneAt: 9,
    }
    await store.write((db) => putTorrentFacts(db, [plain('A', 1), plain('B', 1)]))
    await store.write((db) => putTorrentFacts(db, [full]))
    expect(await all(store)).toEqual([full, plain('B', 1)])
  })

  test.each([1, 2, 3, 7, 100])(
    'read in portions of %i, none is missed and none comes twice',
    async (size) => {
      const store = await open()
      const records = ['A', 'B', 'C'].flatMap((server) => [1, 2, 3].map((n) => plain(server, n)))
      await store.write((db) => putTorrentFacts(db, records))
      expect(await all(store, size)).toEqual(records)
    },
  )

  test('those that are gone for long are forgotten, those that are there never', async () => {
    const store = await open()
    const [there, gone, lately] = [1, 2, 3].map((n) => plain('A', n)) as [
      TorrentFactsRecord,
      TorrentFactsRecord,
      TorrentFactsRecord,
    ]
    const records = [there, {...gone, goneAt: 9}, {...lately, goneAt: 10}]
    await store.write((db) => putTorrentFacts(db, records))
    await store.write((db) => pruneTorrentFacts(db, 10))
    expect(await all(store)).toEqual([there, {...lately, goneAt: 10}])
  })

  test('what cannot be read was never done, and the clocks stay', async () => {
    const store = await open()
    await store.write((db) => putTorrentFacts(db, [{...plain('A', 1), firstSeenAt: 77}]))
    await store.write((db) => db.updateTable('torrentFacts').set({probed: '{', marks: '["other"]'}).execute())
    expect(await all(store)).toEqual([{...plain('A', 1), firstSeenAt: 77}])
    await store.write((db) => db.updateTable('torrentFacts').set({marks: '{'}).execute())
    expect(await all(store)).toMatchObject([{marks: [], firstSeenAt: 77}])
  })
})
