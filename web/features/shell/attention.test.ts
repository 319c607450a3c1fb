import {expect, test} from 'vitest'
import type {Arr} from '../../api/arrs.ts'
import {alertsBeside, arrsInTrouble, asksOfArr, waitingOfArr, sectionsFirst} from './attention.ts'

const manager = {
  version: '5',
  is_live: true,
  read_at: 1,
  is_behind: false,
  fault: null,
  queued: 2,
  waiting: 1,
  checks: [],
}
const arr: Arr = {
  id: 'films',
  kind: 'radarr',
  name: 'Films',
  origin: 'file',
  owner: null,
  access: 'own',
  url: null,
  category: 'films',
  enabled: true,
  obstacle: null,
  manager,
}
const away: Arr['manager'] = {...manager, fault: 'The Arr refused the key.', waiting: null}
const obstacle: Arr['obstacle'] = {code: 'secret_missing', detail: '', with: []}

const rule = (id: string, arrs: readonly string[]) => ({id, name: id, reason: 'maxShare', arrs, since: 1})
const asks = (arrId: string | null, count: number) => ({
  rule_id: 'r',
  rule_name: 'R',
  arr_id: arrId,
  count,
  since: 1,
})

test.each([
  ['that answers', arr, 0],
  ['that has not started', {...arr, manager: null}, 0],
  ['that is away or refuses its key', {...arr, manager: away}, 1],
  ['that something keeps off', {...arr, manager: null, obstacle}, 1],
  ['that a person switched off', {...arr, enabled: false, manager: away, obstacle}, 0],
])('an Arr %s', (_, seen, count) => {
  expect(arrsInTrouble([seen])).toHaveLength(count)
})

test('what asks about an Arr is what is about it alone, each decision and each rule', () => {
  const asking = {
    rules: [rule('a', ['films', 'shows']), rule('b', []), rule('c', ['shows'])],
    approvals: [asks('films', 3), asks('shows', 5), asks(null, 7)],
  }
  expect(asksOfArr('films', asking)).toBe(4)
  expect(waitingOfArr(arr, asking)).toBe(5)
  expect(waitingOfArr({...arr, manager: away}, asking)).toBe(4)
  expect(waitingOfArr({...arr, manager: null}, {rules: [], approvals: []})).toBe(0)
})

test('what holds rules back has one line, also where a server, an Arr or the clock shows it already', () => {
  const alert = (code: string, server_id: string | null = null, arr_id: string | null = null) => ({
    id: code,
    since: 1,
    code,
    message: code,
    server_id,
    name: null,
    arr_id,
  })
  const all = [
    alert('internet_down'),
    alert('clock_jumped'),
    alert('another_server', 'nas'),
    alert('arr_away', null, 'films'),
    alert('population_drop', 'nas'),
  ]
  const codes = (shown: Parameters<typeof alertsBeside>[1]) => alertsBeside(all, shown).map(({code}) => code)
  expect(codes({isClockAsked: false, servers: [], arrs: []})).toEqual(all.map(({code}) => code))
  const shown = {isClockAsked: true, servers: [{server_id: 'nas'}], arrs: [{id: 'films'}]}
  expect(codes(shown)).toEqual(['internet_down', 'population_drop'])
})

test('whole sections come first, else all stay in their order', () => {
  const settings = [
    'qBit.Trackers[a.example.org]',
    'Radarr-4K',
    'Settings.Port',
    '"my.box"',
    '"my.box2".Port',
    'Z',
  ]
  expect(sectionsFirst(settings)).toEqual([
    'Radarr-4K',
    '"my.box"',
    'Z',
    'qBit.Trackers[a.example.org]',
    'Settings.Port',
    '"my.box2".Port',
  ])
})

test('none is left out, however many there are', () => {
  const settings = Array.from({length: 3_000}, (_, at) => `Box.Trackers[host-${at}]`)
  expect(sectionsFirst([...settings, 'Box2'])).toEqual(['Box2', ...settings])
})
