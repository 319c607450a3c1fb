import {beforeEach, expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import type {ConditionTrace, Decision, SubjectName} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ActionName, RuleId} from '#model/rule.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {HOUR, MINUTE} from '#model/units.ts'
import type {Memory} from '#automation-state/memory.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {CommonCauses, crowdOf} from './common-causes.ts'

const A = asServerId('A')
const B = asServerId('B')
const errored = 'errored' as RuleId
const seeded = 'seeded' as RuleId

let base: Awaited<ReturnType<typeof memoryHarness>>
let memory: Memory
let causes: CommonCauses
/** By subject; of all others `usual`. */
let facts: Map<string, Partial<Record<FactName, unknown>>>
/** Servers that the owner of a rule sees; absent = both. */
let sights: Map<RuleId, readonly (typeof A)[]>
/** Members' servers, and whose. */
let ofMembers: Map<ServerId, UserId>
const usual: Partial<Record<FactName, unknown>> = {
  state: 'error',
  'server.population': 5_000,
  savePath: '/srv/one/films',
  category: 'films',
  'tracker.hosts': ['t.example.org'],
}

beforeEach(async () => {
  base = await memoryHarness()
  memory = await base.open()
  facts = new Map()
  sights = new Map()
  ofMembers = new Map()
  causes = newCauses()
  await base.clock.advance(HOUR * 1_000)
})

function newCauses(): CommonCauses {
  return new CommonCauses(
    {
      of: (id) =>
        ({
          rule: {id, revision: 1, mode: 'live', guards: {}},
          access: {servers: sights.get(id) ?? [A, B]},
        }) as never,
    },
    {
      fact: ({key}, name) => {
        const value = facts.get(key)?.[name] ?? usual[name]
        return value === undefined
          ? {unknown: 'missing', since: null, source: 'A'}
          : {value: value as never, observedAt: 0, source: 'A'}
      },
    },
    memory.suspensions,
    memory.holds,
    (id) => ofMembers.get(id) ?? null,
    base.clock,
  )
}

const about = (n: number, serverId = A): SubjectName => ({kind: 'torrent', key: `${serverId}/${n}`, serverId})

function wanted(
  n: number,
  more: {rule?: RuleId; action?: ActionName; on?: FactName; serverId?: typeof A} = {},
): Decision {
  const {rule = errored, action = 'recheck', on = 'state', serverId = A} = more
  const evidence = {verdict: 'yes', fact: on} as ConditionTrace
  const act = {action, class: action === 'removeWithData' ? 'destructive' : 'harmless', params: {}}
  return {
    ruleId: rule,
    ruleRevision: 1,
    subject: about(n, serverId),
    actions: [act],
    evidence,
  } as unknown as Decision
}

const many = (count: number, more: Parameters<typeof wanted>[1] = {}, from = 0) =>
  Array.from({length: count}, (_, n) => wanted(from + n, more))

/** A rule waits with so many from now on. */
function waited(count: number, from = 0): void {
  const now = base.clock.now()
  const record = {revision: 1, serverId: A, version: 1, state: {}, strikeCount: 0, strikes: [], firstAt: now}
  memory.holds.put(
    Array.from({length: count - from}, (__, n) => ({
      ...record,
      ruleId: errored,
      subject: about(from + n).key,
      lastAt: now,
      expiresAt: null,
    })),
  )
}

async function noted(decisions: readonly Decision[]): Promise<readonly string[]> {
  const found = causes.note(decisions)
  await Promise.all(found.map((cause) => causes.hold(cause)))
  return found.map(({what, name, torrents}) => `${torrents} of ${what} ${name}`)
}

test.each([
  [null, 10],
  [12, 10],
  [50, 10],
  [100, 20],
  [250, 50],
  [50_000, 50],
])('of a server of %o torrents %i are a crowd', (population, crowd) => {
  expect(crowdOf(population)).toBe(crowd)
})

test('S50 many errors at once are one event of their disk, and one rule is suspended for it', async () => {
  expect(await noted(many(49))).toEqual([])
  expect(await noted(many(50))).toEqual(['50 of disk /srv/one'])
  expect(memory.suspensions.of(errored)).toMatchObject({
    reason: 'commonCause',
    detail: {what: 'disk', torrents: 50},
  })
  expect([causes.of(about(7_000)), causes.of(about(1, B))]).toMatchObject([{what: 'disk'}, null])
  facts.set('A/9', {savePath: '/srv/two/films'})
  expect(causes.of(about(9))).toBe(null)
})

test('S50 of several disks at once it is the server', async () => {
  for (let n = 0; n < 60; n++) facts.set(`A/${n}`, {savePath: `/srv/${n % 3}/x`})
  expect(await noted(many(60))).toEqual(['60 of server A'])
})

test('S50 what one tracker says is of that tracker, on whatever server', async () => {
  const on = 'tracker.class'
  const ofB = many(30, {rule: seeded, action: 'removeWithData', on, serverId: B})
  facts = new Map(Array.from({length: 30}, (_, n) => [`A/${n}`, {state: 'seeding'}]))
  expect(await noted([...many(30, {rule: seeded, action: 'removeWithData', on}), ...ofB])).toEqual([
    '60 of tracker t.example.org',
  ])
})

test('S29 what a tracker says on a server that is hidden from an owner counts and holds nothing of theirs', async () => {
  facts = new Map(Array.from({length: 80}, (_, n) => [`A/${n}`, {state: 'seeding'}]))
  sights.set(errored, [B])
  const more = {action: 'removeWithData', on: 'tracker.class'} as const
  const own = many(20, {...more, serverId: B})
  expect(await noted([...many(40, {...more, rule: seeded}), ...own])).toEqual([])
  const [cause] = causes.note(many(40, {...more, rule: seeded}, 40))
  expect(cause).toMatchObject({what: 'tracker', servers: [A, B]})
  await base.clock.advance(HOUR * 1_000)
  sights.set(seeded, [A])
  await noted(many(80, {...more, rule: seeded}, 200))
  expect([causes.of(about(1)), causes.of(about(1, B))]).toMatchObject([{what: 'tracker', servers: [A]}, null])
})

test('what a member’s server makes up is no cause for torrents of others, nor a part of theirs', async () => {
  ofMembers.set(B, asUserId('bo'))
  const more = {action: 'removeWithData', on: 'tracker.class'} as const
  // Each alone is no crowd, and together they are none either.
  const few = (serverId: ServerId) => many(30, {...more, serverId}, 1_000)
  expect(await noted([...few(A), ...few(B)])).toEqual([])
  expect(await noted(many(80, {...more, serverId: B}))).toEqual(['110 of tracker t.example.org'])
  expect([causes.of(about(1)), causes.of(about(1, B))]).toMatchObject([null, {what: 'tracker'}])
})

test('a crowd that comes within ten minutes counts together, and one that comes within hours does not', async () => {
  for (let minute = 0; minute < 9; minute++) {
    expect(await noted(many(5, {}, minute * 5))).toEqual([])
    await base.clock.advance(MINUTE * 1_000)
  }
  expect(await noted(many(5, {}, 45))).toHaveLength(1)
  await memory.suspensions.lift(errored)
  for (let round = 0; round < 20; round++) {
    await base.clock.advance(5 * MINUTE * 1_000)
    expect(await noted(many(20, {}, 1_000 + round * 20))).toEqual([])
  }
})

test('what was looked at goes on, however late, and is no news', async () => {
  await noted(many(80))
  for (let minute = 0; minute < 180; minute += 10) {
    await base.clock.advance(10 * MINUTE * 1_000)
    expect(await noted(many(80))).toEqual([])
  }
  await memory.suspensions.lift(errored)
  expect(await noted(many(80))).toEqual([])
  expect(causes.of(about(1))).toBe(null)
})

test.each([
  ['due by its ratio', {rule: seeded, action: 'removeWithData', on: 'ratio'}],
  ['of one tracker, and due', {rule: seeded, action: 'removeWithData', on: 'tracker.hosts'}],
  ['to be tagged for what its tracker says', {rule: seeded, action: 'tag', on: 'tracker.class'}],
] as const)('however many are %s at once, nothing is wrong with them', async (_, more) => {
  facts = new Map(Array.from({length: 400}, (__, n) => [`A/${n}`, {state: 'seeding'}]))
  expect(await noted(many(400, more as never))).toEqual([])
})

test('after a start what rules waited with before is no news, and what is held stays held', async () => {
  await noted(many(60))
  waited(60)
  await base.clock.advance(MINUTE * 1_000)
  memory = await base.open()
  causes = newCauses()
  expect(causes.of(about(3))).toMatchObject({what: 'disk', name: '/srv/one'})
  await memory.suspensions.lift(errored)
  expect(await noted(many(60))).toEqual([])
})

test.each([
  ['at once', 0],
  ['minutes later', 10],
])('S50 a crowd that begins with the start is an event, %s', async (_, minutes) => {
  waited(20)
  await base.clock.advance(MINUTE * 1_000)
  memory = await base.open()
  causes = newCauses()
  await base.clock.advance(minutes * MINUTE * 1_000)
  // Their holds began in this life.
  waited(80, 20)
  expect(await noted(many(69))).toEqual([])
  expect(await noted(many(70))).toEqual(['50 of disk /srv/one'])
})
