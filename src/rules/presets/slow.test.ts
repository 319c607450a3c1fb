import {expect, test} from 'vitest'
import type {Row} from '../world.fixture.ts'
import {anArr, aTracker, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {slowRules} from './slow.ts'

const slow: Row = {...owned, state: 'downloading', avgEta: 3601, progress: 0.95}

for (const [title, changes, verdict] of [
  ['above MaximumETA', {}, 'yes'],
  ['at MaximumETA', {avgEta: 3600}, 'no'],
  ['just above', {avgEta: 3600.1}, 'yes'],
  ['ETA unknown, or never', {avgEta: undefined}, 'unknown'],
  ['above the deletable share', {progress: 0.951}, 'no'],
  ['stalled', {state: 'stalledDown'}, 'no'],
  ['seeding', {state: 'seeding'}, 'no'],
] as const) {
  test(`B.5 ${title}: slow is ${verdict}`, () => {
    const [rule] = slowRules(anArr({maximumEta: 3600}), true)
    expect(wants(rule!, {...slow, ...changes} as Row)).toBe(verdict)
  })
}

test('B.5 it has to be slow by the average of half an hour, for longer than the young age, and a user has to let it act', () => {
  const [rule] = slowRules(anArr({maximumEta: 3600, youngerThan: 240}), false)
  expect(rule!.mode).toBe('ask')
  expect(rule!.when).toMatchObject({
    all: expect.arrayContaining([{fact: 'avgEta', op: 'gt', value: 3600, window: 1800}]),
  })
  expect(rule).toMatchObject({hold: {for: 240}, concern: 'fate', order: 90, reason: 'slow'})
  expect(rule!.do).toEqual([{action: 'failDownload', params: {search: false, blocklist: true}}])
})

for (const [title, changes] of [
  ['DoNotRemoveSlow switches it off, for trackers too', {keepsSlow: true, maximumEta: 60}],
  ['MaximumETA -1', {maximumEta: null}],
  ['MaximumETA 0', {maximumEta: 0}],
] as const) {
  test(`B.5 ${title}`, () => {
    const trackers = [aTracker('one.test', {maximumEta: changes.maximumEta === 60 ? 60 : 0})]
    expect(slowRules(anArr({trackers, ...changes}), true)).toEqual([])
  })
}

const rows = [aTracker('free.test', {priority: 1}), aTracker('fast.test', {maximumEta: 600, priority: 5})]
const rules = slowRules(anArr({maximumEta: 3600, trackers: rows}), true)

for (const [hosts, eta, section, row] of [
  [['other.test'], 3601, 'yes', 'no'],
  [['fast.test'], 601, 'no', 'yes'],
  [['fast.test'], 600, 'no', 'no'],
  [['FAST.test', 'free.test'], 9999, 'no', 'yes'],
  [['free.test'], 9999, 'yes', 'no'],
  [[], 9999, 'yes', 'no'],
  [undefined, 9999, 'unknown', 'unknown'],
] as const) {
  test(`B.5 trackers ${hosts?.join(' ') ?? 'unknown'}, ${eta} s: section ${section}, tracker ${row}`, () => {
    const seen = {...slow, avgEta: eta, 'tracker.hosts': hosts} as Row
    expect(wants(ruleNamed(rules, 'radarr-4k.slow'), seen)).toBe(section)
    expect(wants(ruleNamed(rules, 'radarr-4k.slow.fast.test'), seen)).toBe(row)
  })
}

test('its rules are taken by those who read and write rules', () => {
  expect(unsound(rules)).toEqual([])
})
