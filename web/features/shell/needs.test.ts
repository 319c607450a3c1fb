import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import type {Arr} from '../../api/arrs.ts'
import {needsOf, needsPerson, type Concerns} from './needs.ts'

const NOW = 100 * 3_600_000
const minutes = (count: number) => NOW - count * 60_000

const server = (parts: Partial<LiveServer>) =>
  ({server_id: 'loft', status: 'unreachable', reason: 'refused', since: NOW, ...parts}) as LiveServer

const quiet: Concerns = {
  clock: null,
  alerts: [],
  processes: [],
  rules: [],
  approvals: [],
  notices: [],
  servers: [],
  arrs: [],
  disks: [],
}

test.each<[what: string, parts: Partial<LiveServer>, needs: boolean]>([
  ['away for 14 minutes', {since: minutes(14)}, false],
  ['away for over an hour', {since: minutes(61)}, true],
  ['slow', {status: 'degraded', since: minutes(14)}, false],
  ['that has banned us for a while', {status: 'banned', since: minutes(14)}, false],
  ['with a wrong password', {status: 'auth_failed', since: minutes(1)}, true],
  ['that is too old', {status: 'incompatible', since: minutes(1)}, true],
  ['that is another one', {status: 'warming', reason: 'another_server', since: minutes(1)}, true],
])('a server %s', (_, parts, needs) => {
  expect(needsPerson(server(parts), NOW)).toBe(needs)
})

test('the oldest comes first, the clock before all, and what has no date last', () => {
  const alert = {code: 'disk_missing', message: '', server_id: null, name: null}
  const concerns: Concerns = {
    clock: {ahead_ms: 86_400_000},
    alerts: [
      {...alert, id: 'a', since: minutes(30), arr_id: null},
      {...alert, id: 'b', code: 'arr_away', since: minutes(50), arr_id: 'films'},
    ],
    processes: [{id: 'p', kind: 'arr', name: 'p', why: '', since: minutes(20)}],
    rules: [{id: 'r', name: 'R', reason: 'maxShare', arrs: [], since: minutes(90)}],
    approvals: [{rule_id: 'r', rule_name: 'R', arr_id: null, count: 2, since: minutes(10)}],
    notices: [{id: 'n', at: minutes(80), code: 'rule_notifies', name: 'R', message: '', server_id: null}],
    servers: [server({since: minutes(70)}), server({server_id: 'nas', since: minutes(40)})],
    arrs: [{id: 'shows'}, {id: 'films'}] as Arr[],
    disks: [
      {server: server({server_id: 'late'}), fullAt: NOW + 9},
      {server: server({server_id: 'soon'}), fullAt: NOW + 3},
    ],
  }
  expect(needsOf(concerns, NOW).map(({id}) => id)).toEqual([
    'clock',
    'rule r',
    'notice n',
    'server loft',
    'arr films',
    'alert a',
    'process p',
    'asks r null',
    'arr shows',
    'disk soon',
    'disk late',
  ])
  expect(needsOf(quiet, NOW)).toEqual([])
})
