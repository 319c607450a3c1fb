import {expect, test} from 'vitest'
import type {TrashRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Rule} from '#model/rule.ts'
import {queueHarness, wanted} from './rule-action-queue-harness.fixture.ts'

const GB = 1_000_000_000
const overOf = (...ids: readonly string[]) => ids.map((id) => ({id, bytes: GB}) as TrashRecord)

async function harness(over = overOf('a', 'b')) {
  const it = await queueHarness()
  it.world.over = over
  const purge = () => it.queue.take([it.decision(1, [wanted('purge')])])
  return {...it, purge}
}

test('what is over in the trash goes, each counted with its own bytes', async () => {
  const {purge, purged, reported, spentIn, memory, verbs} = await harness()
  await purge()
  expect(purged).toEqual([`a r1 ${GB}`, `b r1 ${GB}`])
  expect([reported(), spentIn(), memory.spent.within({}, 3_600).bytes, verbs()]).toEqual([
    ['confirmed'],
    2,
    2 * GB,
    [],
  ])
})

test('where nothing is over nothing is read, counted or said', async () => {
  const {purge, reported, spentIn, world, house: parts} = await harness([])
  await purge()
  expect([reported(), spentIn(), world.reads, parts.journal]).toEqual([['confirmed'], 0, 0, []])
})

test('beyond its limits, of number or of bytes, the rest waits', async () => {
  const {purge, purged, reported, world} = await harness(overOf('a', 'b', 'c'))
  world.rule = {...world.rule, guards: {maxPerRun: 2}} as Rule
  await purge()
  expect([purged.length, reported()]).toEqual([2, ['postponed max_per_run']])
  world.rule = {...world.rule, guards: {maxBytesPerRun: GB - 1}} as unknown as Rule
  await purge()
  expect([purged.length, reported().at(-1)]).toEqual([2, 'postponed max_bytes_per_run'])
})

test('what its torrent still owes keeps nothing that is over, and no tracker is charged', async () => {
  const {purge, purged, world, memory} = await harness(overOf('a'))
  Object.assign(world.facts, {'obligation.met': 'no', isPrivate: true, state: 'checking'})
  await purge()
  expect([purged.length, memory.spent.within({tracker: 'a.example'}, 3_600).count]).toEqual([1, 0])
})

test('S03 S06 a server that is away, or another category by now, keeps it', async () => {
  const {purge, purged, reported, world} = await harness()
  Object.assign(world.facts, {'server.status': 'unreachable'})
  await purge()
  Object.assign(world.facts, {'server.status': 'online', category: 'kept'})
  await purge()
  expect([purged, reported()]).toEqual([[], ['postponed server_not_online', 'cancelled changed_meanwhile']])
})

test('what its disk refuses costs nothing, and keeps those behind it for the next time', async () => {
  const {purge, purged, reported, world, spentIn} = await harness()
  world.purgeFault = new CommodarrError('path_refused', 'It is not set aside as a whole.')
  await purge()
  expect([purged, reported(), spentIn()]).toEqual([[], ['postponed path_refused'], 0])
})

test('S19 simulated, or switched off meanwhile, nothing goes', async () => {
  const {purge, purged, reported, world} = await harness()
  world.rule = {...world.rule, mode: 'simulate'} as Rule
  await purge()
  world.rule = Object.assign({}, world.rule, {mode: 'live'})
  world.refresh = () => (world.rule = {...world.rule, revision: 2} as Rule)
  await purge()
  expect([purged, reported()]).toEqual([[], ['simulated', 'cancelled changed_meanwhile']])
})
