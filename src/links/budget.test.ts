import {expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {boundsOf, FullListBudget, patience, patienceWith} from './budget.ts'

const {signal} = new AbortController()
const late = new ServerFault('server_unreachable', 'timed_out', 'late')
const gigabyte = 1024 ** 3

function failing(times: number): FullListBudget {
  const budget = new FullListBudget()
  for (let n = 0; n < times; n++) budget.failed(late)
  return budget
}

test('a list that took too long is waited for longer, and in pages from the second time on', () => {
  const seen = [0, 1, 2].map((times) => {
    const budget = failing(times)
    return [budget.bounds(100, signal).full.timeoutMs / patience.full, budget.style]
  })
  expect(seen).toEqual([
    [1, 'full'],
    [2, 'full'],
    [4, 'paged'],
  ])
})

test.each([
  ['cut', new ServerFault('answer_invalid', 'cut_answer', 'cut')],
  ['silent', new ServerFault('server_unreachable', 'timed_out', 'silent', {wasSilent: true})],
])('an answer that was %s is asked for in pages, and not waited for longer', (_, fault) => {
  const budget = new FullListBudget()
  for (let n = 0; n < 5; n++) budget.failed(fault)
  const {full} = budget.bounds(100, signal)
  expect([budget.style, full.timeoutMs]).toEqual(['paged', patience.full])
})

test('silence lasts half a minute, longer only for very long lists and who is waited for longer by wish', () => {
  const silence = (known: number, seconds: number | null = null) =>
    new FullListBudget(patienceWith(seconds)).bounds(known, signal).full.silenceMs
  expect([silence(0), silence(20_000), silence(100_000), silence(0, 600)]).toEqual([
    30_000, 30_000, 100_000, 600_000,
  ])
})

test('however often it fails, an answer stays bounded in time and size', () => {
  const {timeoutMs, maxBytes} = failing(1_000).bounds(100, signal).full
  expect([timeoutMs, maxBytes]).toEqual([4 * patience.full, 2 * gigabyte])
})

test('a fault that says nothing about length changes nothing', () => {
  const budget = new FullListBudget()
  budget.failed(new ServerFault('server_failed', 'server_error', '500'))
  expect([budget.style, budget.bounds(100, signal).full.timeoutMs]).toEqual(['full', patience.full])
})

test('one list that took too long is forgotten with the next whole one', () => {
  const budget = failing(1)
  budget.succeeded()
  expect(budget.bounds(100, signal).full.timeoutMs).toBe(patience.full)
})

test.each([
  [2, {connect: 2_000, detail: 2_000, delta: 2_000, add: patience.add, full: patience.full}],
  [600, {connect: 600_000, detail: 600_000, delta: 600_000, add: 1_200_000, full: 2_400_000}],
  [null, patience],
])(
  'a time-out of %s s is that of ordinary answers; adding and whole lists never get less for it',
  (seconds, waits) => {
    expect(patienceWith(seconds)).toMatchObject(waits)
    expect(boundsOf('detail', signal, patienceWith(seconds)).timeoutMs).toBe(waits.detail)
  },
)
