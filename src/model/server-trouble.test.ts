import {expect, test} from 'vitest'
import {needsPerson} from './server-trouble.ts'

const NOW = 100 * 3_600_000
const minutes = (count: number) => NOW - count * 60_000
const health = {status: 'unreachable', reason: 'refused', since: NOW}

test.each<[what: string, parts: Partial<typeof health>, needs: boolean]>([
  ['away for 14 minutes', {since: minutes(14)}, false],
  ['away for over an hour', {since: minutes(61)}, true],
  ['slow', {status: 'degraded', since: minutes(14)}, false],
  ['that has banned us for a while', {status: 'banned', since: minutes(14)}, false],
  ['that connects for long', {status: 'connecting', since: minutes(90)}, false],
  ['with a wrong password', {status: 'auth_failed', since: minutes(1)}, true],
  ['that is too old', {status: 'incompatible', since: minutes(1)}, true],
  ['that is another one', {status: 'warming', reason: 'another_server', since: minutes(1)}, true],
  ['that a person switched off', {status: 'paused', reason: 'disabled', since: minutes(90)}, false],
])('a server %s', (_, parts, needs) => {
  expect(needsPerson({...health, ...parts}, NOW)).toBe(needs)
})
