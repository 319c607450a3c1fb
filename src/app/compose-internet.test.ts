import {expect, test} from 'vitest'
import {boardInto} from '#automation/alerts/active-alerts.fixture.ts'
import {NetworkPlaces} from '#connectivity/network-places.ts'
import {Fleet} from '#fleet/fleet.ts'
import {serverView} from '#history/history.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {internetOfApp} from './compose-internet.ts'

test('before anything was seen no server is looked for beside the one that is asked about', async () => {
  const clock = new VirtualClock()
  const turns = new TimeSlice()
  const ids = Array.from({length: 20}, (_, n) => asServerId(`s${n}`))
  const asked = {lists: 0, neighbours: 0}
  const world = {isNeeded: false}
  let tell: (id: ServerId) => void = () => {}
  const servers = {
    list() {
      asked.lists++
      return ids.map((id) => serverView(id))
    },
    get: (id: ServerId) => serverView(id),
    neighbours(id: ServerId) {
      asked.neighbours++
      return ids.filter((it) => it !== id)
    },
    onStatus(listener: typeof tell) {
      tell = listener
      return () => {}
    },
  }
  const internet = internetOfApp(
    {clock, board: boardInto()},
    servers,
    new NetworkPlaces(new Fleet(clock, turns), servers, () => null),
    {settings: {PingURLS: [], NoInternetSleepTimer: 15}} as never,
    {reaches: async () => true, isNeeded: () => world.isNeeded},
  )
  internet.part.start!()
  const figuresOf = (id: ServerId) => [
    internet.stateOf(id),
    internet.unprovenFor(id),
    internet.sinceFault(id),
    internet.failingShare(id),
  ]
  const before = ids.map((id) => {
    tell(id)
    return figuresOf(id)
  })
  expect(before).toEqual(ids.map(() => ['unknown', 0, null, undefined]))
  expect(asked).toEqual({lists: 0, neighbours: 0})
  world.isNeeded = true
  await clock.advance(40_000)
  expect(asked.lists).toBeGreaterThan(0)
  const known = asked.neighbours
  expect(internet.failingShare(ids[3]!)).toBeUndefined()
  expect(asked.neighbours).toBeGreaterThan(known)
  await internet.part.stop!()
})
