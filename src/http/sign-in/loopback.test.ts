import type {FastifyRequest} from 'fastify'
import {expect, test} from 'vitest'
import {isThisMachine} from './loopback.ts'

const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => {
  const all = {host: 'localhost:6969', ...headers}
  const raw = {socket: {remoteAddress}, headers: all, rawHeaders: Object.entries(all).flat()}
  return {raw} as unknown as FastifyRequest
}

test.each([
  ['127.0.0.1', true],
  ['127.0.0.53', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:192.168.1.2', false],
  ['192.168.1.2', false],
  ['2001:db8::1', false],
  [undefined, false],
])('a connection from %s is one of this machine: %s', (address, expected) => {
  expect(isThisMachine(request(address))).toBe(expected)
})

test.each([
  ['host', 'fleet.example'],
  ['host', '127.0.0.1.evil.example'],
  ['X-Forwarded-For', ''],
  ['x-forwarded-anything', 'x'],
  ['Forwarded', 'for=127.0.0.1'],
  ['Via', '1.1 somebody'],
  ['X-Real-IP', '127.0.0.1'],
  ['CF-Connecting-IP', '127.0.0.1'],
])('with %s: %s it is not', (name, value) => {
  expect(isThisMachine(request('127.0.0.1', {[name]: value}))).toBe(false)
})

test('a value that looks like such a header is none', () => {
  expect(isThisMachine(request('127.0.0.1', {'user-agent': 'via'}))).toBe(true)
})
