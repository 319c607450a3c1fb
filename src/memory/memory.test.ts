import {expect, test} from 'vitest'
import {away, memoryHouse, torrent} from './memory.fixture.ts'

const DAY = 86_400_000

test('what is too old is forgotten daily; a database that is away costs a warning and a day', async () => {
  const {clock, store, open, setFault, told} = await memoryHouse()
  const memory = await open()
  const now = clock.now()
  memory.torrents.seen([torrent(1)], now)
  memory.torrents.gone([torrent(1)], now - 31 * DAY)
  await memory.sagas.begin({
    ...{id: 's1', kind: 'failDownload', subject: 'A/1', step: 'x', version: 1, state: {}, startedAt: 1},
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
  expect([(await left()).length, told]).toEqual([2, [[away, 0]]])
  setFault(null)
  await clock.advance(DAY)
  expect(await left()).toEqual([])
  await memory.close()
})

test('after its end nothing is done any more', async () => {
  const {clock, open, setFault, told} = await memoryHouse()
  const memory = await open()
  await memory.close()
  setFault(away)
  await clock.advance(2 * DAY)
  expect(told).toEqual([])
})
