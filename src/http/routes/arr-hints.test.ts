import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {arrHintRoutes} from './arr-hints.ts'

let harness: FakeHarness
const taken: string[] = []

beforeEach(async () => {
  taken.length = 0
  const webhooks = {
    take(token: string) {
      taken.push(token)
      return token === 'good'
    },
  }
  harness = await fakeHarness({nouns: [arrHintRoutes({webhooks, clock: new VirtualClock()})]})
})
afterEach(() => harness.http.close())

const call = (headers: Record<string, string>, payload: string | undefined = '{"eventType":"Grab"}') =>
  harness.http.app.inject({
    method: 'POST',
    url: '/api/arrs/hints',
    payload,
    headers: {'content-type': 'application/json', ...headers},
  })

test('a caller with a token in the header, or as password where an app knows no headers, is heard', async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  expect((await call({'x-commodarr-token': 'good'})).statusCode).toBe(204)
  expect((await call({authorization: basic('Commodarr:good')})).statusCode).toBe(204)
  expect(taken).toEqual(['good', 'good'])
})

test('what the body says is not read: no JSON, odd types and none at all are heard alike', async () => {
  for (const [type, body] of [
    ['application/json', '{"eventType":'],
    ['application/json', '['.repeat(10_000)],
    ['text/plain', 'hello'],
    ['application/octet-stream', '\0\0'],
    ['application/json', 'x'.repeat(500_000)],
  ] as const) {
    expect((await call({'x-commodarr-token': 'good', 'content-type': type}, body)).statusCode).toBe(204)
  }
  const empty = await harness.http.app.inject({
    method: 'POST',
    url: '/api/arrs/hints',
    headers: {'x-commodarr-token': 'good'},
  })
  expect(empty.statusCode).toBe(204)
})

test('a body beyond all measure is refused', async () => {
  const answer = await call({'x-commodarr-token': 'good'}, 'x'.repeat(1_100_000))
  expect(answer.statusCode).toBe(413)
})

test('without a good token it is refused, and after twenty guesses in a minute there are no more', async () => {
  for (const headers of [
    {},
    {'x-commodarr-token': 'bad'},
    {'x-api-token': 'good'},
    {authorization: 'Bearer good'},
  ]) {
    const answer = await call(headers)
    expect([answer.statusCode, answer.json<{code: string}>().code]).toEqual([401, 'sign_in_refused'])
  }
  for (let guess = 0; guess < 16; guess++) await call({'x-commodarr-token': 'bad'})
  const answer = await call({'x-commodarr-token': 'bad'})
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '60'])
  // Who has the token has it.
  expect((await call({'x-commodarr-token': 'good'})).statusCode).toBe(204)
})
