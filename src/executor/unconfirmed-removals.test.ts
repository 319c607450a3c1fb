import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {Presence} from '#model/services.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {A, actor, hash, key} from './executor-harness.fixture.ts'
import {UnconfirmedRemovals} from './unconfirmed-removals.ts'

const MINUTE_MS = 60_000

const lineOf = (id: string, verb: string, phase: JournalEntry['phase'], at: number): JournalEntry => ({
  id,
  at,
  actor,
  subject: 'torrent',
  serverId: A,
  hash: hash(1),
  name: 'Film',
  verb,
  args: {},
  phase,
})

function harness(verbs: readonly string[] = ['removeWithData']) {
  const clock = new VirtualClock()
  const lines: JournalEntry[] = []
  const logged: string[] = []
  const world = {
    presence: 'unknown' as Presence,
    fails: false,
    asked: [] as string[],
    /** What its server says when it is asked for its list. */
    reports: (): boolean => true,
    notRemoved: [] as string[],
    /** What torrents say of removals that wait, by their ids. */
    waiting: new Map<string, string>(),
  }
  const entries = verbs.map((verb, n): JournalEntry => ({
    id: `${n}`,
    at: clock.now(),
    actor,
    subject: 'torrent',
    serverId: A,
    hash: hash(n),
    name: 'Film',
    verb,
    args: {},
    phase: 'unconfirmed',
    code: 'unconfirmed',
    message: 'Nobody knows.',
  }))
  const removals = new UnconfirmedRemovals(
    {
      presence: (of) => {
        world.asked.push(of.hash)
        return world.presence
      },
      readNow: async () => world.reports(),
    },
    {
      waitForRemoval: (id, _keys, why) => void world.waiting.set(id, why),
      endRemovalWait: (id) => void world.waiting.delete(id),
    },
    async (some) => {
      if (world.fails) throw new Error('disk full')
      lines.push(...some)
    },
    clock,
    {error: (_about, text) => void logged.push(text)},
    entries,
  )
  removals.onNotRemoved(async ({id}) => void world.notRemoved.push(id))
  removals.start()
  const said = () => lines.map(({id, phase, code}) => [id, phase, code].filter(Boolean).join(' '))
  return {clock, world, removals, logged, lines, said}
}

test('it is confirmed when the list lacks it, once, and nothing is said before', async () => {
  const {clock, world, lines, said} = harness()
  await clock.advance(60 * MINUTE_MS)
  expect(said()).toEqual([])
  expect([...world.waiting.values()]).toEqual([expect.stringContaining('there was no answer')])
  world.presence = 'gone'
  await clock.advance(60 * MINUTE_MS)
  expect(said()).toEqual(['0 confirmed'])
  expect(world.waiting.size).toBe(0)
  expect(lines[0]).toMatchObject({verb: 'removeWithData', hash: key(A, 0).hash, at: expect.any(Number)})
  expect(lines[0]).not.toHaveProperty('message')
})

for (const [what, minutes, code] of [
  ['had no answer', 1, 'unconfirmed'],
  ['was taken, and showed no effect', 5, undefined],
] as const) {
  test(`what ${what} has failed when its server still has it after minutes by lists without a gap: ${minutes}`, async () => {
    const {clock, world, removals, said} = harness([])
    const {code: _, ...line} = {...lineOf('0', 'remove', 'unconfirmed', clock.now()), code: 'unconfirmed'}
    removals.take([code === undefined ? line : {...line, code}])
    world.presence = 'there'
    await clock.advance(minutes * MINUTE_MS - 10_000)
    world.presence = 'unknown'
    await clock.advance(MINUTE_MS)
    world.presence = 'there'
    await clock.advance(minutes * MINUTE_MS - 10_000)
    expect([said(), world.notRemoved]).toEqual([[], []])
    await clock.advance(20_000)
    expect([said(), world.notRemoved]).toEqual([['0 failed not_removed'], ['0']])
  })
}

test('a list of before is no evidence: its server is asked once more, and what it lacks then went', async () => {
  const {clock, world, said} = harness()
  world.presence = 'there'
  world.reports = () => false
  await clock.advance(5 * MINUTE_MS)
  expect(said()).toEqual([])
  world.reports = () => {
    world.presence = 'gone'
    return true
  }
  await clock.advance(2 * MINUTE_MS)
  expect([said(), world.notRemoved]).toEqual([['0 confirmed'], []])
})

test('from the moment it is sent until its end is known nothing else is begun, and it is said until when', async () => {
  const {clock, world, removals} = harness([])
  const why = () => removals.objection(key(A, 1))?.message ?? null
  const step = (phase: JournalEntry['phase'], more: Partial<JournalEntry> = {}) =>
    removals.take([{...lineOf('d', 'remove', phase, clock.now()), ...more}])
  world.presence = 'there'
  step('intended')
  expect(why()).toBeNull()
  step('sending', {causeId: 'kept'})
  expect(why()).toContain('is under way')
  expect([removals.objection(key(A, 1), 'd'), removals.objection(key(A, 2))]).toEqual([null, null])
  expect(['d', 'kept', 'other'].map((id) => removals.isAbout(id, key(A, 1)))).toEqual([true, true, false])
  step('unconfirmed', {code: 'server_unreachable', message: 'No answer.'})
  // Its effect was not seen in time either.
  step('unconfirmed')
  expect(why()).toContain('there was no answer')
  await clock.advance(1_000)
  const until = new Date(clock.now() + MINUTE_MS).toISOString()
  expect(why()).toContain(`known at ${until} at the latest`)
  world.presence = 'unknown'
  await clock.advance(1_000)
  expect(why()).toContain('when its server sends its list')
  world.presence = 'gone'
  await clock.advance(1_000)
  expect([why(), removals.isAbout('d', key(A, 1))]).toEqual([null, false])
})

for (const end of ['confirmed', 'refused', 'failed'] as const) {
  test(`one that is ${end} keeps nothing back any more`, () => {
    const {removals, clock} = harness([])
    for (const phase of ['sending', end] as const) removals.take([lineOf('d', 'remove', phase, clock.now())])
    expect(removals.objection(key(A, 1))).toBeNull()
  })
}

test('what its server took keeps others back until its list shows that it went, five minutes at most', async () => {
  const {clock, world, removals} = harness([])
  const isHeld = () => removals.objection(key(A, 1)) !== null
  world.presence = 'there'
  removals.take([lineOf('d', 'remove', 'sent', clock.now())])
  await clock.advance(4 * MINUTE_MS)
  expect(isHeld()).toBe(true)
  await clock.advance(MINUTE_MS)
  expect(isHeld()).toBe(false)
  removals.take([lineOf('e', 'remove', 'sent', clock.now())])
  world.presence = 'gone'
  expect(isHeld()).toBe(false)
})

test('what could not be written was not sent, and what was sent ends anyway', () => {
  const {removals, clock} = harness([])
  removals.takeUnwritten([lineOf('d', 'remove', 'sending', clock.now())])
  expect(removals.objection(key(A, 1))).toBeNull()
  removals.take([lineOf('d', 'remove', 'sending', clock.now())])
  removals.takeUnwritten([lineOf('d', 'remove', 'refused', clock.now())])
  expect(removals.objection(key(A, 1))).toBeNull()
})

test('of what is no removal nothing is asked, and of what is a day old neither', async () => {
  const {clock, world, said} = harness(['stop', 'remove', 'addTags'])
  await clock.advance(MINUTE_MS)
  expect(new Set(world.asked)).toEqual(new Set([hash(1)]))
  clock.standStill(25 * 60 * MINUTE_MS)
  await clock.advance(MINUTE_MS)
  const {length} = world.asked
  world.presence = 'gone'
  await clock.advance(10 * MINUTE_MS)
  expect([said(), world.asked.length]).toEqual([[], length])
})

test('an end that could not be written is written later; after the stop nothing is', async () => {
  const {clock, world, logged, said} = harness()
  Object.assign(world, {presence: 'gone', fails: true})
  await clock.advance(1_000)
  expect([said(), logged.length]).toEqual([[], 1])
  world.fails = false
  await clock.advance(1_000)
  expect(said()).toEqual(['0 confirmed'])
  const other = harness()
  other.removals.stop()
  other.world.presence = 'gone'
  await other.clock.advance(MINUTE_MS)
  expect(other.said()).toEqual([])
})

test('what stays without an end while the program runs is looked at from then on, and nothing else that is written', async () => {
  const {clock, world, removals, said} = harness([])
  const line = (id: string, verb: string, phase: JournalEntry['phase']) =>
    lineOf(id, verb, phase, clock.now())
  await clock.advance(MINUTE_MS)
  removals.take([line('sent', 'remove', 'sent'), line('stop', 'stop', 'unconfirmed')])
  await clock.advance(MINUTE_MS)
  expect(world.asked).toEqual([])
  world.presence = 'gone'
  removals.take([line('a', 'remove', 'unconfirmed')])
  removals.take([line('b', 'removeWithData', 'unconfirmed')])
  await clock.advance(2_000)
  expect([said(), world.asked.length]).toEqual([['a confirmed', 'b confirmed'], 2])
  removals.stop()
  removals.take([line('c', 'remove', 'unconfirmed')])
  await clock.advance(MINUTE_MS)
  expect(said()).toHaveLength(2)
})
