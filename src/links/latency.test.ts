import {expect, test} from 'vitest'
import {Latency} from './latency.ts'

test('the middle and the slow end of the last hundred answers, in figures that people read', () => {
  const latency = new Latency()
  expect(latency.percentile(0.5)).toBeNull()
  for (let n = 1; n <= 150; n++) latency.add(n + 0.123456)
  expect([latency.percentile(0.5), latency.percentile(0.95)]).toEqual([101.12, 146.12])
})
