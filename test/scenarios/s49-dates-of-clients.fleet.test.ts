/**
 * Dates that a client tells are the word of its clock: of the whole machine, which may be years off, or of one torrent,
 * which was stamped while it was. What we saw ourselves limits them.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import type {World} from '#lab/simulators/world.ts'
import {some} from '../proof.ts'
import {DAY, hashAt, HOUR, MINUTE, ScenarioHarness, nameOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Each torrent has the category of its rule. */
const rule = (name: string, when: object) => ({
  name,
  scope: {categories: [name]},
  when,
  do: [{action: 'removeWithData'}],
})
const atLeast = (fact: string, value: string) => ({fact, op: 'gte', value})
const rules = [
  rule('old', atLeast('age', '30d')),
  rule('done', atLeast('sinceCompleted', '30d')),
  rule('seeded', atLeast('seedingTime', '30d')),
  rule('idle', {all: [atLeast('sinceActivity', '30d'), {fact: 'complete', op: 'eq', value: true}]}),
]
const categories = rules.map(({name}) => name)

/** It came 40 minutes ago, as its client tells the time. */
function fresh(world: World, category: string) {
  const addedAt = world.now() - 40 * MINUTE
  const seeding = {completedAt: addedAt + MINUTE, seedingTime: 39 * MINUTE, activeTime: 40 * MINUTE}
  return {category, addedAt, startedAt: addedAt, lastActivityAt: world.now() - MINUTE, ...seeding}
}

/** The same, stamped by a clock that was years off. */
function misdated(world: World, category: string, seconds: number) {
  const addedAt = world.now() - seconds
  const seeding = {completedAt: addedAt + MINUTE, seedingTime: seconds, activeTime: seconds}
  return {category, addedAt, startedAt: addedAt, lastActivityAt: addedAt + MINUTE, ...seeding}
}

for (const [kind, skewSeconds] of some(2, [
  ['qbittorrent', -400 * DAY],
  ['transmission', -400 * DAY],
  ['rtorrent', -400 * DAY],
  ['transmission', 400 * DAY],
  ['qbittorrent', -40 * 365 * DAY],
  ['rtorrent', 31 * DAY],
  ['deluge', -400 * DAY],
  ['deluge', 400 * DAY],
] as const)) {
  test(`S49 ${kind}: a clock that is ${skewSeconds / DAY} days ahead makes nothing older than it can be`, async () => {
    const server = nameOf(kind)
    const each = (index: number, world: World) =>
      index < categories.length ? fresh(world, categories[index]!) : {}
    harness = await ScenarioHarness.start({
      servers: [{name: server, kind, skewSeconds, torrents: 40, each, allowExecute: true}],
      rules,
    })
    for (const [at, category] of categories.entries())
      harness.put(server, 100 + at, fresh(harness.world(server), category))
    await harness.pass(3 * HOUR)
    await harness.expectNothingDestructive()
    expect(await harness.alerts()).toEqual([`freeze ${server} clock_wrong`])
  })
}

for (const kind of some(1, serverKinds)) {
  test(`S49 ${kind}: what comes before our eyes is no older than that, whatever it is stamped with`, async () => {
    const server = nameOf(kind)
    const each = (index: number, world: World) =>
      index < categories.length ? misdated(world, categories[index]!, 40 * DAY) : {}
    harness = await ScenarioHarness.start({
      servers: [{name: server, kind, torrents: 40, each, allowExecute: true}],
      rules,
    })
    for (const [at, category] of categories.entries())
      harness.put(server, 100 + at, misdated(harness.world(server), category, 400 * DAY))
    await harness.pass(12 * HOUR)
    // However it is removed there: rTorrent itself removes no data.
    const isGone = (index: number) => !harness.holds(server, hashAt(server, index))
    expect([...categories.keys()].map((at) => isGone(100 + at))).toEqual(categories.map(() => false))
    // What was there when we came may be as old as its client says, whose clock is right.
    expect([0, 1].map(isGone)).toEqual([true, true])
    expect(await harness.alerts()).toEqual([])
  })
}
