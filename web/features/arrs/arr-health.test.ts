import {beforeAll, expect, test} from 'vitest'
import type {Arr, ArrObstacle} from '../../api/arrs.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {arrHealth, cureField, troubleOf} from './arr-health.ts'

beforeAll(speakEnglish)

const manager = {
  version: '5.2',
  is_live: true,
  read_at: 1,
  is_behind: false,
  fault: null,
  fault_since: null,
  key_refused: false,
  next_try_at: null,
  queued: 3,
  waiting: 0,
  checks: [],
}
const arr: Arr = {
  id: 'x',
  kind: 'radarr',
  name: 'Films',
  origin: 'user',
  owner: null,
  access: 'own',
  url: 'http://nas:7878',
  category: 'films',
  enabled: true,
  obstacle: null,
  manager,
}
const obstacle = (code: ArrObstacle['code'], ...names: string[]) => ({
  code,
  detail: 'Category is missing.',
  with: names.map((name) => ({id: name, name})),
})

for (const [health, change] of [
  ['live', {}],
  ['polling', {manager: {...manager, is_live: false}}],
  ['reading', {manager: {...manager, queued: null}}],
  ['trouble', {manager: {...manager, queued: null, fault: 'It does not answer.'}}],
  ['resting', {manager: null}],
  ['held', {manager: null, obstacle: obstacle('secret_missing')}],
  ['off', {enabled: false, obstacle: obstacle('secret_missing')}],
] as const) {
  test(`${JSON.stringify(change)} is ${health}`, () => {
    expect(arrHealth({...arr, ...change})).toBe(health)
  })
}

test('others with the same category are named, and where to fix it', () => {
  const held = {...arr, obstacle: obstacle('same_category', 'Cinema')}
  expect(troubleOf(held)).toMatch(/^Cinema has the same category, “films”/)
  expect(cureField(held)).toBe('category')
})

test('of an Arr that the user may not see nothing is shown but that it is there', () => {
  expect(troubleOf({...arr, obstacle: obstacle('same_address')})).toMatch(
    /^An Arr that is not shared with you/,
  )
})

test('a mistake of the file is shown in its words, and is fixed in the file', () => {
  const held = {...arr, obstacle: obstacle('section_off')}
  expect(troubleOf(held)).toContain('Category is missing.')
  expect(cureField(held)).toBeNull()
})

test('nothing is wrong with what is well, or switched off', () => {
  expect([troubleOf(arr), troubleOf({...arr, enabled: false, obstacle: obstacle('secret_missing')})]).toEqual(
    ['', ''],
  )
})
