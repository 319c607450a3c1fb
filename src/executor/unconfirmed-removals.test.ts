import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {A, actor, hash, key} from './executor-harness.fixture.ts'
import {UnconfirmedRemovals} from './unconfirmed-removals.ts'

const MINUTE_MS = 60_000

function house(verbs: readonly string[] = ['removeWithData']) {
  const clock = new VirtualClock()
  const lines: JournalEntry[] = []
  const logged: string[] = []
  const world = {presence: 'unknown' as 'there' | 'gone' | 'unknown', fails: false, asked: [] as string[]}
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
      write: async (some) => {
        if (world.fails) throw new Error('disk full')
        lines.push(...some)
      },
      clock,
      log: {error: (_about, text) => void logged.push(text)},
    },
    entries,
  )
  removals.start()
  const said = () => lines.map(({id, phase, code}) => [id, phase, code].filter(Boolean).join(' '))
  return {clock, world, removals, logged, lines, said}
}

test('it is confirmed when the list lacks it, once, and nothing is said before', async () => {
  const {clock, world, lines, said} = house()
  await clock.advance(60 * MINUTE_MS)
  expect(said()).toEqual([])
  world.presence = 'gone'
  await clock.advance(60 * MINUTE_MS)
  expect(said()).toEqual(['0 confirmed'])
  expect(lines[0]).toMatchObject({verb: 'removeWithData', hash: key(A, 0).hash, at: expect.any(Number)})
  expect(lines[0]).not.toHaveProperty('message')
})

test('it has failed when its server still has it five minutes later, by lists without a gap', async () => {
  const {clock, world, said} = house()
  world.presence = 'there'
  await clock.advance(4 * MINUTE_MS)
  world.presence = 'unknown'
  await clock.advance(MINUTE_MS)
  world.presence = 'there'
  await clock.advance(4 * MINUTE_MS)
  expect(said()).toEqual([])
  await clock.advance(2 * MINUTE_MS)
  expect(said()).toEqual(['0 failed not_removed'])
})

test('of what is no removal nothing is asked, and of what is a day old neither', async () => {
  const {clock, world, said} = house(['stop', 'remove', 'addTags'])
  await clock.advance(MINUTE_MS)
  expect(new Set(world.asked)).toEqual(new Set([hash(1)]))
  await clock.advance(25 * 60 * MINUTE_MS)
  const {length} = world.asked
  world.presence = 'gone'
  await clock.advance(60 * MINUTE_MS)
  expect([said(), world.asked.length]).toEqual([[], length])
})

test('an end that could not be written is written later; after the stop nothing is', async () => {
  const {clock, world, logged, said} = house()
  Object.assign(world, {presence: 'gone', fails: true})
  await clock.advance(1_000)
  expect([said(), logged.length]).toEqual([[], 1])
  world.fails = false
  await clock.advance(1_000)
  expect(said()).toEqual(['0 confirmed'])
  const other = house()
  other.removals.stop()
  other.world.presence = 'gone'
  await other.clock.advance(MINUTE_MS)
  expect(other.said()).toEqual([])
})

test('what stays without an end while the program runs is looked at from then on, and nothing else that is written', async () => {
  const {clock, world, removals, said} = house([])
  const line = (id: string, verb: string, phase: JournalEntry['phase']): JournalEntry => ({
    id,
    at: clock.now(),
    actor,
    subject: 'torrent',
    serverId: A,
    hash: hash(1),
    name: 'Film',
    verb,
    args: {},
    phase,
  })
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
