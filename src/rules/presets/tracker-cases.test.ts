import {expect, test} from 'vitest'
import {aTracker} from './inherited.fixture.ts'
import {bestRow, trackerGrounds} from './tracker-cases.ts'

const ofFile = aTracker('a.tide.example', {maxRatio: 5})
const ofProfile = (host: string, priority: number) =>
  aTracker(host, {isOfProfile: true, isDomain: host === 'tide.example', priority, maxRatio: 1})

test('rows of the file come before those of profiles, whatever priority a profile has', () => {
  const [same, domain] = [ofProfile('a.tide.example', 90), ofProfile('tide.example', 80)]
  const rows = [same, domain, ofFile]
  expect(bestRow(rows, ['a.tide.example'])).toBe(ofFile)
  expect(bestRow(rows, ['b.tide.example'])).toBe(domain)
  expect(bestRow([ofProfile('b.example', 1), domain], ['b.example', 'b.tide.example'])).toBe(domain)
})

test('a row of the file that holds on every server comes before the profile of its host on one server', () => {
  const on = {server: 'nas', trackers: [ofProfile('a.tide.example', 90)]}
  const grounds = trackerGrounds({trackers: [], serverTrackers: [on], sharedTrackers: [ofFile]})
  expect(grounds.map(({trackers}) => trackers)).toEqual([[ofFile], [ofFile]])
})
