import {expect, test} from 'vitest'
import type {Decision} from '#model/decision.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {EvaluatorHarness, mine} from './evaluator-harness.fixture.ts'
import {PendingDecisions} from './pending-decisions.ts'
import {arrSaying} from './torrent-subject.fixture.ts'

test('what a rule wants is told once, and again when it is known what became of it', async () => {
  const house = new EvaluatorHarness([aRule()])
  expect(await house.pass()).toEqual([mine])
  house.rows([{ratio: 3}])
  expect(await house.pass()).toEqual([])
  house.answered({})
  expect(await house.pass()).toEqual([mine])
})

test('what rests is decided again when its time is over, and not before, whatever changes', async () => {
  const house = new EvaluatorHarness([aRule()])
  await house.pass()
  house.answered({restMs: 5_000})
  house.rows([{category: 'series', ratio: 3}])
  expect(await house.live(4)).toEqual([])
  expect(await house.live(1)).toEqual([mine])
})

test('what was put off is decided at once when what it was decided on changes, or its server or its Arr stands otherwise', async () => {
  const house = new EvaluatorHarness([aRule()])
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
  house.evaluator.arrChanged(null)
  expect(await house.pass()).toEqual([mine])
  putOff()
  await house.live(60)
  house.server({epoch: 'another'})
  expect(await house.pass()).toEqual([mine])
  putOff()
  expect(await house.live(590)).toEqual([])
  expect(await house.live(10)).toEqual([mine])
})

test('what its server cannot do is decided again only when that server, or its Arr, stands otherwise', async () => {
  const house = new EvaluatorHarness([aRule()])
  const settled = () => house.answered({restMs: 86_400_000, isSettled: true})
  await house.pass()
  settled()
  for (let minutes = 0; minutes < 60; minutes++) {
    house.rows([{category: `films ${minutes}`, ratio: 3 + minutes}])
    expect(await house.live(60)).toEqual([])
  }
  // It was restarted, maybe as a newer version.
  house.server({epoch: 'another'})
  expect(await house.pass()).toEqual([mine])
  settled()
  expect(await house.live(3_600)).toEqual([])
})

test('what changes while it is looked at ends the rest that comes of it', async () => {
  const house = new EvaluatorHarness([aRule()])
  await house.pass()
  house.rows([{category: 'series'}])
  expect(await house.pass()).toEqual([])
  house.answered({restMs: 600_000, isPutOff: true})
  expect(await house.pass()).toEqual([mine])
})

test('what was put off and changes all the time is decided ever later, and at once again after a steady hour', async () => {
  const house = new EvaluatorHarness([aRule()])
  const decidedAt: number[] = []
  await house.pass()
  const live = async (second: number, category: string) => {
    house.answered({restMs: 100_000_000, isPutOff: true})
    house.rows([{category}])
    if ((await house.live(5)).length > 0) decidedAt.push(second)
  }
  for (let second = 0; second < 7_200; second += 5) await live(second, `films ${second}`)
  const apart = decidedAt.slice(1).map((second, n) => second - decidedAt[n]!)
  expect(apart).toEqual([60, 60, 60, 120, 240, 480, 960, 1_800, 1_800])
  decidedAt.length = 0
  for (let second = 0; second < 3_600; second += 5) await live(second, 'films')
  await live(0, 'series')
  expect(decidedAt.at(-1)).toBe(0)
})

/** @returns how often those that change each minute are decided in an hour, some hours later */
async function looksInAnHour({changing, still}: {changing: number; still: number}): Promise<number> {
  const clock = new VirtualClock()
  const pending = new PendingDecisions(clock, {standingOf: () => [], returnsOf: () => ''})
  const {id: ruleId} = aRule()
  const decided = (n: number, minute: number): Decision => {
    // There and back again, each in its own time.
    const value = n < changing ? `films ${((minute * (n + 3)) >> 2) % 2}` : 'films'
    const subject = {kind: 'torrent' as const, key: `qBit/${n}`, serverId: null}
    return {ruleId, subject, preconditions: [{fact: 'category', value}]} as unknown as Decision
  }
  let looks = 0
  for (let minute = 0; minute < 10 * 60; minute++) {
    const now = clock.monotonic()
    const all = Array.from({length: changing + still}, (_, n) => decided(n, minute))
    for (const {subject} of pending.takeFresh(all, now)) {
      const isSettled = Number(subject.key.slice('qBit/'.length)) >= changing
      pending.answered({ruleId, key: subject.key, restMs: 86_400_000, isPutOff: !isSettled, isSettled})
      if (minute >= 9 * 60 && !isSettled) looks++
    }
    pending.forget(now)
    await clock.advance(60_000)
  }
  return looks
}

test('many that change there and back all the time are decided once in an hour each', async () => {
  expect(await looksInAnHour({changing: 30, still: 0})).toBeLessThanOrEqual(30)
})

test('what changes all the time is decided as often beside many that stand still as alone', async () => {
  expect(await looksInAnHour({changing: 1, still: 40})).toBe(await looksInAnHour({changing: 1, still: 0}))
})

test('what was put off rests while it comes in, or seeds and rests by turns, and is decided at once when that ends', async () => {
  const house = new EvaluatorHarness([aRule()])
  house.rows([{state: 'downloading', progress: 0.1, complete: false}])
  await house.pass()
  const putOff = () => house.answered({restMs: 600_000, isPutOff: true})
  putOff()
  for (let minute = 1; minute < 9; minute++) {
    const state = minute % 2 ? 'stalledDown' : 'downloading'
    house.rows([{state, progress: 0.1 + minute / 100, complete: false}])
    expect(await house.live(60)).toEqual([])
  }
  house.rows([{state: 'seeding', progress: 1, complete: true}])
  expect(await house.pass()).toEqual([mine])
  putOff()
  for (let minute = 1; minute < 9; minute++) {
    house.rows([{state: minute % 2 ? 'stalledUp' : 'seeding'}])
    expect(await house.live(60)).toEqual([])
  }
  house.rows([{state: 'stopped'}])
  expect(await house.pass()).toEqual([mine])
})

test('a decision that nobody answers is made again after ten minutes', async () => {
  const house = new EvaluatorHarness([aRule()])
  await house.pass()
  expect(await house.live(599)).toEqual([])
  expect(await house.live(61)).toEqual([mine])
})

/** Each minute of an hour its Arr, or its server, breaks and returns. */
async function flapping(
  house: EvaluatorHarness,
  minutes: number,
  flap: (isUp: boolean, minute: number) => void,
) {
  let decided = 0
  for (let minute = 0; minute < minutes; minute++) {
    for (const isUp of [false, true]) {
      house.answered({restMs: 100_000_000, isPutOff: true})
      flap(isUp, minute)
      decided += (await house.live(30)).length
    }
  }
  house.answered({restMs: 100_000_000, isPutOff: true})
  return decided
}

const sources = [
  {
    source: 'an Arr that is trusted again',
    stand: (house: EvaluatorHarness) => (isUp: boolean) => {
      house.arr = {...arrSaying, isTrusted: isUp}
      house.evaluator.arrChanged(null)
    },
  },
  {
    source: 'a server that began a new list',
    stand: (house: EvaluatorHarness) => (_: boolean, minute: number) => house.server({epoch: `${minute}`}),
  },
  {
    source: 'a server that is back as it was',
    stand: (house: EvaluatorHarness) => (isUp: boolean) =>
      house.server({status: isUp ? 'online' : 'unreachable'}),
  },
]

test.each(sources)('$source ends a rest ten minutes after a long flapping', async ({stand}) => {
  const house = new EvaluatorHarness([aRule()])
  const flap = stand(house)
  flap(true, 0)
  await house.pass()
  await flapping(house, 280, flap)
  flap(true, 281)
  expect(await house.live(660)).toEqual([mine])
  // Once: what was put off again rests.
  house.answered({restMs: 100_000_000, isPutOff: true})
  expect(await house.live(7_200)).toEqual([])
})

test.each(sources)('$source ends a rest once an hour while it flaps', async ({stand}) => {
  const house = new EvaluatorHarness([aRule()])
  const flap = stand(house)
  flap(true, 0)
  await house.pass()
  await flapping(house, 300, flap)
  // Two of them because it stands otherwise, at most.
  expect(await flapping(house, 60, flap)).toBeLessThanOrEqual(3)
})

test('what its server cannot do is decided again when an Arr that flapped is trusted, and what was done is not', async () => {
  const house = new EvaluatorHarness([aRule()])
  const trusted = (isTrusted: boolean) => {
    house.arr = {...arrSaying, isTrusted}
    house.evaluator.arrChanged(null)
  }
  trusted(true)
  await house.pass()
  house.answered({restMs: 100_000_000, isSettled: true})
  await house.pass()
  trusted(false)
  await house.pass()
  house.answered({restMs: 100_000_000, isSettled: true})
  trusted(true)
  expect(await house.pass()).toEqual([mine])
  house.answered({restMs: 100_000_000})
  trusted(false)
  await house.live(7_200)
  trusted(true)
  expect(await house.live(7_200)).toEqual([])
})
