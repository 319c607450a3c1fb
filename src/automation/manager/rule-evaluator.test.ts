import {expect, test} from 'vitest'
import type {FactName} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {held, EvaluatorHarness, key, mine, row, server} from './evaluator-harness.fixture.ts'
import type {LookedUp} from './torrent-subject.ts'
import {arrSaying, NOW} from './torrent-subject.fixture.ts'

test('a torrent of a server without a report is not evaluated', async () => {
  const harness = new EvaluatorHarness([aRule()])
  harness.evaluator.takeServers([])
  expect(await harness.live(120)).toEqual([])
})

test('a torrent that is gone is not evaluated any more, and everything again replaces what was', async () => {
  const harness = new EvaluatorHarness([aRule()])
  harness.evaluator.takeRows({isWhole: false, rows: [], gone: [row.key]})
  expect(await harness.pass()).toEqual([])
  harness.rows([{}])
  harness.evaluator.takeRows({isWhole: true, rows: [], gone: []})
  expect(await harness.pass()).toEqual([])
  expect(harness.evaluator.torrents).toBe(0)
})

test('a hold is over when its time is, without any news', async () => {
  const harness = new EvaluatorHarness([held])
  expect(await harness.live(599)).toEqual([])
  expect(await harness.live(2)).toEqual([mine])
})

test('a time of the calendar that passed while a rule was not there, or off, is over', async () => {
  const nightly = aRule({schedule: {cron: '0 3 * * *'}})
  const harness = new EvaluatorHarness([nightly])
  expect(await harness.live(3600)).toEqual([])
  harness.evaluator.takeRules([{...nightly, mode: 'off'}], new Map())
  await harness.live(86_400)
  harness.evaluator.takeRules([nightly], new Map())
  expect(await harness.live(3600)).toEqual([])
  expect(await harness.live(13 * 3600)).toEqual([mine])
})

test('a rule for what completes is asked when it completes, not of what was complete already', async () => {
  const harness = new EvaluatorHarness([aRule({schedule: {on: ['completed']}})])
  expect(await harness.live(120)).toEqual([])
  harness.rows([{complete: false}])
  expect(await harness.live(120)).toEqual([])
  harness.rows([{complete: true}])
  expect(await harness.pass()).toEqual([mine])
})

for (const [what, ago, isAsked] of [
  ['between two looks at its server', {completedAt: NOW - 5_000}, true],
  ['and was added just now, by a server that says no more', {completedAt: null, addedAt: NOW - 5_000}, true],
  ['long ago', {completedAt: NOW - 3_600_000, addedAt: NOW - 7_200_000}, false],
] as const) {
  test(`what is first seen complete, and completed ${what}, is ${isAsked ? '' : 'not '}asked about`, async () => {
    const harness = new EvaluatorHarness([aRule({schedule: {on: ['completed']}})])
    await harness.pass()
    const other = {...row.key, hash: 'b'.repeat(40) as typeof row.key.hash}
    harness.rows([{key: other, complete: true, ...ago}])
    expect(await harness.pass()).toEqual(isAsked ? [`done ${keyText(other)}`] : [])
  })
}

test('a rule for what is added is asked of what comes in later', async () => {
  const harness = new EvaluatorHarness([aRule({schedule: {on: ['added']}})])
  expect(await harness.pass()).toEqual([])
  const other = {...row.key, hash: 'b'.repeat(40) as typeof row.key.hash}
  harness.rows([{key: other}])
  expect(await harness.pass()).toEqual([`done ${keyText(other)}`])
})

test('a costly fact is asked for only while everything cheap is true, and evaluated when it comes', async () => {
  const when = {
    all: [
      {fact: 'ratio', op: 'gte', value: 1},
      {fact: 'content.linksOutside', op: 'eq', value: 0},
    ],
  }
  const harness = new EvaluatorHarness([aRule({when})])
  expect(await harness.pass()).toEqual([])
  expect(harness.wanted).toEqual([])
  harness.rows([{ratio: 1}])
  expect(await harness.pass()).toEqual([])
  expect(harness.wanted).toEqual(['content.linksOutside'])
  harness.evaluator.takeLookedUp(
    key,
    new Map<FactName, LookedUp>([['content.linksOutside', {value: 0, at: NOW, whyUnknown: null}]]),
  )
  expect(await harness.pass()).toEqual([mine])
})

const alone = {
  all: [
    {fact: 'ratio', op: 'gte', value: 2},
    {fact: 'content.ownersOther', op: 'eq', value: 0},
  ],
}
const owners = (value: number | undefined, agedAt: number, whyUnknown: LookedUp['whyUnknown'] = null) =>
  new Map<FactName, LookedUp>([['content.ownersOther', {value, at: NOW, agedAt, whyUnknown}]])

test('S20 what a rule waits for is looked up again when it is old, and counts until then', async () => {
  const harness = new EvaluatorHarness([aRule({when: alone})])
  harness.rows([{ratio: 2}])
  await harness.pass()
  harness.evaluator.takeLookedUp(key, owners(1, harness.clock.monotonic() + 60_000))
  expect(await harness.pass()).toEqual([])
  expect(harness.aged).toEqual([])
  expect(await harness.live(60)).toEqual([])
  expect(harness.aged).toEqual([`content.ownersOther ${key}`])
  harness.evaluator.takeLookedUp(key, owners(undefined, 0, 'notRead'))
  expect(harness.evaluator.explain(key)?.rules[0]?.outcome).toBe('no')
  harness.evaluator.takeLookedUp(key, owners(0, harness.clock.monotonic() + 60_000))
  expect(await harness.pass()).toEqual([mine])
})

test('what is old is not looked up for a rule that something cheap keeps back', async () => {
  const harness = new EvaluatorHarness([aRule({when: alone})])
  harness.evaluator.takeLookedUp(key, owners(1, 0))
  harness.rows([{ratio: 1}])
  await harness.live(120)
  expect([harness.wanted, harness.aged]).toEqual([[], []])
})

test('of what is old that comes first which is known for longest', async () => {
  const harness = new EvaluatorHarness([aRule({when: alone})])
  const others = ['b', 'c', 'd'].map((digit) => ({...row.key, hash: digit.repeat(40) as typeof row.key.hash}))
  harness.rows(others.map((it) => ({key: it, ratio: 2})))
  const keys = others.map(keyText)
  for (const [n, at] of [-1, -3, -2].entries()) harness.evaluator.takeLookedUp(keys[n]!, owners(1, at))
  await harness.pass()
  expect(harness.aged).toEqual([1, 2, 0].map((n) => `content.ownersOther ${keys[n]}`))
})

test('what the Arr says is evaluated when it changes', async () => {
  const when = {fact: 'arr.tracked', op: 'eq', value: 'imported'}
  const harness = new EvaluatorHarness([aRule({when})])
  harness.arr = arrSaying
  expect(await harness.pass()).toEqual([])
  harness.arr = {...arrSaying, tracked: 'imported'}
  harness.evaluator.arrChanged([key, 'of somebody else'])
  expect(await harness.pass()).toEqual([mine])
})

test('S29 a rule whose owner may not see the Arr knows nothing of it, and its neighbour does', async () => {
  const when = {fact: 'arr.tracked', op: 'eq', value: 'imported'}
  const rules = [aRule({id: 'his', when}), aRule({id: 'ours', when, conflict: 'additive'})]
  const harness = new EvaluatorHarness([])
  harness.arr = {...arrSaying, tracked: 'imported'}
  harness.evaluator.takeRules(rules, new Map(), new Set([rules[0]!.id]))
  expect(await harness.pass()).toEqual([`ours ${key}`])
  expect(harness.evaluator.explain(key)?.rules).toMatchObject([
    {ruleId: 'his', outcome: 'unknown', evidence: {actual: {unknown: 'notAllowed'}}},
    {ruleId: 'ours', outcome: 'due'},
  ])
  harness.evaluator.takeRules(rules, new Map())
  expect(await harness.pass()).toEqual([`his ${key}`, `ours ${key}`])
})

test('S29 nothing is looked up in an Arr for a rule whose owner may not see it', async () => {
  const rule = aRule({when: {fact: 'arr.hasFile', op: 'eq', value: true}})
  const harness = new EvaluatorHarness([])
  harness.arr = {...arrSaying, hasFile: undefined}
  harness.evaluator.takeRules([rule], new Map(), new Set([rule.id]))
  await harness.pass()
  expect(harness.wanted).toEqual([])
  harness.evaluator.takeRules([rule], new Map())
  await harness.pass()
  expect(harness.wanted).toEqual(['arr.hasFile'])
})

test('S07 what is protected meanwhile is evaluated as protected', async () => {
  const when = {
    all: [
      {fact: 'complete', op: 'eq', value: true},
      {fact: 'memory.protected', op: 'eq', value: false},
    ],
  }
  const harness = new EvaluatorHarness([aRule({when})])
  harness.rows([{tags: ['keep']}])
  expect(await harness.live(120)).toEqual([])
})

test('while nothing changes, the next pass is that of everybody, a minute after the last one', async () => {
  const harness = new EvaluatorHarness([aRule({when: {fact: 'complete', op: 'eq', value: false}})])
  await harness.pass()
  expect(harness.evaluator.dueIn).toBe(60_000)
  await harness.clock.advance(10_000)
  expect(harness.evaluator.dueIn).toBe(50_000)
  expect(harness.evaluator.lastPassAt).toBe(NOW)
})

test('a rule that asks for strikes goes by what others hold that act, and not by what one only simulates', async () => {
  const struck = aRule({id: 'strikes', hold: {strikes: 5, gap: '10m'}, conflict: 'additive'})
  const third = {fact: 'memory.strikes', op: 'gte', value: 3}
  const asks = aRule({id: 'asks', when: third, conflict: 'additive'})
  const harness = new EvaluatorHarness([{...struck, mode: 'ask'}, asks])
  expect(await harness.live(15 * 60)).toEqual([])
  expect(await harness.live(10 * 60)).toEqual([`asks ${key}`])
  const simulated = new EvaluatorHarness([{...struck, mode: 'simulate'}, asks])
  expect(await simulated.live(30 * 60)).toEqual([])
})

test('a rule for a disk that gets low is asked once when less is free than is to stay free, and not at the start', async () => {
  const harness = new EvaluatorHarness([aRule({schedule: {on: ['diskLow']}})])
  harness.server({isDiskLow: true})
  expect(await harness.live(120)).toEqual([mine])
  harness.server({isDiskLow: true})
  expect(await harness.live(120)).toEqual([])
  const begun = new EvaluatorHarness([aRule({schedule: {on: ['diskLow']}})])
  begun.evaluator.takeServers([])
  begun.server({isDiskLow: true})
  expect(await begun.live(120)).toEqual([])
  begun.server({isDiskLow: false})
  begun.server({isDiskLow: true})
  expect(await begun.pass()).toEqual([mine])
})

test('one that selects among candidates is asked about all of the server whose disk got low, and of no other', async () => {
  const select = {order: ['ratio']}
  const harness = new EvaluatorHarness([aRule({select, schedule: {on: ['diskLow']}})])
  const other = {...row.key, serverId: 'other' as typeof row.key.serverId}
  harness.evaluator.takeServers([server, {...server, id: other.serverId}])
  harness.rows([{key: other}])
  await harness.pass()
  harness.evaluator.takeServers([server, {...server, id: other.serverId, isDiskLow: true}])
  expect(await harness.live(120)).toEqual([`done ${keyText(other)}`])
})

const lookedUpRule = (id: string, more: object = {}) =>
  aRule({
    id,
    when: {fact: 'content.linksOutside', op: 'eq', value: 0},
    schedule: {on: ['completed']},
    ...more,
  })
const links = (value: number) =>
  new Map<FactName, LookedUp>([['content.linksOutside', {value, at: NOW, whyUnknown: null}]])

test('what happened is repeated to a rule that had to look something up, and to that one alone', async () => {
  const reports = aRule({id: 'tells', conflict: 'additive', schedule: {on: ['completed']}})
  const harness = new EvaluatorHarness([reports, lookedUpRule('looks', {conflict: 'additive'})])
  harness.rows([{complete: false}])
  await harness.pass()
  harness.rows([{complete: true}])
  expect(await harness.pass()).toEqual([`tells ${key}`])
  harness.answered({ruleId: reports.id})
  harness.evaluator.takeLookedUp(key, links(0))
  expect(await harness.live(60)).toEqual([`looks ${key}`])
  expect(await harness.live(3600)).toEqual([])
})

test('that something cannot be found out is reported for a while, and then no more', async () => {
  const harness = new EvaluatorHarness([lookedUpRule('looks')])
  harness.rows([{complete: false}])
  await harness.pass()
  harness.rows([{complete: true}])
  await harness.live(1_200)
  harness.evaluator.takeLookedUp(key, links(0))
  expect(await harness.live(3_600)).toEqual([])
})

test('an action that asks what only an Arr knows is left out of what is no Arr’s, and the others are done', async () => {
  const search = {action: 'arr.search', if: {fact: 'arr.hasFile', op: 'eq', value: false}}
  const harness = new EvaluatorHarness([aRule({do: [{action: 'stop'}, search]})])
  expect(await harness.pass()).toEqual([mine])
  expect(harness.wanted).toEqual([])
  const ofArr = new EvaluatorHarness([aRule({do: [{action: 'stop'}, search]})])
  ofArr.arr = {...arrSaying, hasFile: undefined}
  expect(await ofArr.pass()).toEqual([])
  expect(ofArr.wanted).toEqual(['arr.hasFile'])
})

test('what rules are about to do is listed, the nearest first, without evaluating those that wait for nothing', async () => {
  const slow = aRule({id: 'slow', name: 'Slow', hold: {for: '2h'}, do: [{action: 'recheck'}]})
  const asking = aRule({id: 'asking', name: 'Asking', mode: 'ask', hold: {for: '1h'}})
  const simulated = aRule({id: 'simulated', mode: 'simulate', hold: {for: '10m'}})
  const never = aRule({id: 'never', hold: {for: '5m'}, when: {fact: 'ratio', op: 'gte', value: 9}})
  const harness = new EvaluatorHarness([slow, asking, simulated, never])
  harness.rows([{complete: true, ratio: 3}])
  expect(harness.evaluator.coming([row.key])).toEqual([])
  await harness.live(1_800)
  const both = [row.key, {...row.key, hash: 'b'.repeat(40) as never}]
  const [coming, later, ...others] = harness.evaluator.coming(both)
  expect(others).toEqual([])
  expect(later).toMatchObject({key: row.key, ruleId: 'slow', mode: 'live'})
  expect(coming).toMatchObject({key: row.key, ruleId: 'asking', ruleName: 'Asking', mode: 'ask'})
  expect(coming!.left).toBeGreaterThan(1_700)
  expect(coming!.left).toBeLessThan(1_900)
  expect(coming!.actions).toEqual(asking.do.map(({action}) => action))
  // Asked about all, it finds the same by what rules remember.
  expect(harness.evaluator.coming(null)).toEqual([coming, later])
  // Whatever it says now: what is not so any more is not about to be done.
  harness.rows([{complete: false}])
  expect(harness.evaluator.coming([row.key])).toEqual([])
  expect(harness.evaluator.coming(null)).toEqual([])
})

test('of rules with the same order the first of the list decides, forecasts and comes next, whatever their ids', async () => {
  const rules = ['b', 'a'].map((id) => aRule({id, hold: {for: '1h'}}))
  const harness = new EvaluatorHarness(rules)
  await harness.live(1_800)
  expect(harness.evaluator.coming(null).map(({ruleId}) => ruleId as string)).toEqual(['b', 'a'])
  expect(await harness.live(1_900)).toEqual([`b ${key}`])
  expect(harness.removable.at(-1)?.dates[0]?.by).toBe('b')
})

const tagging = aRule({hold: {for: '10m'}, do: [{action: 'tag', names: ['x']}]})

test('a rule whose time a person ended acts in its next pass, also after a restart before that', async () => {
  const harness = new EvaluatorHarness([tagging])
  await harness.live(120)
  expect(harness.evaluator.early(key, tagging.id)).toMatchObject({
    ruleId: tagging.id,
    actions: [{action: 'tag'}],
  })
  expect(harness.evaluator.endHold(key, tagging.id, tagging.revision)).toBe('due')
  expect(harness.evaluator.coming(null)).toEqual([])
  // It is over already.
  expect(harness.evaluator.endHold(key, tagging.id, tagging.revision)).toBeNull()
  const second = new EvaluatorHarness([tagging], harness)
  expect(await second.pass()).toEqual([mine])
  expect(await harness.pass()).toEqual([mine])
})

test('a rule that may take the torrent away, or is another one since, is not ended', async () => {
  const removes = aRule({
    hold: {for: '10m'},
    do: [
      {action: 'tag', names: ['x']},
      {action: 'recycle', if: {fact: 'ratio', op: 'gte', value: 99}},
    ],
  })
  const harness = new EvaluatorHarness([removes])
  await harness.live(120)
  expect(harness.evaluator.coming(null)).toMatchObject([
    {actions: ['tag'], takesAway: false, mayEndEarly: false},
  ])
  expect(harness.evaluator.endHold(key, removes.id, removes.revision)).toBeNull()
  const marks = new EvaluatorHarness([tagging])
  await marks.live(120)
  expect(marks.evaluator.coming(null)).toMatchObject([{mayEndEarly: true}])
  expect(marks.evaluator.endHold(key, tagging.id, tagging.revision + 1)).toBeNull()
  expect(await marks.pass()).toEqual([])
})

for (const [what, search, replaces] of [
  ['is searched for again unless its rule says otherwise', undefined, true],
  ['is not searched for again where its rule says so', false, false],
] as const) {
  test(`what a rule is about to fail ${what}`, async () => {
    const fails = aRule({
      hold: {for: '10m'},
      do: [{action: 'failDownload', ...(search !== undefined && {search})}],
    })
    const harness = new EvaluatorHarness([fails])
    await harness.live(120)
    expect(harness.evaluator.coming(null)).toMatchObject([{takesAway: true, replaces}])
  })
}

test('whose condition is not true any more, or which is gone, is not ended', async () => {
  const harness = new EvaluatorHarness([tagging])
  await harness.live(120)
  harness.rows([{complete: false}])
  expect(harness.evaluator.endHold(key, tagging.id, tagging.revision)).toBeNull()
  expect(harness.evaluator.early(key, 'gone' as never)).toBeNull()
})

/* ───────────────────────────── from when on a rule may remove it ───────────────────────────── */

const seeded = (value: string, more: Parameters<typeof aRule>[0] = {}) =>
  aRule({
    ...more,
    when: {
      all: [
        {fact: 'complete', op: 'eq', value: true},
        {fact: 'seedingTime', op: 'gte', value},
      ],
    },
  })

test('from when on a rule may remove it is reported once, and again when that is another time', async () => {
  const harness = new EvaluatorHarness([seeded('10d')])
  const reported = async () => {
    await harness.evaluator.pass()
    return harness.removable.splice(0).map(({dates}) => dates[0]!.at)
  }
  const left = (10 * 86_400 - row.seedingTime!) * 1_000
  expect(await reported()).toEqual([NOW + left])
  harness.rows([{removableAt: NOW + left}])
  expect(await reported()).toEqual([])
  harness.rows([{removableAt: NOW + left, seedingTime: row.seedingTime! - 3_600}])
  expect(await reported()).toEqual([NOW + left + 3_600_000])
})

test('what no rule removes has no such time, and what is not known has an unknown one', async () => {
  const harness = new EvaluatorHarness([seeded('10d')])
  await harness.evaluator.pass()
  harness.removable.length = 0
  harness.evaluator.takeRules([aRule({do: [{action: 'stop'}]})], new Map())
  await harness.evaluator.pass()
  expect(harness.removable.splice(0).map(({dates}) => dates[0]!.at)).toEqual([null])
  harness.rows([{removableAt: null}])
  harness.server({status: 'unreachable'})
  await harness.evaluator.pass()
  expect(harness.removable.splice(0).map(({dates}) => dates[0]!.at)).toEqual([undefined])
})

test('what a rule would remove now is reported with the rule, and with what is so if that is refused', async () => {
  const harness = new EvaluatorHarness([seeded('1m')])
  await harness.evaluator.pass()
  const [now, never] = [
    {at: NOW, by: 'done'},
    {at: null, by: null},
  ]
  expect(harness.removable.splice(0)).toEqual([{key: row.key, dates: [now, never]}])
  harness.rows([{removableAt: NOW}])
  await harness.evaluator.pass()
  expect(harness.removable).toEqual([])
  const later = aRule({id: 'later', order: 2, concern: 'other', when: seeded('10d').when})
  harness.evaluator.takeRules([seeded('1m'), later], new Map())
  await harness.evaluator.pass()
  const then = {at: NOW + (10 * 86_400 - row.seedingTime!) * 1_000, by: null}
  expect(harness.removable).toEqual([{key: row.key, dates: [now, then]}])
})

test('what a rule removes at the end of its hold is reported with the rule: it may be paused by then', async () => {
  const harness = new EvaluatorHarness([seeded('1m', {hold: {for: '10m'}})])
  await harness.evaluator.pass()
  expect(harness.removable.at(-1)?.dates).toMatchObject([{by: 'done'}, {at: null, by: null}])
})

test('of a whole pass without news only a tenth is looked at', async () => {
  const harness = new EvaluatorHarness([])
  const keys = Array.from({length: 100}, (_, n) => n.toString(16).padStart(40, '0') as typeof row.key.hash)
  harness.rows(
    keys.map((hash) => ({key: {...row.key, hash}})),
    true,
  )
  await harness.evaluator.pass()
  expect(harness.removable).toHaveLength(100)
  harness.removable.length = 0
  await harness.clock.advance(60_000)
  await harness.evaluator.pass()
  expect(harness.removable).toHaveLength(10)
})

test('a condition is answered for each torrent, packed by server, without any rule', async () => {
  const {evaluator} = new EvaluatorHarness([])
  const of = (condition: Parameters<typeof evaluator.verdicts>[0]) => evaluator.verdicts(condition)
  const {serverId, hash: hashes} = row.key
  expect(await of({fact: 'name', op: 'eq', value: row.name})).toEqual([{serverId, hashes, verdicts: '1'}])
  expect(await of({not: {fact: 'name', op: 'eq', value: row.name}})).toEqual([
    {serverId, hashes, verdicts: '0'},
  ])
  expect(await of({fact: 'arr.hasFile', op: 'eq', value: true})).toEqual([{serverId, hashes, verdicts: '2'}])
})

test('facts of its own torrents that were not looked up yet are wanted when a search asks for them', () => {
  const {evaluator} = new EvaluatorHarness([])
  const wanted = evaluator.wantedOf([row.key, other], ['name', 'content.linksOutside'])
  expect(wanted.map(({subject, fact}) => [subject.key, fact])).toEqual([[key, 'content.linksOutside']])
})

const other = {...row.key, hash: 'c'.repeat(40) as typeof row.key.hash}

const looking = ({id: ruleId, revision, mode}: Rule, keys = [key]) => ({ruleId, revision, mode, keys})

test('a rule with times of its own looks at once at what a person has it look at, and at nothing else', async () => {
  const nightly = aRule({schedule: {cron: '0 3 * * *'}})
  const harness = new EvaluatorHarness([nightly])
  harness.rows([{key: other}])
  expect(await harness.pass()).toEqual([])
  const count = harness.evaluator.runNow(looking(nightly, [key, 'gone']))
  expect([count, harness.evaluator.dueIn]).toEqual([1, 0])
  expect(await harness.live(3_600)).toEqual([mine])
  // Its own times stay.
  expect(await harness.live(14 * 3_600)).toEqual([mine, `done ${keyText(other)}`])
})

test('what waits for its time waits on, though a person has its rule look now', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(60)
  harness.evaluator.runNow(looking(held))
  expect(await harness.live(60)).toEqual([])
  expect(await harness.live(600)).toEqual([mine])
})

test('a rule that was edited, is off or is not there looks at nothing for a person', async () => {
  const harness = new EvaluatorHarness([aRule({mode: 'off'}), aRule({id: 'acts'})])
  const {evaluator} = harness
  const [off, acts] = [aRule(), aRule({id: 'acts'})]
  expect([
    evaluator.runNow(looking(off)),
    evaluator.runNow({...looking(acts), revision: acts.revision + 1}),
    evaluator.runNow(looking(aRule({id: 'gone'}))),
  ]).toEqual([0, 0, 0])
})

test('what a person had a rule look at while it only simulated is not acted on when it may act', async () => {
  const rule = lookedUpRule('looks', {schedule: {cron: '0 3 * * *'}, mode: 'simulate'})
  const harness = new EvaluatorHarness([rule])
  harness.evaluator.runNow(looking(rule))
  await harness.pass()
  expect(harness.evaluator.runNow({...looking(rule), mode: 'live'})).toBe(0)
  harness.evaluator.takeRules([{...rule, mode: 'live'}], new Map())
  harness.evaluator.takeLookedUp(key, links(0))
  expect(await harness.live(60)).toEqual([])
})

test('what was put off is decided at once for a person, and what was done a moment ago is not', async () => {
  const rule = aRule()
  for (const [isPutOff, decided] of [
    [true, [mine]],
    [false, []],
  ] as const) {
    const harness = new EvaluatorHarness([rule])
    expect(await harness.pass()).toEqual([mine])
    harness.answered({restMs: 600_000, isPutOff})
    expect(await harness.pass()).toEqual([])
    harness.evaluator.runNow(looking(rule))
    expect(await harness.pass()).toEqual(decided)
  }
})

test('what a person has a rule look at is looked up first, and decided once when it is known', async () => {
  const rule = lookedUpRule('looks')
  const harness = new EvaluatorHarness([rule])
  await harness.pass()
  harness.evaluator.runNow(looking(rule))
  expect(await harness.pass()).toEqual([])
  expect(harness.wanted).toEqual(['content.linksOutside'])
  harness.evaluator.takeLookedUp(key, links(0))
  expect(await harness.live(60)).toEqual([`looks ${key}`])
  harness.answered({ruleId: rule.id})
  expect(await harness.live(3_600)).toEqual([])
})

test('what did not come to be done is decided again for the person who had its rule look', async () => {
  const nightly = aRule({schedule: {cron: '0 3 * * *'}})
  for (const isUndone of [true, false]) {
    const harness = new EvaluatorHarness([nightly])
    await harness.pass()
    harness.evaluator.runNow(looking(nightly))
    expect(await harness.pass()).toEqual([mine])
    harness.answered({restMs: 5_000, isUndone})
    expect(await harness.live(3_600)).toEqual(isUndone ? [mine] : [])
  }
})

/** Many others beside the one torrent, so that a pass gives way before it has seen all. */
function others(count: number) {
  return Array.from({length: count}, (_, n) => ({
    key: {...row.key, hash: n.toString(16).padStart(40, '0') as typeof row.key.hash},
  }))
}

/** What happens the next time that a pass gives way. */
function atNextBreak(harness: EvaluatorHarness, happens: () => void): void {
  harness.pause = () => {
    harness.pause = () => undefined
    happens()
  }
}

test('what completes while all are looked at is decided at once, as a look of its own would, and once', async () => {
  const event = aRule({id: 'event', schedule: {on: ['completed']}})
  const harness = new EvaluatorHarness([event, aRule()])
  harness.rows([{complete: false}, ...others(1_000)])
  await harness.pass()
  await harness.clock.advance(60_000)
  let breaks = 0
  let first: readonly string[] = []
  atNextBreak(harness, () => {
    harness.rows([{complete: true}])
    harness.pause = () => {
      if (++breaks === 2) first = harness.decided.splice(0)
    }
  })
  const rest = await harness.pass()
  expect(breaks).toBeGreaterThan(5)
  expect(first).toContain(`event ${key}`)
  expect([...first, ...rest].filter((it) => it === `event ${key}`)).toHaveLength(1)
  // It is looked at once more, as part of what changed.
  expect(harness.evaluator.dueIn).toBe(0)
})

test('what a look at all says of a torrent as it was before it completed is not what counts', async () => {
  const stalls = aRule({id: 'incomplete', when: {fact: 'complete', op: 'eq', value: false}})
  const harness = new EvaluatorHarness([stalls])
  harness.rows([{complete: false}], true)
  harness.rows(others(1_000))
  atNextBreak(harness, () => harness.rows([{complete: true}]))
  expect((await harness.pass()).filter((it) => it.endsWith(key))).toEqual([])
  expect(await harness.pass()).toEqual([])
})

test('what a look at all says of it counts neither when a part of the decisions was handed out before it completed', async () => {
  const stalls = aRule({id: 'incomplete', when: {fact: 'complete', op: 'eq', value: false}})
  const harness = new EvaluatorHarness([stalls])
  harness.rows([...others(2_500).map((it) => ({...it, complete: false})), {complete: false}], true)
  harness.pause = () => {
    if (harness.decided.length === 0) return
    harness.pause = () => undefined
    harness.rows([{complete: true}])
  }
  const decided = await harness.pass()
  expect([decided.length, decided.filter((it) => it.endsWith(key))]).toEqual([2_500, []])
})

test('what is learned of a torrent that just completed does not wait for a look at all either', async () => {
  const harness = new EvaluatorHarness([aRule({id: 'event', when: {fact: 'name', op: 'eq', value: 'Later'}})])
  harness.rows([{complete: false}, ...others(1_000)])
  await harness.pass()
  harness.rows([{complete: true}])
  await harness.pass()
  await harness.clock.advance(59_000)
  harness.evaluator.takeRules([aRule({when: {fact: 'name', op: 'eq', value: 'Later'}})], new Map())
  let breaks = 0
  let first: readonly string[] = []
  atNextBreak(harness, () => {
    harness.rows([{complete: true, name: 'Later'}])
    harness.pause = () => {
      if (++breaks === 1) first = harness.decided.splice(0)
    }
  })
  await harness.pass()
  expect([breaks > 5, first]).toEqual([true, [mine]])
})
