import {expect, test} from 'vitest'
import type {FleetDelta} from '#fleet/writer.ts'
import {ServerFault} from '#model/errors.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {CompletionWatch} from './completion-watch.ts'

interface Row {
  amountLeft: number | undefined
  downSpeed: number | undefined
}

function harness() {
  const clock = new VirtualClock()
  const rows = new Map<number, Row>()
  const polls: number[] = []
  let listener: (delta: FleetDelta) => void = () => {}
  let away = false
  const watch = new CompletionWatch(
    {
      serverAt: (row: number): ServerId | null => (rows.has(row) ? asServerId(`s${row % 2}`) : null),
      valueAt: ((row: number, column: keyof Row) => rows.get(row)![column]) as never,
      onChange: (it) => {
        listener = it
        return () => (listener = () => {})
      },
    },
    clock,
    async () => {
      polls.push(clock.monotonic())
      if (away) throw new ServerFault('server_unreachable', 'timed_out', 'Away.')
    },
  )
  watch.start()
  const changed = (row: number, amountLeft?: number, downSpeed?: number) => {
    rows.set(row, {amountLeft, downSpeed})
    listener({added: [], removed: [], changed: [row]} as never)
  }
  const removed = (row: number) => {
    rows.delete(row)
    listener({added: [], removed: [{row}], changed: []} as never)
  }
  return {clock, polls, changed, removed, stop: () => watch.stop(), leave: () => void (away = true)}
}

test('a download that is about to finish is looked at when it should have', async () => {
  const {clock, polls, changed} = harness()
  changed(0, 2_500, 1_000)
  await clock.advance(20_000)
  expect(polls).toEqual([2_500])
})

for (const [title, left, speed] of [
  ['far from its end', 11_000, 1_000],
  ['standing still', 10, 0],
  ['complete', 0, 1_000],
  ['of which nothing is told', undefined, undefined],
] as const) {
  test(`one that is ${title} is not looked at`, async () => {
    const {clock, polls, changed} = harness()
    changed(0, left, speed)
    await clock.advance(60_000)
    expect(polls).toEqual([])
  })
}

test('looks at one server are apart, and one serves all of its downloads', async () => {
  const {clock, polls, changed} = harness()
  changed(0, 1_000, 1_000)
  changed(2, 500, 1_000)
  changed(4, 5_000, 1_000)
  await clock.advance(500)
  expect(polls).toEqual([500])
  changed(0, 10, 1_000)
  changed(1, 10, 1_000)
  await clock.advance(10_000)
  expect(polls).toEqual([500, 510, 1_200])
})

test('one that never gets there is given up, until it moved on', async () => {
  const {clock, polls, changed} = harness()
  for (let n = 0; n < 50; n++) {
    changed(0, 1, 1_000)
    await clock.advance(1_000)
  }
  expect(polls).toHaveLength(6)
  changed(0, 0, 0)
  changed(0, 100, 1_000)
  await clock.advance(1_000)
  expect(polls).toHaveLength(7)
})

test('one that went is forgotten, a server that is away harms no other, and after the end nothing is looked at', async () => {
  const {clock, polls, changed, removed, leave, stop} = harness()
  for (let n = 0; n < 6; n++) {
    changed(0, 1, 1_000)
    await clock.advance(1_000)
  }
  removed(0)
  leave()
  changed(0, 1, 1_000)
  await clock.advance(1_000)
  expect(polls).toHaveLength(7)
  changed(0, 1_000, 1_000)
  stop()
  await clock.advance(10_000)
  expect(polls).toHaveLength(7)
})
