import {expect, test} from 'vitest'
import {allOf, anyOf, not, verdictOf} from './verdict.ts'

for (const [verdicts, all, any] of [
  [[], 'yes', 'no'],
  [['yes'], 'yes', 'yes'],
  [['no'], 'no', 'no'],
  [['unknown'], 'unknown', 'unknown'],
  [['yes', 'no'], 'no', 'yes'],
  [['yes', 'unknown'], 'unknown', 'yes'],
  [['unknown', 'no'], 'no', 'unknown'],
  [['unknown', 'yes', 'no'], 'no', 'yes'],
] as const) {
  test(`of [${verdicts.join(', ')}] all is ${all} and any is ${any}`, () => {
    expect([allOf(verdicts), anyOf(verdicts)]).toEqual([all, any])
  })
}

test('turning round leaves unknown as it is', () => {
  expect([not('yes'), not('no'), not('unknown')]).toEqual(['no', 'yes', 'unknown'])
  expect([verdictOf(true), verdictOf(false)]).toEqual(['yes', 'no'])
})
