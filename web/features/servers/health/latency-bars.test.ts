import {expect, test} from 'vitest'
import type {History} from '../../../api/history.ts'
import {latencyBars} from './health-events.ts'

const history: History = {
  span: 60,
  at: [0, 1, 2, 3],
  servers: [{server_id: 'a', values: {online: [null, 1, 0, 0.5], latency_ms: [null, 28, null, 40]}}],
  sum: {},
  reporting: [0, 1, 1, 1],
}

test('a minute without an answer is a failure, one that was not measured is none', () => {
  expect(latencyBars(history, 'a')).toEqual([28, null, 40])
})

test('a server of which nothing is known has no bars', () => {
  expect(latencyBars(history, 'b')).toEqual([])
  expect(latencyBars({...history, servers: null}, 'a')).toEqual([])
  expect(latencyBars(undefined, 'a')).toEqual([])
})
