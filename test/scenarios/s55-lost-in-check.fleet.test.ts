/**
 * A check that we ordered, of a disk that the server does not reach: it finds nothing, and the server would download
 * everything again. What was there is stopped, told once, and left alone by rules until a person decides.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {isFull, some} from '#test/proof.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const ALERT = 'lost_in_check'

/** It would remove and check whatever is not complete any more. */
const eager = [
  {
    name: 'Not complete',
    reason: 'stalled',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: false},
    do: [{action: 'removeWithData'}],
  },
  {
    name: 'Check what is not complete',
    concern: 'recheck',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: false},
    do: [{action: 'recheck'}],
  },
]

let server: string
let films: readonly SimTorrent[]

/** Three films that seed from a disk that we see, and their server reaches. */
async function begin(kind: ServerKind, rules: readonly object[] = eager): Promise<void> {
  server = nameOf(kind)
  harness = await DiskHarness.start([{name: server, kind, torrents: 30, folder: '/srv/downloads'}])
  films = [0, 1, 2].map((at) =>
    harness.put(
      server,
      FIRST + at,
      {[`Film ${at}/film.mkv`]: 90_000 + at},
      {category: 'films', uploaded: 20_000},
    ),
  )
  harness.checksAtOnce(server)
  for (const rule of rules) await harness.scenario.rule(rule)
  await harness.pass(35 * MINUTE)
}

function act(verb: string, some: readonly SimTorrent[] = films): Promise<unknown> {
  return harness.api.act(
    verb,
    some.map(({hash}) => ({server_id: server, info_hash: hash})),
    {},
  )
}

const isRunning = ({hash}: SimTorrent) => harness.scenario.torrent(server, hash).running
const reported = (verb: string) =>
  harness.scenario
    .world(server)
    .commands.received.filter((it) => it.verb === verb)
    .flatMap(({hashes}) => hashes)
const hashes = (some: readonly SimTorrent[] = films) => some.map(({hash}) => hash)

async function expectHeld(some: readonly SimTorrent[] = films): Promise<void> {
  expect(some.map(isRunning)).toEqual(some.map(() => false))
  expect(harness.scenario.destroyed()).toEqual([])
  const alerts = await harness.scenario.alerts()
  expect(alerts.filter((it) => it.endsWith(ALERT))).toEqual([`freeze ${server} ${ALERT}`])
}

test.each(some(1, serverKinds))(
  'S55 %s: what a person has checked while its disk is away is stopped at once, and no rule touches it, also after a restart',
  async (kind) => {
    await begin(kind)
    harness.reach(false)
    await act('recheck')
    await harness.pass(MINUTE)
    await expectHeld()
    expect(reported('stop').toSorted()).toEqual(hashes().toSorted())
    await harness.pass(3 * HOUR)
    await expectHeld()
    const why = await harness.scenario.why(server, films[0]!.hash)
    expect(JSON.stringify(why)).toContain('See whether its disk is there')
    await harness.scenario.acting.crash()
    await harness.scenario.acting.rise()
    await harness.pass(3 * HOUR)
    expect(films.map(isRunning)).toEqual([false, false, false])
    expect([harness.scenario.destroyed(), reported('recheck').toSorted()]).toEqual([[], hashes().toSorted()])
    await harness.scenario.expectWell()
  },
)

test.each(some(1, serverKinds.toReversed()))(
  'S55 %s: what is checked again when its disk is back goes on as it did, and what a person starts is theirs',
  async (kind) => {
    await begin(kind, eager.slice(0, 1))
    harness.reach(false)
    await act('recheck')
    await harness.pass(10 * MINUTE)
    await expectHeld()
    harness.reach(true)
    const [again, begun, left] = films as [SimTorrent, SimTorrent, SimTorrent]
    await act('recheck', [again])
    await harness.pass(10 * MINUTE)
    expect([again, begun, left].map(isRunning)).toEqual([true, false, false])
    expect(harness.scenario.torrent(server, again.hash).done).toBe(again.size)
    harness.reach(false)
    // Who starts it knows that it begins again: from now on rules judge it again.
    await act('start', [begun])
    await harness.pass(HOUR)
    expect(films.map(({hash}) => harness.scenario.holds(server, hash))).toEqual([true, false, true])
    expect([harness.scenario.destroyed().length, isRunning(left)]).toEqual([1, false])
  },
)

test.runIf(isFull).each(serverKinds.toReversed())(
  'S55 %s: where a check of a rule finds nothing, no rule has anything else checked on that disk',
  async (kind) => {
    const errored = {
      name: 'Check what has an error',
      concern: 'recheck',
      when: {fact: 'state', op: 'eq', value: 'error'},
      do: [{action: 'recheck'}],
    }
    await begin(kind, [errored])
    harness.reach(false)
    const [first, ...others] = films as [SimTorrent, ...SimTorrent[]]
    const fails = {state: 'error', errorText: 'Input/output error', running: true} as const
    harness.scenario.update(server, first.hash, fails)
    await harness.pass(20 * MINUTE)
    expect(reported('recheck')).toEqual([first.hash])
    await expectHeld([first])
    for (const {hash} of others) harness.scenario.update(server, hash, fails)
    await harness.pass(3 * HOUR)
    expect(reported('recheck')).toEqual([first.hash])
    await expectHeld([first])
    // That is no word against what a person wants.
    harness.reach(true)
    await act('recheck')
    await harness.pass(HOUR)
    expect(films.map(isRunning)).toEqual([true, true, true])
    const alert = (await harness.scenario.journal(`server_id=${server}`)).find(({code}) => code === ALERT)
    expect(alert).toMatchObject({verb: 'freeze', phase: 'undone', args: {path: '/srv/downloads'}})
  },
)

test.each(some(1, serverKinds))(
  'S55 %s: what a user has checked in its client while its disk is away is touched by no rule, and goes on when it is whole',
  async (kind) => {
    await begin(kind, eager.slice(0, 1))
    harness.reach(false)
    harness.scenario.world(server).commands.recheck(films)
    await harness.pass(MINUTE)
    harness.reach(true)
    await harness.pass(3 * HOUR)
    expect(harness.scenario.destroyed()).toEqual([])
    // It is a matter of whoever ordered it: it is not stopped, and said once.
    expect(reported('stop')).toEqual([])
    const why = await harness.scenario.why(server, films[0]!.hash)
    expect(JSON.stringify(why)).toContain('See whether its disk is there')
    const alerts = async () => (await harness.scenario.alerts()).filter((it) => it.endsWith(ALERT))
    expect(await alerts()).toEqual([`freeze ${server} ${ALERT}`])
    harness.scenario.world(server).commands.recheck(films)
    await harness.pass(10 * MINUTE)
    expect(films.map(({done, size}) => done === size)).toEqual([true, true, true])
    await harness.pass(HOUR)
    expect(harness.scenario.destroyed()).toEqual([])
    const alert = (await harness.scenario.journal(`server_id=${server}`)).find(({code}) => code === ALERT)
    expect(alert).toMatchObject({verb: 'freeze', phase: 'undone'})
  },
)
