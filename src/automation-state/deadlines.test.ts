import {expect, test} from 'vitest'
import {InstanceClock} from '#lib/instance-clock.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function harness() {
  const base = await memoryHarness()
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
  const {clock, deadline, deadlines} = await harness()
  const [first, second] = [deadline('A/1', HOUR), deadline('A/2', 2 * HOUR)]
  await deadlines.set(second)
  await deadlines.set(first)
  expect(deadlines.next()).toBe(HOUR)
  await clock.advance(HOUR - 1)
  expect(deadlines.due()).toEqual([])
  await clock.advance(HOUR + 1)
  expect(deadlines.due()).toEqual([first, second])
  expect(deadlines.next()).toBe(0)
  await deadlines.cancel('quarantine', 'A/1', 'A/2')
  expect(deadlines.due()).toEqual([])
  expect(deadlines.next()).toBeNull()
})

test('S03 a clock that jumps ends no quarantine, and puts none off', async () => {
  const {clock, deadline, deadlines} = await harness()
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

test('S40 when the clock is corrected, old ends are announced again, and new ones last as long as they were to', async () => {
  const base = await harness()
  const {clock, deadline, deadlines} = base
  await deadlines.set(deadline('old', 3 * HOUR))
  const {seen} = new InstanceClock(clock, null)
  // Off for an hour, with a clock that is 400 days ahead by then.
  clock.reboot(clock.now() + 400 * DAY)
  const time = new InstanceClock(clock, seen)
  const after = (await base.open(time)).deadlines
  await after.set({...deadline('new', 0), dueAt: time.now() + 3 * HOUR})
  await clock.advance(HOUR)
  expect(after.due()).toEqual([])
  clock.jump(-400 * DAY + HOUR)
  await clock.advance(HOUR)
  time.now()
  expect(after.due().map(({subject}) => subject)).toEqual(['old'])
  await clock.advance(HOUR)
  expect(after.due().map(({subject}) => subject)).toEqual(['old', 'new'])
  const next = (await base.open()).deadlines
  expect(next.of('quarantine', 'new')!.dueAt).toBe(clock.now())
})

test('S46 a quarantine ends while the machine sleeps', async () => {
  const base = await harness()
  const time = new InstanceClock(base.clock, null)
  const {deadlines} = await base.open(time)
  await deadlines.set(base.deadline('A/1', DAY))
  base.clock.sleep(DAY)
  expect(deadlines.due()).toHaveLength(1)
})

test('it is found after a restart, also when it was over meanwhile', async () => {
  const {clock, open, deadline, deadlines} = await harness()
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
  const {deadline, deadlines, setFault} = await harness()
  const first = deadline('A/1', HOUR)
  await deadlines.set(first)
  setFault(away)
  await expect(deadlines.set(deadline('A/1', DAY))).rejects.toBe(away)
  await expect(deadlines.cancel('quarantine', 'A/1')).rejects.toBe(away)
  expect(deadlines.of('quarantine', 'A/1')).toEqual(first)
  expect(deadlines.next()).toBe(HOUR)
})

test('S03 another detail of a deadline moves its end by nothing, and outlives a restart', async () => {
  const {clock, deadline, deadlines, open} = await harness()
  const first = deadline('A/1', DAY)
  await deadlines.set(first)
  clock.jump(3 * DAY)
  await deadlines.amend(first, {tags: ['b']})
  expect(deadlines.due()).toEqual([])
  await clock.advance(DAY)
  expect(deadlines.due()).toEqual([{...first, detail: {tags: ['b']}}])
  expect((await open()).deadlines.of('quarantine', 'A/1')?.detail).toEqual({tags: ['b']})
})

test.each(['amended first', 'corrected first'])(
  'what is amended while the clock is corrected keeps both: %s',
  async (order) => {
    const base = await harness()
    const {clock} = base
    const time = new InstanceClock(clock, null)
    const {deadlines} = await base.open(time)
    const first = base.deadline('A/1', DAY)
    await deadlines.set(first)
    const corrected = () => {
      clock.jump(HOUR)
      time.now()
    }
    if (order === 'corrected first') corrected()
    const amended = deadlines.amend(first, {tags: ['b']})
    if (order === 'amended first') corrected()
    await amended
    const after = {...first, dueAt: first.dueAt + HOUR, detail: {tags: ['b']}}
    expect(deadlines.of('quarantine', 'A/1')).toEqual(after)
    expect((await base.open()).deadlines.of('quarantine', 'A/1')).toEqual(after)
  },
)

test('what was cancelled while it is amended does not come back', async () => {
  const {deadline, deadlines, open} = await harness()
  const first = deadline('A/1', DAY)
  await deadlines.set(first)
  await Promise.all([deadlines.cancel('quarantine', 'A/1'), deadlines.amend(first, {tags: ['b']})])
  expect(deadlines.of('quarantine', 'A/1')).toBeNull()
  expect((await open()).deadlines.of('quarantine', 'A/1')).toBeNull()
})
