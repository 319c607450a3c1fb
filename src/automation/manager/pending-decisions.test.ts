import {expect, test} from 'vitest'
import type {Decision} from '#model/decision.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {EvaluatorHarness, mine} from './evaluator-harness.fixture.ts'
import {PendingDecisions} from './pending-decisions.ts'
import {arrSaying} from './torrent-subject.fixture.ts'

test('what a rule wants is reported once, and again when it is known what became of it', async () => {
  const harness = new EvaluatorHarness([aRule()])
  expect(await harness.pass()).toEqual([mine])
  harness.rows([{ratio: 3}])
  expect(await harness.pass()).toEqual([])
  harness.answered({})
  expect(await harness.pass()).toEqual([mine])
})

test('what rests is decided again when its time is over, and not before, whatever changes', async () => {
  const harness = new EvaluatorHarness([aRule()])
  await harness.pass()
  harness.answered({restMs: 5_000})
  harness.rows([{category: 'series', ratio: 3}])
  expect(await harness.live(4)).toEqual([])
  expect(await harness.live(1)).toEqual([mine])
})

test('what was put off is decided at once when what it was decided on changes, or its server or its Arr stands otherwise', async () => {
  const harness = new EvaluatorHarness([aRule()])
  const putOff = () => harness.answered({restMs: 600_000, isPutOff: true})
  await harness.pass()
  putOff()
  harness.rows([{ratio: 3, upSpeed: 7}])
  expect(await harness.live(300)).toEqual([])
  harness.rows([{category: 'series', ratio: 3}])
  expect(await harness.pass()).toEqual([mine])
  putOff()
  await harness.live(60)
  harness.arr = {...arrSaying, isTrusted: false}
  harness.evaluator.arrChanged(null)
  expect(await harness.pass()).toEqual([mine])
  putOff()
  await harness.live(60)
  harness.server({epoch: 'another'})
  expect(await harness.pass()).toEqual([mine])
  putOff()
  expect(await harness.live(590)).toEqual([])
  expect(await harness.live(10)).toEqual([mine])
})

test('what its server cannot do is decided again only when that server, or its Arr, stands otherwise', async () => {
  const harness = new EvaluatorHarness([aRule()])
  const settled = () => harness.answered({restMs: 86_400_000, isSettled: true})
  await harness.pass()
  settled()
  for (let minutes = 0; minutes < 60; minutes++) {
    harness.rows([{category: `films ${minutes}`, ratio: 3 + minutes}])
    expect(await harness.live(60)).toEqual([])
  }
  // It was restarted, maybe as a newer version.
  harness.server({epoch: 'another'})
  expect(await harness.pass()).toEqual([mine])
  settled()
  expect(await harness.live(3_600)).toEqual([])
})

test('what changes while it is looked at ends the rest that comes of it', async () => {
  const harness = new EvaluatorHarness([aRule()])
  await harness.pass()
  harness.rows([{category: 'series'}])
  expect(await harness.pass()).toEqual([])
  harness.answered({restMs: 600_000, isPutOff: true})
  expect(await harness.pass()).toEqual([mine])
})

test('what was put off and changes all the time is decided ever later, and at once again after a steady hour', async () => {
  const harness = new EvaluatorHarness([aRule()])
  const decidedAt: number[] = []
  await harness.pass()
  const live = async (second: number, category: string) => {
    harness.answered({restMs: 100_000_000, isPutOff: true})
    harness.rows([{category}])
    if ((await harness.live(5)).length > 0) decidedAt.push(second)
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
      pending.answered({
        ruleId,
        key: subject.key,
        restMs: 86_400_000,
        isPutOff: !isSettled,
        isSettled,
        isUndone: true,
      })
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
  const harness = new EvaluatorHarness([aRule()])
  harness.rows([{state: 'downloading', progress: 0.1, complete: false}])
  await harness.pass()
  const putOff = () => harness.answered({restMs: 600_000, isPutOff: true})
  putOff()
  for (let minute = 1; minute < 9; minute++) {
    const state = minute % 2 ? 'stalledDown' : 'downloading'
    harness.rows([{state, progress: 0.1 + minute / 100, complete: false}])
    expect(await harness.live(60)).toEqual([])
  }
  harness.rows([{state: 'seeding', progress: 1, complete: true}])
  expect(await harness.pass()).toEqual([mine])
  putOff()
  for (let minute = 1; minute < 9; minute++) {
    harness.rows([{state: minute % 2 ? 'stalledUp' : 'seeding'}])
    expect(await harness.live(60)).toEqual([])
  }
  harness.rows([{state: 'stopped'}])
  expect(await harness.pass()).toEqual([mine])
})

test('a decision without an answer is made again after ten minutes', async () => {
  const harness = new EvaluatorHarness([aRule()])
  await harness.pass()
  expect(await harness.live(599)).toEqual([])
  expect(await harness.live(61)).toEqual([mine])
})

/** Each minute of an hour its Arr, or its server, breaks and returns. */
async function flapping(
  harness: EvaluatorHarness,
  minutes: number,
  flap: (isUp: boolean, minute: number) => void,
) {
  let decided = 0
  for (let minute = 0; minute < minutes; minute++) {
    for (const isUp of [false, true]) {
      harness.answered({restMs: 100_000_000, isPutOff: true})
      flap(isUp, minute)
      decided += (await harness.live(30)).length
    }
  }
  harness.answered({restMs: 100_000_000, isPutOff: true})
  return decided
}

const sources = [
  {
    source: 'an Arr that is trusted again',
    stand: (harness: EvaluatorHarness) => (isUp: boolean) => {
      harness.arr = {...arrSaying, isTrusted: isUp}
      harness.evaluator.arrChanged(null)
    },
  },
  {
    source: 'a server that began a new list',
    stand: (harness: EvaluatorHarness) => (_: boolean, minute: number) =>
      harness.server({epoch: `${minute}`}),
  },
  {
    source: 'a server that is back as it was',
    stand: (harness: EvaluatorHarness) => (isUp: boolean) =>
      harness.server({status: isUp ? 'online' : 'unreachable'}),
  },
]

test.each(sources)('$source ends a rest ten minutes after a long flapping', async ({stand}) => {
  const harness = new EvaluatorHarness([aRule()])
  const flap = stand(harness)
  flap(true, 0)
  await harness.pass()
  await flapping(harness, 280, flap)
  flap(true, 281)
  expect(await harness.live(660)).toEqual([mine])
  // Once: what was put off again rests.
  harness.answered({restMs: 100_000_000, isPutOff: true})
  expect(await harness.live(7_200)).toEqual([])
})

test.each(sources)('$source ends a rest once an hour while it flaps', async ({stand}) => {
  const harness = new EvaluatorHarness([aRule()])
  const flap = stand(harness)
  flap(true, 0)
  await harness.pass()
  await flapping(harness, 300, flap)
  // Two of them because it stands otherwise, at most.
  expect(await flapping(harness, 60, flap)).toBeLessThanOrEqual(3)
})

test('what its server cannot do is decided again when an Arr that flapped is trusted, and what was done is not', async () => {
  const harness = new EvaluatorHarness([aRule()])
  const trusted = (isTrusted: boolean) => {
    harness.arr = {...arrSaying, isTrusted}
    harness.evaluator.arrChanged(null)
  }
  trusted(true)
  await harness.pass()
  harness.answered({restMs: 100_000_000, isSettled: true})
  await harness.pass()
  trusted(false)
  await harness.pass()
  harness.answered({restMs: 100_000_000, isSettled: true})
  trusted(true)
  expect(await harness.pass()).toEqual([mine])
  harness.answered({restMs: 100_000_000})
  trusted(false)
  await harness.live(7_200)
  trusted(true)
  expect(await harness.live(7_200)).toEqual([])
})
