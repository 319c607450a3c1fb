/** What becomes of what rules want of files that nobody claims. */
import {expect, test} from 'vitest'
import {A, by} from '#executor/executor-harness.fixture.ts'
import type {Decision} from '#model/decision.ts'
import {orphanKey} from '#model/orphans.ts'
import {DAY, HOUR} from '#model/units.ts'
import {PathQuarantines} from '#orphans/path-quarantines.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const pathFacts = {'path.entries': 100, 'path.size': 500, 'path.unclaimedFor': 2 * DAY}

async function pathHarness() {
  const harness = await queueHarness()
  const {world, base, decision} = harness
  Object.assign(world.facts, pathFacts, {'content.exclusiveBytes': undefined, size: undefined})
  const orphan = (n: number, more: Partial<Decision> = {}): Decision =>
    decision(n, [wanted('orphan.recycle')], {
      subject: {kind: 'path', key: orphanKey({id: `o${n}`, path: `/mnt/films/Lost ${n}`}), serverId: null},
      preconditions: [],
      reason: 'orphaned',
      ...more,
    })
  return {
    ...harness,
    orphan,
    /** It was wanted a day ago. */
    waited: async (...decisions: readonly Decision[]) => {
      await harness.queue.take(decisions)
      await base.clock.advance(DAY * 1_000)
    },
  }
}

test('S09 it waits for a day, also over a restart, and goes then; its line says what and whose it is', async () => {
  const {queue, orphan, moved, reported, house: harness, waited, restart} = await pathHarness()
  await waited(orphan(1))
  expect([moved, reported()]).toEqual([[], ['postponed in_quarantine']])
  expect(harness.journal).toMatchObject([
    {subject: 'path', serverId: null, hash: null, name: '/mnt/films/Lost 1', phase: 'blocked'},
  ])
  await (await restart()).take([orphan(1)])
  expect([moved, reported().at(-1)]).toEqual([['orphan.recycle o1 14'], 'sent'])
  // Another revision begins again.
  await queue.take([orphan(1, {ruleRevision: 2})])
  expect(moved).toHaveLength(1)
})

test('S09 what its rule does not want any more, or is another one by now, waits again', async () => {
  const {queue, orphan, moved, waited, memory, base} = await pathHarness()
  await waited(orphan(1), orphan(2), orphan(3))
  const quarantines = new PathQuarantines(memory.deadlines, base.clock)
  await quarantines.keep([orphan(1)], ({subject}) => subject.key === orphan(3).subject.key)
  await queue.take([orphan(1), orphan(2), orphan(3)])
  expect(moved).toEqual(['orphan.recycle o1 14', 'orphan.recycle o3 14'])
})

test('S09 an unknown disk, and what a user brought back, stays', async () => {
  const {queue, orphan, moved, reported, world, waited} = await pathHarness()
  await waited(orphan(1))
  world.facts['path.mounted'] = undefined
  await queue.take([orphan(1)])
  world.facts['path.mounted'] = true
  world.facts['memory.protected'] = true
  await queue.take([orphan(1)])
  expect([moved, reported().slice(-2)]).toEqual([[], ['blocked disk_unknown', 'blocked brought_back']])
})

test('S09 permanently only what this program found unclaimed for a day, whatever its quarantine', async () => {
  const {queue, orphan, moved, reported, world, waited} = await pathHarness()
  const gone = orphan(1, {actions: [wanted('orphan.delete')]})
  await waited(gone)
  world.facts['path.unclaimedFor'] = HOUR
  await queue.take([gone])
  expect([moved, reported().at(-1)]).toEqual([[], 'postponed in_quarantine'])
  world.facts['path.unclaimedFor'] = DAY
  await queue.take([gone])
  expect(moved).toEqual(['orphan.delete o1 14'])
})

test('S09 no more than a run may have, in files and in bytes; a large part of a folder suspends the rule', async () => {
  const {queue, orphan, moved, reported, world, waited, memory} = await pathHarness()
  world.rule = {...world.rule!, guards: {maxPerRun: 2}}
  const some = [1, 2, 3].map((n) => orphan(n))
  await waited(...some)
  await queue.take(some)
  expect([moved.length, reported().at(-1)]).toEqual([2, 'postponed max_per_run'])
  world.rule = {...world.rule, guards: {maxBytesPerRun: 400}}
  await queue.take([orphan(3)])
  expect([moved.length, reported().at(-1)]).toEqual([2, 'postponed max_bytes_per_run'])
  world.rule = {...world.rule, guards: {}}
  world.facts['path.entries'] = 20
  for (const id of ['x', 'y', 'z'])
    await memory.spent.spend({
      id,
      at: 0,
      ruleId: r1,
      serverId: A,
      trackers: [],
      folder: '/mnt/films',
      bytes: 1,
    })
  await queue.take([orphan(3)])
  expect([moved.length, reported().at(-1)]).toEqual([2, 'suspended max_share'])
})

test('S09 the share is of one folder: what went in a large one beside it stops nothing in a small one', async () => {
  const {queue, orphan, moved, reported, world, waited, memory} = await pathHarness()
  const small = (n: number) =>
    orphan(n, {
      subject: {kind: 'path', key: orphanKey({id: `o${n}`, path: `/mnt/small/${n}`}), serverId: null},
    })
  await waited(small(1), small(2))
  const spend = (id: string, folder: string | null) =>
    memory.spent.spend({id, at: 0, ruleId: r1, serverId: A, trackers: [], folder, bytes: 1})
  for (const id of ['a', 'b', 'c', 'd', 'e']) await spend(id, '/mnt/films')
  world.facts['path.entries'] = 20
  await queue.take([small(1)])
  expect([moved.length, reported().at(-1)]).toEqual([1, 'sent'])
  for (const id of ['x', 'y', 'z']) await spend(id, '/mnt/small')
  await queue.take([small(2)])
  expect([moved.length, reported().at(-1)]).toEqual([1, 'suspended max_share'])
})

test('S09 what is wanted beyond a run counts in its own folder alone', async () => {
  const {queue, orphan, moved, reported, world, waited} = await pathHarness()
  const beside = (n: number) =>
    orphan(n, {
      subject: {kind: 'path', key: orphanKey({id: `o${n}`, path: `/mnt/small/${n}`}), serverId: null},
    })
  world.rule = {...world.rule!, guards: {maxPerRun: 1}}
  world.facts['path.entries'] = 60
  const [first, ...rest] = [1, 2].map((n) => orphan(n))
  const some = [first!, ...rest, ...[3, 4].map(beside)]
  await waited(...some)
  const before = reported().length
  await queue.take(some)
  expect([moved.length, reported().slice(before)]).toEqual([
    1,
    ['sent', 'postponed max_per_run', 'postponed max_per_run', 'postponed max_per_run'],
  ])
})

test('S09 once one is not what it was, the rest of the run waits for another look', async () => {
  const {queue, orphan, moved, reported, world, waited, house: harness} = await pathHarness()
  const some = [1, 2, 3].map((n) => orphan(n))
  await waited(...some)
  world.orphanStays = {code: 'changed_meanwhile', message: 'It is somebody’s.'}
  const before = reported().length
  await queue.take(some)
  expect([moved, reported().slice(before)]).toEqual([
    [],
    Array.from({length: 3}, () => 'postponed changed_meanwhile'),
  ])
  expect(harness.journal.slice(-3).map(({message}) => message)).toEqual([
    'It is somebody’s.',
    ...Array.from({length: 2}, () => 'Another one was not as it was seen: all are looked at again first.'),
  ])
})

test.each(['simulate', 'ask'] as const)(
  'S06 a rule that is put to %s while it acts does nothing more of what it decided',
  async (mode) => {
    const {queue, orphan, moved, reported, world, waited} = await pathHarness()
    const some = [1, 2, 3].map((n) => orphan(n))
    await waited(...some)
    world.afterMove = () => (world.rule = {...world.rule!, mode})
    const before = reported().length
    await queue.take(some)
    expect(moved).toHaveLength(1)
    expect(reported().slice(before)).toEqual([
      'sent',
      'cancelled changed_meanwhile',
      'cancelled changed_meanwhile',
    ])
  },
)

test('S09 asked first, only those who may administer everything answer, and what they say yes to waits no longer', async () => {
  const {queue, orphan, moved, world} = await pathHarness()
  world.rule = {...world.rule!, mode: 'ask'}
  await queue.take([orphan(1, {mode: 'ask'}), orphan(2, {mode: 'ask'})])
  const may = {...by, access: {...by.access, permits: () => true, everywhere: true}}
  expect(queue.waiting({...may, access: {...may.access, everywhere: false}})).toEqual([])
  const [first, second] = queue.waiting(may)
  await queue.approve(may, first!.id)
  expect(moved).toEqual(['orphan.recycle o1 14'])
  // It is not in the list any more.
  world.pathOutcome = null
  await queue.approve(may, second!.id)
  expect(moved).toHaveLength(1)
})

test('S09 a rule that only simulates moves nothing and begins no quarantine', async () => {
  const {queue, orphan, moved, reported, world, memory} = await pathHarness()
  world.rule = {...world.rule!, mode: 'simulate'}
  await queue.take([orphan(1, {mode: 'simulate'})])
  expect([moved, reported(), memory.deadlines.ofKind('pathQuarantine')]).toEqual([[], ['simulated'], []])
})
