import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {RuleActionEnded} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {DecisionBackoff} from './decision-backoff.ts'

function harness() {
  const clock = new VirtualClock()
  const pace = new DecisionBackoff(clock)
  const rest = (
    {
      outcome,
      isCostly = false,
      isSettled = false,
    }: Pick<RuleActionEnded, 'outcome' | 'isCostly' | 'isSettled'>,
    key = 'qBit/a',
    ruleId = 'tidy',
    arr: string | null = 'films',
  ) =>
    pace.after(
      {
        outcome,
        isCostly,
        isSettled,
        ruleId: ruleId as RuleId,
        subject: {kind: 'torrent', key, serverId: asServerId('qBit')},
      },
      arr === null ? null : asArrId(arr),
    )
  const after = (outcome: RuleActionEnded['outcome'], ...of: string[]) =>
    rest({outcome}, ...of)?.restMs ?? null
  /** Of an order under way. */
  const wait = (key: string, ownMs = 60_000) =>
    pace.untilLook(
      {ruleId: 'tidy' as RuleId, subject: {kind: 'torrent', key, serverId: asServerId('qBit')}},
      asArrId('films'),
      ownMs,
    )
  return {clock, after, rest, wait}
}

test('what was done is evaluated again when it is in the list, what was cancelled soon, the rest in its own time', () => {
  const {after} = harness()
  expect(after('confirmed')).toBe(2_000)
  expect(after('cancelled', 'qBit/b')).toBe(5_000)
  expect(after('blocked', 'qBit/c')).toBeNull()
  expect(after('failed', 'qBit/d')).toBeNull()
})

test('a rule that wants the same again and again waits longer each time, up to ten minutes', async () => {
  const {clock, after} = harness()
  const waits: (number | null)[] = []
  for (let n = 0; n < 7; n++) {
    waits.push(after('sent'))
    await clock.advance(waits.at(-1)!)
  }
  expect(waits).toEqual([2_000, 8_000, 32_000, 128_000, 512_000, 600_000, 600_000])
  expect(after('sent', 'qBit/b')).toBe(2_000)
  expect(after('sent', 'qBit/a', 'other')).toBe(2_000)
})

test('one that was silent for half an hour begins again', async () => {
  const {clock, after} = harness()
  after('confirmed')
  expect(after('confirmed')).toBe(8_000)
  await clock.advance(8_000 + 1_800_000)
  expect(after('confirmed')).toBe(2_000)
})

test('what was refused waits twice as long each time, up to an hour, and begins again half an hour after its time', async () => {
  const {clock, after, rest} = harness()
  const waits: number[] = []
  for (let n = 0; n < 5; n++) {
    waits.push(after('refused')!)
    await clock.advance(waits.at(-1)!)
  }
  expect(waits).toEqual([600_000, 1_200_000, 2_400_000, 3_600_000, 3_600_000])
  await clock.advance(1_800_000)
  expect(rest({outcome: 'refused'})).toEqual({restMs: 600_000, isPutOff: false, isSettled: false})
})

test('what its server cannot do is settled: a day, unless its server stands otherwise', () => {
  const {rest} = harness()
  const settled = {restMs: 86_400_000, isPutOff: false, isSettled: true}
  for (let n = 0; n < 3; n++) expect(rest({outcome: 'refused', isSettled: true})).toEqual(settled)
})

test('only what was put off may be decided before its time', () => {
  const {rest} = harness()
  const outcomes = ['postponed', 'confirmed', 'cancelled'] as const
  expect(outcomes.map((outcome) => rest({outcome})?.isPutOff)).toEqual([true, false, false])
})

test('what was put off after a server or an Arr was asked waits twice as long each time, up to ten minutes', async () => {
  const {clock, rest} = harness()
  const waits: number[] = []
  for (let n = 0; n < 6; n++) {
    waits.push(rest({outcome: 'postponed', isCostly: true})!.restMs)
    await clock.advance(waits.at(-1)!)
  }
  expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000])
  expect(rest({outcome: 'confirmed'})!.restMs).toBe(2_000)
})

test('what has to wait, and cost no request, is looked at each minute, however long', () => {
  const {after} = harness()
  expect([after('postponed'), after('postponed'), after('postponed')]).toEqual([60_000, 60_000, 60_000])
})

test('many that are put off cost their Arr hardly more looks in an hour than a few', async () => {
  const looksOf = async (count: number, arr: string | null) => {
    const {clock, rest} = harness()
    const dueAt = Array.from({length: count}, () => 0)
    let looks = 0
    for (let minute = 0; minute < 12 * 60; minute++) {
      for (const [n, at] of dueAt.entries()) {
        if (at > clock.monotonic()) continue
        // The last hour alone: at first each is looked at soon.
        if (minute >= 11 * 60) looks++
        dueAt[n] =
          clock.monotonic() + rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`, 'tidy', arr)!.restMs
      }
      await clock.advance(60_000)
    }
    return looks
  }
  expect(await looksOf(1, 'films')).toBe(6)
  expect(await looksOf(3, 'films')).toBe(12)
  expect(await looksOf(20, 'films')).toBe(20)
  expect(await looksOf(20, null)).toBe(120)
})

/** @returns in each minute of this time so many of them were looked at */
async function looksIn(hours: number, count: number) {
  const {clock, rest} = harness()
  const dueAt = Array.from({length: count}, () => 0)
  const looks: number[] = []
  for (let minute = 0; minute < hours * 60; minute++) {
    const due = [...dueAt.entries()].filter(([, at]) => at <= clock.monotonic())
    for (const [n] of due)
      dueAt[n] = clock.monotonic() + rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`)!.restMs
    looks.push(due.length)
    await clock.advance(60_000)
  }
  return looks
}

test('many that are put off cost their Arr hardly more looks in the first hour either', async () => {
  const total = async (count: number) => (await looksIn(1, count)).reduce((sum, it) => sum + it, 0)
  expect(await total(1)).toBe(9)
  expect(await total(3)).toBeLessThanOrEqual(18)
  expect(await total(12)).toBeLessThanOrEqual(3 * 12)
})

test('what one Arr has is looked at together, so that one answer serves all of it', async () => {
  const looks = await looksIn(12, 3)
  expect(looks.slice(60).filter((it) => it > 0)).toEqual(Array.from({length: 11 * 4}, () => 3))
})

test('what is put off by one Arr rests no longer for what another one has', async () => {
  const {clock, rest} = harness()
  for (let n = 0; n < 20; n++) rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`, 'tidy', 'films')
  const waits: number[] = []
  for (let n = 0; n < 6; n++) {
    waits.push(rest({outcome: 'postponed', isCostly: true}, 'qBit/series', 'tidy', 'series')!.restMs)
    await clock.advance(waits.at(-1)!)
  }
  expect(waits.at(-1)).toBe(600_000)
})

test('what was forgotten, or is evaluated with another Arr by now, counts for its Arr no longer', async () => {
  const {clock, rest} = harness()
  const most = async (arr: string) => {
    let restMs = 0
    for (let n = 0; n < 8; n++) {
      restMs = rest({outcome: 'postponed', isCostly: true}, 'qBit/last', 'tidy', arr)!.restMs
      await clock.advance(restMs)
    }
    return restMs
  }
  // A long rest that began first holds back none of those that end before it.
  for (let n = 0; n < 8; n++) rest({outcome: 'refused'}, 'qBit/long')
  for (let n = 0; n < 20; n++) rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`, 'tidy', 'films')
  for (let n = 0; n < 20; n++) rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`, 'tidy', 'series')
  expect(await most('films')).toBe(600_000)
  await clock.advance(120_000 + 1_800_000)
  expect(await most('series')).toBe(600_000)
})

test('many that an Arr puts off for half a minute rest ten minutes at most, and longer only when they are put off again', async () => {
  const {clock, rest} = harness()
  const all = () =>
    Array.from({length: 12}, (_, n) => rest({outcome: 'postponed', isCostly: true}, `qBit/${n}`)!.restMs)
  const longest: number[] = []
  for (let n = 0; n < 4; n++) {
    longest.push(Math.max(...all()))
    await clock.advance(longest.at(-1)!)
  }
  expect(longest).toEqual([600_000, 1_200_000, 2_400_000, 3_600_000])
})

test('what is done, cancelled, refused or failed waits no longer, and a newcomer rests as if it were alone', () => {
  const {rest, wait} = harness()
  const ends = ['confirmed', 'cancelled', 'refused', 'failed', 'blocked'] as const
  for (const outcome of ends) {
    rest({outcome: 'postponed', isCostly: true}, `qBit/${outcome}`)
    wait(`qBit/${outcome} under way`)
  }
  for (const outcome of ends) {
    rest({outcome}, `qBit/${outcome}`)
    rest({outcome}, `qBit/${outcome} under way`)
  }
  expect(rest({outcome: 'postponed', isCostly: true}, 'qBit/new')!.restMs).toBe(60_000)
})

test('what was put off and then waits under way counts once', () => {
  const {rest, wait} = harness()
  rest({outcome: 'postponed', isCostly: true}, 'qBit/a')
  expect(wait('qBit/a')).toBe(60_000)
  expect(rest({outcome: 'postponed', isCostly: true}, 'qBit/a')!.restMs).toBe(240_000)
})
