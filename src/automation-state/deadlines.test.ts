import {expect, test} from 'vitest'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {away, memoryHouse} from '#test/automation-state/memory.fixture.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function house() {
  const base = await memoryHouse()
  const deadline = (subject: string, ms: number): DeadlineRecord => ({
    kind: 'quarantine',
    subject,
    dueAt: base.clock.now() + ms,
    version: 1,
    detail: {tags: ['a']},
    createdAt: base.clock.now(),
  })
  return {...base, deadline, deadlines: (await base.open()).deadlines}
}

test('a deadline is due when its time is over, and until it is cancelled', async () => {
  const {clock, deadline, deadlines} = await house()
  const [first, second] = [deadline('A/1', HOUR), deadline('A/2', 2 * HOUR)]
  await deadlines.set(second)
  await deadlines.set(first)
  expect(deadlines.next()).toBe(HOUR)
  await clock.advance(HOUR - 1)
  expect(deadlines.due()).toEqual([])
  await clock.advance(HOUR + 1)
  expect(deadlines.due()).toEqual([first, second])
  expect(deadlines.next()).toBe(0)
  await deadlines.cancel('quarantine', 'A/1')
  await deadlines.cancel('quarantine', 'A/2')
  expect(deadlines.due()).toEqual([])
  expect(deadlines.next()).toBeNull()
})

test('S03 a clock that jumps ends no quarantine, and puts none off', async () => {
  const {clock, deadline, deadlines} = await house()
  await deadlines.set(deadline('A/1', DAY))
  clock.jump(3 * DAY)
  expect(deadlines.due()).toEqual([])
  await deadlines.set(deadline('A/2', DAY))
  clock.jump(-6 * DAY)
  await deadlines.set(deadline('A/3', DAY))
  await clock.advance(DAY - 1)
  expect(deadlines.due()).toEqual([])
  await clock.advance(1)
  expect(deadlines.due().map(({subject}) => subject)).toEqual(['A/1', 'A/2', 'A/3'])
})

test('it is found after a restart, also when it was over meanwhile', async () => {
  const {clock, open, deadline, deadlines} = await house()
  const [first, second] = [deadline('A/1', HOUR), deadline('A/2', DAY)]
  await deadlines.set(first)
  await deadlines.set(second)
  await clock.advance(2 * HOUR)
  const after = (await open()).deadlines
  expect(after.due()).toEqual([first])
  expect(after.ofKind('quarantine')).toHaveLength(2)
  expect(after.ofKind('hold')).toEqual([])
  expect(after.of('quarantine', 'A/2')).toEqual(second)
  expect(after.next()).toBe(0)
})

test('what could not be written is not in force', async () => {
  const {deadline, deadlines, setFault} = await house()
  const first = deadline('A/1', HOUR)
  await deadlines.set(first)
  setFault(away)
  await expect(deadlines.set(deadline('A/1', DAY))).rejects.toBe(away)
  await expect(deadlines.cancel('quarantine', 'A/1')).rejects.toBe(away)
  expect(deadlines.of('quarantine', 'A/1')).toEqual(first)
  expect(deadlines.next()).toBe(HOUR)
})

test('S03 another detail of a deadline moves its end by nothing, and outlives a restart', async () => {
  const {clock, deadline, deadlines, open} = await house()
  const first = deadline('A/1', DAY)
  await deadlines.set(first)
  clock.jump(3 * DAY)
  await deadlines.amend(first, {tags: ['b']})
  expect(deadlines.due()).toEqual([])
  await clock.advance(DAY)
  expect(deadlines.due()).toEqual([{...first, detail: {tags: ['b']}}])
  expect((await open()).deadlines.of('quarantine', 'A/1')?.detail).toEqual({tags: ['b']})
})
