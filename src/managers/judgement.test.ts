import {expect, test} from 'vitest'
import {VirtualClock} from '#kit/virtual-clock.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule} from '#model/rule.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {keyText} from '#model/torrent-key.ts'
import {Judgement} from './judgement.ts'
import type {FateTold} from './messages.ts'
import type {ArrSaying, LookedUp} from './torrent-subject.ts'
import {arrSaying, NOW, subjectWith} from './torrent-subject.fixture.ts'

const {row, server} = subjectWith()
const key = keyText(row.key)

class House {
  readonly clock: VirtualClock
  readonly decided: string[] = []
  readonly wanted: string[] = []
  /** In the last pass that wanted anything. */
  aged: readonly string[] = []
  readonly holds = new Map<Rule['id'], Map<string, HoldMemory>>()
  arr: ArrSaying | null = null
  pause: () => void = () => undefined
  readonly judgement: Judgement

  constructor(rules: readonly Rule[], before?: House) {
    this.clock = before?.clock ?? new VirtualClock(NOW)
    this.judgement = new Judgement({
      ...{clock: this.clock, run: before ? 'second' : 'first'},
      surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => undefined},
      arrSaying: () => this.arr,
      pause: async () => this.pause(),
      decided: (all) => this.decided.push(...all.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)),
      remember: (writes) => {
        for (const {ruleId, subject, memory} of writes) {
          const ofRule = this.holds.get(ruleId) ?? new Map<string, HoldMemory>()
          this.holds.set(ruleId, ofRule)
          if (memory) ofRule.set(subject.key, memory)
        }
      },
      lookUp: (all, aged) => {
        this.wanted.push(...all.map(({fact}) => fact))
        this.aged = aged.map(({subject, fact}) => `${fact} ${subject.key}`)
      },
    })
    this.judgement.takeRules(rules, before?.holds ?? new Map())
    this.server({})
    this.rows([{}], true)
  }

  server(changes: Partial<ManagedServer>): void {
    this.judgement.takeServers([{...server, ...changes}])
  }

  answered(fate: Partial<FateTold>): void {
    this.judgement.answered({ruleId: aRule().id, key, restMs: 0, isPutOff: false, ...fate})
  }

  rows(changes: readonly Partial<ManagedRow>[], isWhole = false): void {
    this.judgement.takeRows({isWhole, rows: changes.map((it) => ({...row, ...it})), gone: []})
  }

  /** What was decided since the last time. */
  async pass(): Promise<readonly string[]> {
    await this.judgement.pass()
    return this.decided.splice(0)
  }

  /** As its thread does it: passes when one is due. */
  async live(seconds: number): Promise<readonly string[]> {
    const end = this.clock.monotonic() + seconds * 1000
    while (this.clock.monotonic() < end) {
      await this.clock.advance(Math.min(Math.max(1_000, this.judgement.dueIn), end - this.clock.monotonic()))
      await this.judgement.pass()
    }
    return this.decided.splice(0)
  }
}

const mine = `done ${key}`

test('what a rule wants is told once, and again when it is known what became of it', async () => {
  const house = new House([aRule()])
  expect(await house.pass()).toEqual([mine])
  house.rows([{ratio: 3}])
  expect(await house.pass()).toEqual([])
  house.answered({})
  expect(await house.pass()).toEqual([mine])
})

test('what rests is decided again when its time is over, and not before, whatever changes', async () => {
  const house = new House([aRule()])
  await house.pass()
  house.answered({restMs: 5_000})
  house.rows([{category: 'series', ratio: 3}])
  expect(await house.live(4)).toEqual([])
  expect(await house.live(1)).toEqual([mine])
})

test('what was put off is decided at once when what it was decided on changes, or its server or its Arr stands otherwise', async () => {
  const house = new House([aRule()])
  const putOff = () => house.answered({restMs: 600_000, isPutOff: true})
  await house.pass()
  putOff()
  house.rows([{ratio: 3, upSpeed: 7}])
  expect(await house.live(300)).toEqual([])
  house.rows([{category: 'series', ratio: 3}])
  expect(await house.pass()).toEqual([mine])
  putOff()
  await house.live(60)
  house.arr = {...arrSaying, isTrusted: false}
  house.judgement.arrChanged(null)
  expect(await house.pass()).toEqual([mine])
  putOff()
  await house.live(60)
  house.server({epoch: 'another'})
  expect(await house.pass()).toEqual([mine])
  putOff()
  expect(await house.live(590)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('what changes while it is looked at ends the rest that comes of it', async () => {
  const house = new House([aRule()])
  await house.pass()
  house.rows([{category: 'series'}])
  expect(await house.pass()).toEqual([])
  house.answered({restMs: 600_000, isPutOff: true})
  expect(await house.pass()).toEqual([mine])
})

test('what was put off and changes all the time is decided once a minute', async () => {
  const house = new House([aRule()])
  let times = (await house.pass()).length
  for (let second = 0; second < 600; second += 5) {
    house.answered({restMs: 600_000, isPutOff: true})
    house.rows([{category: `films ${second}`}])
    times += (await house.live(5)).length
  }
  expect(times).toBe(11)
})

test('a decision that nobody answers is made again after ten minutes', async () => {
  const house = new House([aRule()])
  await house.pass()
  expect(await house.live(599)).toEqual([])
  expect(await house.live(61)).toEqual([mine])
})

test('S01 nothing is decided while its server is away, and it goes on when that is back', async () => {
  const house = new House([aRule()])
  house.server({status: 'unreachable'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'warming'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'online', populationDrop: 0.5})
  expect(await house.live(300)).toEqual([])
  house.server({})
  expect(house.judgement.dueIn).toBe(0)
  expect(await house.pass()).toEqual([mine])
})

test('S25 a hold stands while our own internet is away or settles, and goes on where it was', async () => {
  const house = new House([aRule({hold: {for: 600}})])
  await house.pass()
  expect(await house.live(300)).toEqual([])
  for (const internet of ['down', 'settling'] as const) {
    house.server({internet})
    expect(await house.live(3_600)).toEqual([])
  }
  house.server({})
  expect(await house.live(299)).toEqual([])
  expect(await house.live(61)).toEqual([mine])
})

test('a torrent of a server that nobody told of is not judged', async () => {
  const house = new House([aRule()])
  house.judgement.takeServers([])
  expect(await house.live(120)).toEqual([])
})

test('who is gone is not judged any more, and everything anew replaces what was', async () => {
  const house = new House([aRule()])
  house.judgement.takeRows({isWhole: false, rows: [], gone: [row.key]})
  expect(await house.pass()).toEqual([])
  house.rows([{}])
  house.judgement.takeRows({isWhole: true, rows: [], gone: []})
  expect(await house.pass()).toEqual([])
  expect(house.judgement.torrents).toBe(0)
})

const held = aRule({hold: {for: '10m'}})

test('a hold is over when its time is, without any news', async () => {
  const house = new House([held])
  expect(await house.live(599)).toEqual([])
  expect(await house.live(2)).toEqual([mine])
})

test('S24 time with alternative speed limits, or away, does not count', async () => {
  const house = new House([held])
  await house.live(300)
  house.server({altSpeed: true})
  expect(await house.live(3600)).toEqual([])
  house.server({})
  expect(await house.live(290)).toEqual([])
  // Since the last look before the change nobody had counted.
  expect(await house.live(80)).toEqual([mine])
})

test('S03 a clock that jumps brings no hold to its end', async () => {
  const house = new House([held])
  await house.live(120)
  house.clock.jump(3 * 86_400_000)
  expect(await house.live(300)).toEqual([])
  house.clock.jump(-3 * 86_400_000)
  expect(await house.live(470)).toEqual([])
  // Up to a minute on both sides of it was not watched.
  expect(await house.live(130)).toEqual([mine])
})

test('after a restart a hold goes on where it was, and the time between does not count', async () => {
  const house = new House([held])
  await house.live(500)
  await house.clock.advance(3_600_000)
  const second = new House([held], house)
  expect(await second.live(95)).toEqual([])
  expect(await second.live(30)).toEqual([mine])
})

/** Of the subject, as it was told to be remembered last. */
const heldOf = (house: House) => house.holds.get(held.id)?.get(key)
const leave = (house: House) => house.judgement.takeRows({isWhole: false, rows: [], gone: [row.key]})

test('while a torrent is gone nothing is held, and when it is back its hold goes on where it was', async () => {
  const house = new House([held])
  await house.live(500)
  leave(house)
  await house.live(3600)
  house.rows([{}])
  // Looked at last after 481 s: by then it had been true for 480.
  expect(await house.live(115)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('a torrent that is away for a moment only gets nothing for it', async () => {
  const house = new House([held])
  await house.live(540)
  leave(house)
  await house.live(50)
  house.rows([{}])
  expect(await house.live(115)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('of a torrent that does not come back within a day nothing is kept', async () => {
  const house = new House([held])
  await house.live(500)
  leave(house)
  await house.live(86_300)
  house.rows([{}])
  await house.live(70)
  expect(heldOf(house)?.ms).toBeGreaterThan(480_000)
  leave(house)
  await house.live(86_500)
  house.rows([{}])
  await house.live(70)
  expect(heldOf(house)?.ms).toBeLessThan(71_000)
})

test('a torrent that was removed and added again begins anew, also when nobody saw it gone', async () => {
  const house = new House([held])
  await house.live(500)
  leave(house)
  const addedAt = row.addedAt! + 1
  house.rows([{addedAt}])
  expect(await house.live(590)).toEqual([])
  expect(await house.live(15)).toEqual([mine])
  house.answered({ruleId: held.id})
  house.rows([{addedAt: addedAt + 1}])
  expect(await house.live(590)).toEqual([])
  expect(await house.live(15)).toEqual([mine])
})

test('what was held of a torrent before a restart counts only for the same life of it', async () => {
  const house = new House([held])
  await house.live(500)
  const other = new House([], house)
  other.rows([{addedAt: row.addedAt! + 1}])
  other.judgement.takeRules([held], house.holds)
  expect(await other.live(590)).toEqual([])
  expect(await other.live(15)).toEqual([mine])
})

test('what was told to be held of a torrent that does not come is kept for a day', async () => {
  const comesAfter = async (seconds: number) => {
    const house = new House([held])
    await house.live(60)
    const memory: HoldMemory = {mark: heldOf(house)!.mark, ms: 540_000, last: null, strikes: []}
    house.judgement.takeRules([], new Map())
    leave(house)
    house.judgement.takeRules([held], new Map([[held.id, new Map([[key, memory]])]]))
    await house.live(seconds)
    house.rows([{}])
    return house.live(120)
  }
  expect(await comesAfter(86_000)).toEqual([mine])
  expect(await comesAfter(86_500)).toEqual([])
})

test('time in which a rule is off holds nothing, and what it held before stays', async () => {
  const house = new House([held])
  await house.live(500)
  house.judgement.takeRules([{...held, mode: 'off'}], new Map())
  expect(await house.live(3600)).toEqual([])
  house.judgement.takeRules([held], new Map())
  expect(await house.live(115)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('rules told anew take nothing from what is held, and nothing back that was reset meanwhile', async () => {
  const house = new House([held])
  await house.live(500)
  const before = new Map([[held.id, new Map([[key, heldOf(house)!]])]])
  house.judgement.takeRules([held, aRule({id: 'other'})], new Map())
  await house.live(30)
  expect(heldOf(house)?.ms).toBe(500_000)
  house.rows([{complete: false}])
  await house.pass()
  house.judgement.takeRules([held], before)
  house.rows([{}])
  expect((await house.live(590)).filter((it) => it === mine)).toEqual([])
})

test('a rule of another revision goes by what was remembered of that', async () => {
  const house = new House([held])
  await house.live(500)
  const remembered = new Map([[held.id, new Map([[key, {...heldOf(house)!, ms: 300_000}]])]])
  house.judgement.takeRules([{...held, revision: held.revision + 1}], remembered)
  expect(await house.live(295)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('a server that nobody knew for a while counts by another clock', async () => {
  const house = new House([held])
  await house.live(500)
  house.judgement.takeServers([])
  await house.live(3600)
  house.server({})
  expect(await house.live(90)).toEqual([])
  expect(await house.live(80)).toEqual([mine])
})

test('what a pass still finds out for a rule that was turned off meanwhile is not held', async () => {
  const others = Array.from({length: 65}, (_, at) => ({
    key: {...row.key, hash: at.toString(16).padStart(40, '0') as typeof row.key.hash},
  }))
  const house = new House([held])
  house.rows(others)
  house.pause = () => {
    house.judgement.takeRules([{...held, mode: 'off'}], new Map())
    leave(house)
  }
  await house.pass()
  expect(house.holds.size).toBe(0)
  expect(house.judgement.dueIn).toBe(0)
})

test('a time of the calendar that passed while a rule was not there, or off, is over', async () => {
  const nightly = aRule({schedule: {cron: '0 3 * * *'}})
  const house = new House([nightly])
  expect(await house.live(3600)).toEqual([])
  house.judgement.takeRules([{...nightly, mode: 'off'}], new Map())
  await house.live(86_400)
  house.judgement.takeRules([nightly], new Map())
  expect(await house.live(3600)).toEqual([])
  expect(await house.live(13 * 3600)).toEqual([mine])
})

test('a rule for what completes is asked when it completes, not of what was complete already', async () => {
  const house = new House([aRule({schedule: {on: ['completed']}})])
  expect(await house.live(120)).toEqual([])
  house.rows([{complete: false}])
  expect(await house.live(120)).toEqual([])
  house.rows([{complete: true}])
  expect(await house.pass()).toEqual([mine])
})

test('a rule for what is added is asked of what comes in later', async () => {
  const house = new House([aRule({schedule: {on: ['added']}})])
  expect(await house.pass()).toEqual([])
  const other = {...row.key, hash: 'b'.repeat(40) as typeof row.key.hash}
  house.rows([{key: other}])
  expect(await house.pass()).toEqual([`done ${keyText(other)}`])
})

test('a costly fact is asked for only while everything cheap is true, and judged when it comes', async () => {
  const when = {
    all: [
      {fact: 'ratio', op: 'gte', value: 1},
      {fact: 'content.linksOutside', op: 'eq', value: 0},
    ],
  }
  const house = new House([aRule({when})])
  expect(await house.pass()).toEqual([])
  expect(house.wanted).toEqual([])
  house.rows([{ratio: 1}])
  expect(await house.pass()).toEqual([])
  expect(house.wanted).toEqual(['content.linksOutside'])
  house.judgement.takeLookedUp(
    key,
    new Map<FactName, LookedUp>([['content.linksOutside', {value: 0, at: NOW, whyUnknown: null}]]),
  )
  expect(await house.pass()).toEqual([mine])
})

const alone = {
  all: [
    {fact: 'ratio', op: 'gte', value: 2},
    {fact: 'content.ownersOther', op: 'eq', value: 0},
  ],
}
const owners = (value: number | undefined, agedAt: number, whyUnknown: LookedUp['whyUnknown'] = null) =>
  new Map<FactName, LookedUp>([['content.ownersOther', {value, at: NOW, agedAt, whyUnknown}]])

test('S20 what a rule waits for is looked up anew when it is old, and counts until then', async () => {
  const house = new House([aRule({when: alone})])
  house.rows([{ratio: 2}])
  await house.pass()
  house.judgement.takeLookedUp(key, owners(1, house.clock.monotonic() + 60_000))
  expect(await house.pass()).toEqual([])
  expect(house.aged).toEqual([])
  expect(await house.live(60)).toEqual([])
  expect(house.aged).toEqual([`content.ownersOther ${key}`])
  house.judgement.takeLookedUp(key, owners(undefined, 0, 'notRead'))
  expect(house.judgement.explain(key)?.rules[0]?.outcome).toBe('no')
  house.judgement.takeLookedUp(key, owners(0, house.clock.monotonic() + 60_000))
  expect(await house.pass()).toEqual([mine])
})

test('what is old is not looked up for a rule that something cheap keeps back', async () => {
  const house = new House([aRule({when: alone})])
  house.judgement.takeLookedUp(key, owners(1, 0))
  house.rows([{ratio: 1}])
  await house.live(120)
  expect([house.wanted, house.aged]).toEqual([[], []])
})

test('of what is old that comes first which is known for longest', async () => {
  const house = new House([aRule({when: alone})])
  const others = ['b', 'c', 'd'].map((digit) => ({
    ...row.key,
    hash: digit.repeat(40) as typeof row.key.hash,
  }))
  house.rows(others.map((it) => ({key: it, ratio: 2})))
  const keys = others.map(keyText)
  for (const [n, at] of [-1, -3, -2].entries()) house.judgement.takeLookedUp(keys[n]!, owners(1, at))
  await house.pass()
  expect(house.aged).toEqual([1, 2, 0].map((n) => `content.ownersOther ${keys[n]}`))
})

test('what the Arr says is judged when it changes', async () => {
  const when = {fact: 'arr.tracked', op: 'eq', value: 'imported'}
  const house = new House([aRule({when})])
  house.arr = arrSaying
  expect(await house.pass()).toEqual([])
  house.arr = {...arrSaying, tracked: 'imported'}
  house.judgement.arrChanged([key, 'of somebody else'])
  expect(await house.pass()).toEqual([mine])
})

test('S29 a rule whose owner may not see the Arr knows nothing of it, and its neighbour does', async () => {
  const when = {fact: 'arr.tracked', op: 'eq', value: 'imported'}
  const rules = [aRule({id: 'his', when}), aRule({id: 'ours', when, conflict: 'additive'})]
  const house = new House([])
  house.arr = {...arrSaying, tracked: 'imported'}
  house.judgement.takeRules(rules, new Map(), new Set([rules[0]!.id]))
  expect(await house.pass()).toEqual([`ours ${key}`])
  expect(house.judgement.explain(key)?.rules).toMatchObject([
    {ruleId: 'his', outcome: 'unknown', evidence: {actual: {unknown: 'notAllowed'}}},
    {ruleId: 'ours', outcome: 'due'},
  ])
  house.judgement.takeRules(rules, new Map())
  expect(await house.pass()).toEqual([`his ${key}`, `ours ${key}`])
})

test('S29 nothing is looked up in an Arr for a rule whose owner may not see it', async () => {
  const rule = aRule({when: {fact: 'arr.hasFile', op: 'eq', value: true}})
  const house = new House([])
  house.arr = {...arrSaying, hasFile: undefined}
  house.judgement.takeRules([rule], new Map(), new Set([rule.id]))
  await house.pass()
  expect(house.wanted).toEqual([])
  house.judgement.takeRules([rule], new Map())
  await house.pass()
  expect(house.wanted).toEqual(['arr.hasFile'])
})

test('S07 who is protected meanwhile is judged as protected', async () => {
  const when = {
    all: [
      {fact: 'complete', op: 'eq', value: true},
      {fact: 'memory.protected', op: 'eq', value: false},
    ],
  }
  const house = new House([aRule({when})])
  house.rows([{tags: ['keep']}])
  expect(await house.live(120)).toEqual([])
})

test('while nothing changes, the next pass is that of everybody, a minute after the last one', async () => {
  const house = new House([aRule({when: {fact: 'complete', op: 'eq', value: false}})])
  await house.pass()
  expect(house.judgement.dueIn).toBe(60_000)
  await house.clock.advance(10_000)
  expect(house.judgement.dueIn).toBe(50_000)
  expect(house.judgement.lastPassAt).toBe(NOW)
})
