import {expect, test} from 'vitest'
import type {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import {owing} from '#rules/presets/inherited.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {OwingRows} from './owing-rows.ts'

const ROWS = 300

/** Rows of which every third owes, and how many of them are judged. */
function harness(sliceMs = 1e9) {
  const clock = new VirtualClock()
  const generations = new Float64Array(ROWS).fill(1)
  const world = {
    owes: new Set(Array.from({length: ROWS / 3}, (_, n) => n * 3)),
    standing: 'online',
    judged: 0,
  }
  const says: {owing: Owing} = {owing: owing([])}
  const rows = {end: ROWS, generations, isVisible: (row: number) => row !== 5}
  const owingRows = new OwingRows({
    fleet: {rows} as unknown as Pick<Fleet, 'rows'>,
    clock,
    turns: new TimeSlice(sliceMs),
    world: {
      owesInRow: () => (row) => {
        world.judged++
        return world.owes.has(row)
      },
      standing: () => world.standing,
    },
    owing: () => says.owing,
  })
  /** @returns how many rows were judged for it, and how many owe */
  const look = async () => {
    world.judged = 0
    const owes = await owingRows.look()
    return [world.judged, Array.from({length: ROWS}, (_, row) => row).filter(owes).length]
  }
  return {clock, generations, world, says, look, owingRows}
}

test('what owes is checked once, and again where its row changed', async () => {
  const {generations, world, look} = harness()
  expect(await look()).toEqual([ROWS - 1, 100])
  expect(await look()).toEqual([0, 100])
  world.owes.delete(9)
  generations[9]!++
  generations[10]!++
  expect(await look()).toEqual([2, 99])
})

test('what is asked of torrents, or which servers are believed, is another: all are checked again', async () => {
  const {world, says, look} = harness()
  await look()
  says.owing = {...says.owing}
  expect(await look()).toEqual([0, 100])
  says.owing = {...says.owing, profiles: [{} as never]}
  expect(await look()).toEqual([ROWS - 1, 100])
  world.standing = 'away'
  expect(await look()).toEqual([ROWS - 1, 100])
})

test('with each look some of those that did not change are checked, all of them in turn, and none stands longer than a quarter of an hour', async () => {
  const {clock, world, look} = harness()
  await look()
  world.owes.clear()
  await clock.advance(30_000)
  expect(await look()).toEqual([30, expect.any(Number)])
  expect(await look()).toEqual([30, expect.any(Number)])
  for (let looks = 0; looks < 8; looks++) await look()
  expect(await look()).toEqual([0, 0])
  world.owes.add(200)
  await clock.advance(900_000)
  expect(await look()).toEqual([ROWS - 1, 1])
})

test('two who ask at the same time are answered by one look', async () => {
  const {world, owingRows} = harness(0)
  await Promise.all([owingRows.look(), owingRows.look()])
  expect(world.judged).toBe(ROWS - 1)
})
