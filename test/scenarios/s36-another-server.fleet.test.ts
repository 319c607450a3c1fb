/** Another daemon answers at the address of a server: a container, a volume or a port was exchanged. */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {some} from '../proof.ts'
import {B, DAY, hashAt, MINUTE, ScenarioHarness, SETTLED, nameOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const TORRENTS = 60
/** Behind those that were here. */
const OTHERS = 500
/** Torrents for which something waits, by index: a person's removal, a question, a quarantine. */
const HELD = 0
const ASKED = 1
const ASIDE = 2
const waiting = [HELD, ASKED, ASIDE]

/** By a tag, and by its category where there are none. */
const marked = (word: string) => ({
  any: [
    {fact: 'tags', op: 'hasAny', value: [word]},
    {fact: 'category', op: 'eq', value: word},
  ],
})
const rules = [
  {name: 'Asks', mode: 'ask', reason: 'seedingDone', when: marked('ask'), do: [{action: 'removeWithData'}]},
  {
    name: 'Sets aside',
    reason: 'unregistered',
    when: marked('aside'),
    do: [{action: 'quarantine', for: '1d', end: 'removeWithData'}],
  },
]
const words: Readonly<Record<number, string>> = {[ASKED]: 'ask', [ASIDE]: 'aside'}

function markOf(kind: ServerKind, index: number): Partial<NewTorrent> {
  const word = words[index]
  if (word === undefined) return {}
  return kind === 'deluge' ? {category: word} : {tags: [word]}
}

interface WireServer {
  readonly health: {readonly status: string; readonly reason: string}
}
interface WireAction {
  readonly state: string
}

/** Something of each kind waits for it. @returns the server, and the removal that a person ordered */
async function begin(kind: ServerKind): Promise<[server: string, action: string]> {
  const server = nameOf(kind)
  harness = await ScenarioHarness.start({
    servers: [
      {name: server, kind, torrents: TORRENTS, each: (index) => markOf(kind, index)},
      {name: B, torrents: 30},
    ],
    rules,
    settled: SETTLED + 30 * MINUTE,
  })
  addedAt = upTo(TORRENTS).map(([index]) => harness.torrent(server, hashAt(server, index)).addedAt)
  expect(await approvals()).toBe(1)
  expect(harness.torrent(server, hashAt(server, ASIDE)).state).toBe('stopped')
  const keys = [{server_id: server, info_hash: hashAt(server, HELD)}]
  const {status, body} = await harness.acting.api.send('POST', '/api/torrents/actions', {
    verb: 'removeWithData',
    keys,
    args: {free_at_once: true},
    hold_seconds: 60,
  })
  expect(status).toBe(202)
  return [server, (body as {action_id: string}).action_id]
}

async function approvals(): Promise<number> {
  return (await harness.acting.api.get<{approvals: readonly object[]}>('/api/approvals')).approvals.length
}

async function health(server: string): Promise<string> {
  const {health: it} = await harness.acting.api.get<WireServer>(`/api/servers/${server}`)
  return `${it.status} ${it.reason}`
}

async function stateOf(action: string): Promise<string> {
  return (await harness.acting.api.get<WireAction>(`/api/actions/${action}`)).state
}

async function hashesOf(server: string): Promise<ReadonlySet<string>> {
  const {torrents} = await harness.acting.api.get<{torrents: readonly {info_hash: string}[]}>(
    `/api/torrents?limit=1000&server_id=${server}`,
  )
  return new Set(torrents.map((it) => it.info_hash))
}

/** When each of its first torrents was added there. */
let addedAt: readonly number[] = []

/** What it has from now on, and what somebody at its machine does to it. Whatever has an index that was here is the same. */
async function exchange(
  server: string,
  has: readonly [index: number, other?: Partial<NewTorrent>][],
  then = () => {},
): Promise<void> {
  const world = harness.world(server)
  await harness.away(server)
  for (let index = 0; index < OTHERS * 2; index++) {
    const hash = hashAt(server, index)
    if (harness.holds(server, hash)) world.drop(harness.torrent(server, hash))
  }
  for (const [index, other] of has)
    harness.put(server, index, {addedAt: addedAt[index] ?? world.now() - DAY, ...other})
  then()
  world.restart()
  await harness.back(server)
}

const upTo = (count: number, from = 0) => Array.from({length: count}, (_, n) => [from + n] as [number])
/** Torrents of the same hashes, which somebody else added yesterday. */
const sameHashes = (kind: ServerKind) =>
  waiting.map((index): [number, Partial<NewTorrent>] => [
    index,
    {addedAt: harness.world(nameOf(kind)).now() - DAY, ...markOf(kind, index)},
  ])

/** Whatever was sent since, of those that lose or stop something. */
function sentSince(server: string, before: number): readonly string[] {
  return harness.verbs(server).slice(before)
}

/** Nothing is sent to it, what waited for it has ended, and people are asked once. */
async function expectFrozen(server: string, action: string, sentBefore: number): Promise<void> {
  expect(await health(server)).toBe('warming another_server')
  expect(sentSince(server, sentBefore)).toEqual([])
  expect([await stateOf(action), await approvals()]).toEqual(['dropped', 0])
  expect(await harness.alerts()).toEqual([`freeze ${server} another_server`])
  expect(await harness.lines('verb=quarantine')).toContain('quarantine undone another_server')
  const removed = await harness.journal('verb=removeWithData')
  expect(removed.map(({phase, code}) => `${phase} ${code}`)).not.toContain('confirmed null')
  await harness.expectWell()
}

for (const kind of some(1, serverKinds)) {
  test(
    `S36 ${kind}: other torrents of the same number, some under the hashes for which something waits`,
    {timeout: 300_000},
    async () => {
      const [server, action] = await begin(kind)
      const before = harness.verbs(server).length
      await exchange(server, [...sameHashes(kind), ...upTo(TORRENTS - waiting.length, OTHERS)])
      await harness.pass(10 * MINUTE)
      await expectFrozen(server, action, before)
      const known = await hashesOf(server)
      expect([known.size, known.has(hashAt(server, OTHERS))]).toEqual([TORRENTS, false])
      const {status} = await harness.acting.api.send('POST', `/api/servers/${server}/identity`, {
        is: 'another',
      })
      expect(status).toBe(204)
      await harness.pass(5 * MINUTE)
      expect(await health(server)).toBe('online none')
      expect((await hashesOf(server)).has(hashAt(server, OTHERS))).toBe(true)
      expect(harness.world(server).size).toBe(TORRENTS)
      expect(await harness.lines('verb=freeze')).toEqual(['freeze undone another_server'])
    },
  )
}

for (const kind of some(1, serverKinds.toReversed())) {
  test(
    `S36 ${kind}: ten of sixty are the same; the former daemon comes back, and goes on without a person`,
    {timeout: 300_000},
    async () => {
      const [server, action] = await begin(kind)
      const {tags, category} = harness.torrent(server, hashAt(server, ASIDE))
      const before = harness.verbs(server).length
      await exchange(server, [...upTo(10), ...upTo(50, OTHERS)])
      await harness.pass(10 * MINUTE)
      await expectFrozen(server, action, before)
      await exchange(server, [
        ...upTo(TORRENTS).filter(([index]) => index !== ASIDE),
        [ASIDE, {tags, category, state: 'stopped', running: false}],
      ])
      await harness.pass(10 * MINUTE)
      expect(await health(server)).toBe('online none')
      expect([...(await hashesOf(server))].toSorted()).toEqual(
        upTo(TORRENTS)
          .map(([index]) => hashAt(server, index))
          .toSorted(),
      )
      expect(harness.destroyed()).toEqual([])
      expect(await harness.lines('verb=freeze')).toEqual(['freeze undone another_server'])
    },
  )
}

for (const kind of some(1, serverKinds)) {
  test(
    `S36 ${kind}: a server that saves elsewhere, has a newer past or adds a fifth again is the same`,
    {timeout: 300_000},
    async () => {
      const [server, action] = await begin(kind)
      const again = upTo(12, TORRENTS - 12).map(([index]): [number, Partial<NewTorrent>] => [
        index,
        {addedAt: harness.world(server).now() - MINUTE},
      ])
      await exchange(server, [...upTo(TORRENTS - 12), ...again], () => {
        harness.world(server).defaultSavePath = '/srv/elsewhere'
      })
      await harness.pass(5 * MINUTE)
      expect(await health(server)).toBe('online none')
      expect((await harness.lines('verb=freeze')).filter((it) => it.includes('another_server'))).toEqual([])
      expect(await stateOf(action)).not.toBe('dropped')
      expect(
        (await harness.acting.api.send('POST', `/api/servers/${server}/identity`, {is: 'another'})).status,
      ).toBe(409)
      await harness.expectWell()
    },
  )
}
