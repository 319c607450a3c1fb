import {expect, test} from 'vitest'
import {VirtualClock} from '#kit/virtual-clock.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule} from '#model/rule.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {keyText} from '#model/torrent-key.ts'
import {Judgement} from './judgement.ts'
import type {ArrSaying, LookedUp} from './torrent-subject.ts'
import {arrSaying, NOW, subjectWith} from './torrent-subject.fixture.ts'

const {row, server} = subjectWith()
const key = keyText(row.key)

class House {
  readonly clock: VirtualClock
  readonly decided: string[] = []
  readonly wanted: string[] = []
  readonly holds = new Map<Rule['id'], Map<string, HoldMemory>>()
  arr: ArrSaying | null = null
  readonly judgement: Judgement

  constructor(rules: readonly Rule[], before?: House) {
    this.clock = before?.clock ?? new VirtualClock(NOW)
    this.judgement = new Judgement({
      ...{clock: this.clock, run: before ? 'second' : 'first'},
      surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => undefined},
      arrSaying: () => this.arr,
      pause: async () => {},
      decided: (all) => this.decided.push(...all.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)),
      remember: (writes) => {
        for (const {ruleId, subject, memory} of writes) {
          const ofRule = this.holds.get(ruleId) ?? new Map<string, HoldMemory>()
          this.holds.set(ruleId, ofRule)
          if (memory) ofRule.set(subject.key, memory)
        }
      },
      lookUp: (all) => this.wanted.push(...all.map(({fact}) => fact)),
    })
    this.judgement.takeRules(rules, before?.holds ?? new Map())
    this.server({})
    this.rows([{}], true)
  }

  server(changes: Partial<ManagedServer>): void {
    this.judgement.takeServers([{...server, ...changes}])
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
  house.judgement.answered(aRule().id, key)
  expect(await house.pass()).toEqual([mine])
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

test('what the Arr says is judged when it changes', async () => {
  const when = {fact: 'arr.tracked', op: 'eq', value: 'imported'}
  const house = new House([aRule({when})])
  house.arr = arrSaying
  expect(await house.pass()).toEqual([])
  house.arr = {...arrSaying, tracked: 'imported'}
  house.judgement.arrChanged([key, 'of somebody else'])
  expect(await house.pass()).toEqual([mine])
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
