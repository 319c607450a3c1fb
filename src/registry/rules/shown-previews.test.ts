import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {asRuleId} from './rules-harness.fixture.ts'
import {ShownPreviews} from './shown-previews.ts'

const rule = asRuleId('r-1')
const keys = new Set(['anns/a', 'anns/b'])

test('what was shown is known to that person, for that rule, for ten minutes', async () => {
  const clock = new VirtualClock()
  const shown = new ShownPreviews(clock)
  const id = shown.keep('ann', rule, keys)
  expect(shown.of('ann', rule, id)).toBe(keys)
  expect([
    shown.of('bob', rule, id),
    shown.of('ann', asRuleId('r-2'), id),
    shown.of('ann', rule, 'other'),
  ]).toEqual([null, null, null])
  await clock.advance(600_000)
  expect(shown.of('ann', rule, id)).toBeNull()
})

test('of very many torrents the previews of before are forgotten first', () => {
  const shown = new ShownPreviews(new VirtualClock())
  const many = new Set(Array.from({length: 200_000}, (_, at) => `anns/${at}`))
  const [first, second] = [shown.keep('ann', rule, many), shown.keep('ann', rule, many)]
  expect(shown.of('ann', rule, first)).toBeNull()
  expect(shown.of('ann', rule, second)).toBe(many)
})
