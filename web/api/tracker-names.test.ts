import {expect, test} from 'vitest'
import {trackerNames, type TrackerProfile} from './tracker-names.ts'

test('a host that two people have profiles of has the names of both, and the color of the first', () => {
  const profile = (name: string, colour: string | null, hosts: readonly string[], origin = 'user') =>
    ({name, colour, seen_hosts: hosts, origin}) as unknown as TrackerProfile
  const names = trackerNames([
    profile('Tide', '#111111', ['a.example']),
    profile('Mark', null, ['a.example', 'b.example']),
    profile('Mark', null, ['b.example']),
    profile('row', null, ['c.example'], 'file'),
  ])
  expect([...names]).toEqual([
    ['a.example', {name: 'Mark / Tide', colour: '#111111', isOneOfSeveral: true}],
    ['b.example', {name: 'Mark', colour: null, isOneOfSeveral: true}],
  ])
})
