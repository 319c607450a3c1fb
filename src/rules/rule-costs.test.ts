import {expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import {Passes} from './pass.fixture.ts'
import {RuleCosts} from './rule-costs.ts'
import {aRule} from './rule.fixture.ts'
import type {Row} from './world.fixture.ts'

const [mia, nick] = [asUserId('mia'), asUserId('nick')]
const id = (text: string) => text as RuleId

/** A clock that only work moves. */
function costsOf(owners: Readonly<Record<string, UserId>>) {
  const clock = {ms: 0, share: 1}
  const held: string[] = []
  const costs = new RuleCosts(
    {monotonic: () => clock.ms},
    () => clock.ms * clock.share,
    (rule) => void held.push(rule),
  )
  const take = (isHeld: readonly string[] = []) =>
    costs.take(new Map(Object.entries(owners).map(([rule, owner]) => [id(rule), owner])), isHeld.map(id))
  take()
  const work = (rule: string, ms: number) => {
    const began = costs.begin({id: id(rule)})
    clock.ms += ms
    return costs.spent({id: id(rule)}, began)
  }
  return {clock, costs, held, work, take}
}

test('an owner who uses up their time has their costliest rule held, and no one else has', () => {
  const {costs, held, work} = costsOf({cheap: mia, costly: mia, other: nick})
  work('house', 60_000)
  work('cheap', 900)
  work('other', 2_000)
  expect(held).toEqual([])
  work('costly', 3_000)
  expect(held).toEqual(['costly'])
  expect(['cheap', 'costly', 'other', 'house'].filter((rule) => costs.isHeld({id: id(rule)}))).toEqual([
    'costly',
  ])
})

test('time comes back, and one that a person let go on begins again', () => {
  const {clock, held, work, take, costs} = costsOf({slow: mia})
  for (let round = 0; round < 20; round++) {
    work('slow', 2_000)
    clock.ms += 30_000
  }
  expect(held).toEqual([])
  work('slow', 4_000)
  expect(held).toEqual(['slow'])
  take(['slow'])
  expect(costs.isHeld({id: id('slow')})).toBe(true)
  take()
  expect(costs.isHeld({id: id('slow')})).toBe(false)
})

test('what others took of the machine meanwhile counts for no owner', () => {
  const {clock, held, work} = costsOf({slow: mia})
  clock.share = 0.1
  for (let round = 0; round < 5; round++) work('slow', 5_000)
  expect(held).toEqual([])
  clock.share = 1
  work('slow', 5_000)
  expect(held).toEqual(['slow'])
})

const on = (key: string, server: string): Row => ({key, complete: true, 'server.id': server})

test('a pass gives way within one torrent, ends with what the instance wants, and nothing behind a held rule', () => {
  const scope = {servers: ['shared']}
  const costly = ['c1', 'c2', 'c3'].map((name) => aRule({id: name, order: 1, scope}))
  const harness = aRule({id: 'house', order: 2})
  const passes = new Passes(...costly, harness)
  const {clock, costs, held} = costsOf({c1: mia, c2: mia, c3: mia})
  // Each question to a rule of hers takes 2 s.
  passes.costs = {
    isHeld: (rule) => costs.isHeld(rule),
    begin: (rule) => costs.begin(rule),
    spent(rule, began) {
      clock.ms += 2_000
      return costs.spent(rule, began)
    },
  }
  const rows = [on('a', 'shared'), on('b', 'own'), on('c', 'own')]
  expect(passes.decided(rows)).toEqual(['house b', 'house c'])
  expect(held.length).toBeGreaterThan(0)
  expect(passes.breaks).toBeGreaterThanOrEqual(held.length)
})

const entries = {
  removal: [{action: 'remove'}],
  move: [{action: 'move', path: '/srv/other'}],
  trash: [{action: 'quarantine', for: '1d'}],
  healing: [{action: 'reannounce'}],
  stop: [{action: 'stop'}],
} as const

test.each([
  ['keeps', [{action: 'skip'}]],
  ['removes', [{action: 'remove'}]],
] as const)('a suspended rule keeps back what takes away, in its scope alone: one that %s', (_, own) => {
  const scope = {servers: ['shared'], categories: ['tv'], tagsAny: ['mine']}
  const suspended = aRule({id: 'suspended', order: 1, scope, do: own})
  const behind = Object.entries(entries).map(([name, does]) => aRule({id: name, order: 2, do: does}))
  const {costs, take} = costsOf({suspended: mia})
  take(['suspended'])
  const row = (key: string, more: Row): Row => ({
    ...on(key, 'shared'),
    category: 'tv',
    tags: ['mine'],
    ...more,
  })
  const rows = [
    row('meant', {}),
    row('category', {category: 'films'}),
    row('tag', {tags: ['other']}),
    row('server', {'server.id': 'own'}),
  ]
  const unclear: Row = {...on('unclear', 'shared'), category: 'tv'}
  for (const rule of behind) {
    const passes = new Passes(suspended, rule)
    passes.costs = costs
    const kept = rule.id === 'healing' || rule.id === 'stop' ? [] : ['meant', 'unclear']
    const free = [...rows, unclear].map(({key}) => key).filter((key) => !kept.includes(key!))
    expect(passes.decided([...rows, unclear])).toEqual(free.map((key) => `${rule.id} ${key}`))
  }
})
