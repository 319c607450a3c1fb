import {expect, test} from 'vitest'
import type {Rule} from '../../api/rules.ts'
import {modesFor, ruleLines} from './rule-lines.ts'

const rule = (id: string, reason: string | null, actions: readonly string[], mode = 'live'): Rule =>
  ({id, reason, actions, mode}) as unknown as Rule

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

test('what somebody switched off is off, however careful', () => {
  for (const caution of ['watch', 'ask', 'act'] as const) {
    const changes = modesFor(lines, new Set(['stalled', 'seedingDone']), caution)
    expect(changes.filter(({mode}) => mode === 'off').map(({id}) => id)).toEqual([
      'stalled-radarr',
      'stalled-sonarr',
      'seeding',
    ])
  }
})
