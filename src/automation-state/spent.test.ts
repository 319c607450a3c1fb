import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {SpentRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY, HOUR} from '#model/units.ts'
import {away, inDoubt, memoryHarness} from '#test/automation-state/memory.fixture.ts'

const [r1, r2] = ['r1' as RuleId, 'r2' as RuleId]
const [A, B] = [asServerId('A'), asServerId('B')]

async function harness() {
  const base = await memoryHarness()
  const spent = (id: string, more: Partial<SpentRecord> = {}): SpentRecord => ({
    id,
    at: base.clock.now(),
    ruleId: r1,
    serverId: A,
    trackers: ['a.example'],
    folder: null,
    bytes: 100,
    ...more,
  })
  return {...base, record: spent, spent: (await base.open()).spent}
}

test('it is counted by rule, server and tracker, or all together', async () => {
  const {record, spent, open} = await harness()
  await spent.spend(record('1'))
  await spent.spend(record('2', {ruleId: r2, trackers: ['a.example', 'b.example'], bytes: 5}))
  await spent.spend(record('3', {ruleId: null, serverId: B, trackers: []}))
  for (const repository of [spent, (await open()).spent]) {
    expect(repository.within({}, HOUR)).toEqual({count: 3, bytes: 205})
    expect(repository.within({ruleId: r1}, HOUR)).toEqual({count: 1, bytes: 100})
    expect(repository.within({serverId: A}, HOUR)).toEqual({count: 2, bytes: 105})
    expect(repository.within({on: (id) => id === B}, HOUR)).toEqual({count: 1, bytes: 100})
    expect(repository.within({tracker: 'b.example'}, HOUR)).toEqual({count: 1, bytes: 5})
    expect(repository.within({ruleId: r2, serverId: B}, HOUR)).toEqual({count: 0, bytes: 0})
  }
})

test('of a folder counts what was in it, and what was written down without a folder', async () => {
  const {record, spent, open} = await harness()
  await spent.spend(record('1', {folder: '/mnt/films'}))
  await spent.spend(record('2', {folder: '/mnt/films/small'}))
  await spent.spend(record('3', {folder: '/mnt/films/small'}))
  const counts = (repository: typeof spent) =>
    ['/mnt/films', '/mnt/films/small', '/mnt'].map(
      (folder) => repository.within({ruleId: r1, folder}, DAY).count,
    )
  for (const repository of [spent, (await open()).spent]) expect(counts(repository)).toEqual([1, 2, 0])
  // Of a version that did not write it down.
  await spent.spend(record('4'))
  for (const repository of [spent, (await open()).spent]) expect(counts(repository)).toEqual([2, 3, 1])
})

test('a window slides: what was spent comes free an hour after it was spent', async () => {
  const {clock, record, spent} = await harness()
  await spent.spend(record('1'))
  await clock.advance(50 * 60_000)
  await spent.spend(record('2'))
  expect(spent.within({}, HOUR).count).toBe(2)
  await clock.advance(10 * 60_000)
  expect(spent.within({}, HOUR).count).toBe(1)
  expect(spent.within({}, DAY).count).toBe(2)
})

test('a restart forgets nothing of it, and time goes on meanwhile', async () => {
  const {clock, record, spent, open} = await harness()
  await spent.spend(record('1'))
  await clock.advance(30 * 60_000)
  const after = (await open()).spent
  expect(after.within({}, HOUR).count).toBe(1)
  await clock.advance(30 * 60_000)
  expect(after.within({}, HOUR).count).toBe(0)
  expect(after.within({}, DAY).count).toBe(1)
})

test('S03 a clock that jumps gives nothing back', async () => {
  const {clock, record, spent, open} = await harness()
  await spent.spend(record('1'))
  clock.jump(3 * DAY * 1_000)
  expect(spent.within({}, HOUR).count).toBe(1)
  await spent.spend(record('2'))
  clock.jump(-3 * DAY * 1_000)
  expect(spent.within({}, HOUR).count).toBe(2)
  // The second seems to lie in the future.
  expect((await open()).spent.within({}, HOUR).count).toBe(2)
})

test('one command is charged once, and not at all when it was never sent', async () => {
  const {record, spent, open} = await harness()
  await spent.spend(record('1'))
  await spent.spend(record('1'))
  await spent.spend(record('2'))
  await spent.giveBack('2')
  await spent.giveBack('3')
  for (const repository of [spent, (await open()).spent]) expect(repository.within({}, HOUR).count).toBe(1)
})

test('it counts before it is written, so that nothing is spent twice; a failure takes it back', async () => {
  const {record, spent, setFault} = await harness()
  const writing = spent.spend(record('1'))
  expect(spent.within({}, HOUR).count).toBe(1)
  await writing
  setFault(away)
  await expect(spent.spend(record('2'))).rejects.toBe(away)
  expect(spent.within({}, HOUR).count).toBe(1)
  await expect(spent.giveBack('1')).rejects.toBe(away)
  expect(spent.within({}, HOUR).count).toBe(1)
})

test('what is not known to be written counts', async () => {
  const {record, spent, setFault} = await harness()
  setFault(inDoubt)
  await expect(spent.spend(record('1'))).rejects.toBe(inDoubt)
  expect(spent.within({}, HOUR).count).toBe(1)
})

test('after a day it is forgotten', async () => {
  const {clock, store, record, spent} = await harness()
  await spent.spend(record('1'))
  await clock.advance(HOUR * 1_000)
  await spent.spend(record('2'))
  await clock.advance((DAY - HOUR) * 1_000)
  await spent.expire()
  expect(await store.read((db) => db.selectFrom('spent').select('id').execute())).toEqual([{id: '2'}])
})

test('whatever was spent and however often it was restarted, a window holds what a plain list holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({wait: fc.nat(3_000_000), restart: fc.boolean(), rule: fc.constantFrom(r1, r2)}), {
        maxLength: 12,
      }),
      async (steps) => {
        const base = await harness()
        let repository = base.spent
        const plain: SpentRecord[] = []
        for (const [n, {wait, restart, rule}] of steps.entries()) {
          await base.clock.advance(wait)
          if (restart) repository = (await base.open()).spent
          plain.push(base.record(`${n}`, {ruleId: rule}))
          await repository.spend(plain.at(-1)!)
          const since = base.clock.now() - HOUR * 1_000
          const expected = plain.filter(({at, ruleId}) => at > since && ruleId === r1).length
          expect(repository.within({ruleId: r1}, HOUR).count).toBe(expected)
        }
      },
    ),
    {numRuns: 10},
  )
})
