import {expect, test} from 'vitest'
import {camel, snake} from './snake-case.ts'

for (const [inside, outside] of [
  ['downSpeed', 'down_speed'],
  ['infoHashV1', 'info_hash_v1'],
  ['latencyP50Ms', 'latency_p50_ms'],
  ['name', 'name'],
  ['dhtNodes', 'dht_nodes'],
] as const) {
  test(`${inside} travels as ${outside} and comes back`, () => {
    expect(snake(inside)).toBe(outside)
    expect(camel(outside)).toBe(inside)
  })
}
