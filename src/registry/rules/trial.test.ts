import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {demandTried, modeAfterEdit, trialUntil} from './trial.ts'

const HOUR = 3_600_000
const at = 1_000 * HOUR
const when = (value: string) => ({when: {fact: 'seedingTime', op: 'gte', value}})
const before = {rule: aRule({mode: 'live', ...when('14d')}), revisedAt: at - 100 * HOUR}
const unsure = {now: at, isConfirmed: false}

for (const [what, former, after, confirmed, mode] of [
  ['a new rule that shall be live', null, {mode: 'live'}, false, 'simulate'],
  ['a new rule that shall be live, confirmed', null, {mode: 'live'}, true, 'live'],
  ['a new rule that asks', null, {mode: 'ask'}, false, 'ask'],
  ['S19 a live rule with another unit', before, {mode: 'live', ...when('14s')}, false, 'simulate'],
  ['a live rule with another unit, confirmed', before, {mode: 'live', ...when('14s')}, true, 'live'],
  [
    'a live rule with another name and place',
    before,
    {...when('14d'), mode: 'live', name: 'N', order: 3},
    false,
    'live',
  ],
  ['a live rule that is switched off', before, {...when('14d'), mode: 'off'}, false, 'off'],
  [
    'a tried rule made live',
    {...before, rule: {...before.rule, mode: 'simulate'}},
    {mode: 'live', ...when('14d')},
    false,
    'live',
  ],
  [
    'an untried rule made live',
    {rule: {...before.rule, mode: 'simulate'}, revisedAt: at - HOUR},
    {mode: 'live', ...when('14d')},
    false,
    'simulate',
  ],
] as const) {
  test(`${what} is saved as ${mode}`, () => {
    const rule = aRule(after)
    expect(modeAfterEdit(former, rule, {now: at, isConfirmed: confirmed})).toBe(mode)
  })
}

test('a trial lasts a day from the last change, to the millisecond', () => {
  expect(trialUntil(at - 24 * HOUR + 1, at)).toBe(at + 1)
  expect(trialUntil(at - 24 * HOUR, at)).toBeNull()
})

test('an untried rule is refused with the time until it is tried; who confirms is not', () => {
  expect(() => demandTried({revisedAt: at}, unsure)).toThrow(CommodarrError)
  expect(() => demandTried({revisedAt: at}, unsure)).toThrow(new Date(at + 24 * HOUR).toISOString())
  demandTried({revisedAt: at}, {now: at, isConfirmed: true})
  demandTried({revisedAt: at - 24 * HOUR}, unsure)
})
