import {expect, test} from 'vitest'
import type {HoldRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {away, memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'

const DAY = 86_400_000

test('what is too old is forgotten daily; a database that is away costs a warning and a day', async () => {
  const {clock, store, open, setFault, reported} = await memoryHarness()
  const memory = await open()
  const now = clock.now()
  memory.torrents.seen([torrent(1)], now)
  memory.torrents.gone([torrent(1)], now - 31 * DAY)
  await memory.sagas.begin({
    id: 's1',
    kind: 'failDownload',
    subject: 'A/1',
    step: 'x',
    version: 1,
    state: {},
    startedAt: 1,
  })
  await memory.sagas.end('s1', 'done', now - 31 * DAY)
  await memory.written()
  const left = () =>
    store.read(async (db) => [
      ...(await db.selectFrom('torrentFacts').select('hash').execute()),
      ...(await db.selectFrom('sagas').select('id').execute()),
    ])
  setFault(away)
  await clock.advance(3_600_000)
  expect([(await left()).length, reported]).toEqual([2, [[away, 0]]])
  setFault(null)
  await clock.advance(DAY)
  expect(await left()).toEqual([])
  await memory.close()
})

test('holds of torrents that are gone for a day are forgotten, of one that came back they stay', async () => {
  const {clock, open} = await memoryHarness()
  const memory = await open()
  const all = [torrent(1), torrent(2), torrent(3), torrent(4)] as const
  const [there, gone, back, late] = all
  const hold = (key: TorrentKey): HoldRecord => ({
    ruleId: 'r1' as RuleId,
    revision: 1,
    subject: keyText(key),
    serverId: key.serverId,
    version: 1,
    state: {ms: 1},
    strikeCount: 0,
    strikes: [],
    firstAt: 1,
    lastAt: 1,
    expiresAt: null,
  })
  memory.torrents.seen([there, gone, back], clock.now())
  memory.holds.put(all.map(hold))
  memory.torrents.gone([gone, back], clock.now())
  memory.torrents.seen([back], clock.now())
  const kept = async () => {
    await memory.written()
    return (await open()).holds.ofRule('r1' as RuleId, 1).map(({subject}) => subject)
  }
  await clock.advance(DAY)
  expect(await kept()).toHaveLength(4)
  await clock.advance(DAY)
  expect(await kept()).toEqual([there, back, late].map(keyText))
  expect(memory.holds.ofRule('r1' as RuleId, 1)).toHaveLength(3)
})

test('after its end nothing is done any more', async () => {
  const {clock, open, setFault, reported} = await memoryHarness()
  const memory = await open()
  await memory.close()
  setFault(away)
  await clock.advance(2 * DAY)
  expect(reported).toEqual([])
})
