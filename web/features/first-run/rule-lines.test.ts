import {expect, test} from 'vitest'
import type {Rule} from '../../api/rules.ts'
import {actingRules, modesFor, ruleLines} from './rule-lines.ts'

const rule = (id: string, reason: string | null, actions: readonly string[], mode = 'live'): Rule =>
  ({id, reason, actions, mode, arrs: id.includes('@') ? [id.split('@')[1]] : []}) as unknown as Rule

const rules = [
  rule('import', 'imported', ['arr.refresh']),
  rule('stalled-radarr', 'stalled', ['failDownload']),
  rule('stalled-sonarr', 'stalled', ['failDownload']),
  rule('seeding', 'seedingDone', ['removeWithData']),
  rule('odd', null, ['tag']),
  rule('asleep', 'freeSpace', ['removeWithData'], 'off'),
]
const lines = ruleLines(rules)

test('the rules of all Arrs that do the same are one sentence; what has no rule has none', () => {
  expect(lines.map(({id, rules: its}) => [id, its.map((it) => it.id)])).toEqual([
    ['imported', ['import']],
    ['stalled', ['stalled-radarr', 'stalled-sonarr']],
    ['seedingDone', ['seeding']],
    ['freeSpace', ['asleep']],
    ['others', ['odd']],
  ])
  expect(ruleLines([])).toEqual([])
})

test('who acts changes nothing of them, who is asked first is asked before removals alone', () => {
  expect(modesFor(lines, new Set(), 'act')).toEqual([])
  expect(modesFor(lines, new Set(), 'watch')).toEqual([])
  expect(modesFor(lines, new Set(), 'ask')).toEqual([
    {id: 'stalled-radarr', mode: 'ask'},
    {id: 'stalled-sonarr', mode: 'ask'},
    {id: 'seeding', mode: 'ask'},
  ])
})

test('what a user switched off is off, however careful', () => {
  for (const caution of ['watch', 'ask', 'act'] as const) {
    const changes = modesFor(lines, new Set(['stalled', 'seedingDone']), caution)
    expect(changes.filter(({mode}) => mode === 'off').map(({id}) => id)).toEqual([
      'stalled-radarr',
      'stalled-sonarr',
      'seeding',
    ])
  }
})

const arr = (id: string, settings: object = {}) => ({
  id,
  name: id.toUpperCase(),
  settings: settings as Readonly<Record<string, unknown>>,
  obstacle: null,
})
const stalledAt = (id: string) => rule(`stalled@${id}`, 'stalled', ['failDownload'])

test('what is sent to Arrs has its values; of what no Arr owns the sentence has none', () => {
  const told = ruleLines([stalledAt('radarr'), rule('films', 'stalled', ['remove'])], [arr('radarr')])
  expect(told.map(({says, values, rules: its}) => [says, values, its.map(({id}) => id)])).toEqual([
    ['setup.rules.stalled.slow', ['stalled', 'slow'], ['stalled@radarr']],
    ['setup.rules.stalled', [], ['films']],
    // No rule removes what has seeded yet: one does when somebody gives it a limit.
    ['setup.rules.seeding.either', ['time', 'ratio'], []],
  ])
})

test('Arrs that differ in what they do are distinguished', () => {
  const both = {Torrent: {DoNotRemoveSlow: true, SeedingMode: {RemoveTorrent: 4}}}
  const told = ruleLines([stalledAt('radarr'), stalledAt('sonarr')], [arr('radarr', both), arr('sonarr')])
  expect(told.map(({says, isOfSome, arrs}) => [says, isOfSome, arrs.map(({name}) => name)])).toEqual([
    ['setup.rules.stalled.for', true, ['RADARR']],
    ['setup.rules.stalled.slow', true, ['SONARR']],
    ['setup.rules.seeding.both', true, ['RADARR']],
    ['setup.rules.seeding.either', true, ['SONARR']],
  ])
  expect(new Set(told.map(({id}) => id)).size).toBe(4)
})

test('a label is not what a sentence says', () => {
  const label = rule('label@radarr', 'seedingDone', ['tag'])
  const [, seeding] = ruleLines([label], [arr('radarr')])
  expect(actingRules(seeding!)).toEqual([])
})
