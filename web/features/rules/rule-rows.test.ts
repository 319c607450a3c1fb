import {beforeAll, expect, test} from 'vitest'
import type {ListedRule} from '../../api/rules.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {anArr} from '#rules/presets/inherited.fixture.ts'
import {arrPresets} from '#rules/presets/presets.ts'
import {documentOf} from '#rules/write.ts'
import {everything, words} from './all-rules.fixture.ts'
import {plainText} from './sentence-pieces.ts'
import {groupOf, groupsOf, ownOf, type RuleRow} from './rule-rows.ts'

beforeAll(() => speakEnglish())

function listed(section: string, changes: object = {}, mode = 'live'): readonly ListedRule[] {
  const arr = anArr({...everything, trackers: [], ...changes, section, arrId: section})
  return arrPresets(arr).map((rule) => ({
    id: rule.id,
    name: rule.name,
    origin: 'preset',
    mode,
    suspended: null,
    obstacle: null,
    reason: rule.reason,
    actions: rule.do.map(({action}) => action),
    rule: documentOf(rule),
  })) as unknown as readonly ListedRule[]
}

const said = ({says}: RuleRow) =>
  says
    .map((it) => (typeof it === 'string' ? it : it.blank.shown))
    .join('')
    .replaceAll('\u00a0', ' ')
const rowNamed = (rules: readonly ListedRule[], name: string) =>
  groupsOf(rules, words)
    .flatMap(({rows, off}) => [...rows, ...off])
    .filter((it) => it.name === name)

test('presets of several Arrs with the same sentence are one row, which shows which has another value', () => {
  const rules = [...listed('Radarr'), ...listed('Sonarr'), ...listed('Lidarr', {stalledDelay: 6 * 3_600})]
  const [row, ...others] = rowNamed(rules, 'stalled')
  expect(others).toEqual([])
  expect(said(row!)).toContain('idle for 1 h (Lidarr: 6 h) or')
  expect(row!.rules.map(({section}) => section)).toEqual(['Radarr', 'Sonarr', 'Lidarr'])
  // Where each is at home is its own.
  expect(row!.beside.map(plainText).join()).not.toContain('Radarr')
  expect(ownOf(row!.rules[0]!, row!).map(plainText)).toContain('Radarr')
  expect(row!.says.find((it) => typeof it !== 'string' && it.blank.entry?.is === 'quantity')).toMatchObject({
    rules: [{id: 'radarr.stalled'}, {id: 'sonarr.stalled'}],
  })
})

test('many that differ are counted', () => {
  const others = ['B', 'C', 'D', 'E'].flatMap((name, at) => listed(name, {stalledDelay: (at + 2) * 3_600}))
  const [row] = rowNamed([...listed('A1'), ...listed('A2'), ...others], 'stalled')
  expect(said(row!)).toContain('idle for 1 h (4 have other values) or')
})

test('what is switched otherwise is another row, and what is off stands alone', () => {
  const rules = [...listed('Radarr'), ...listed('Sonarr', {}, 'off')]
  const heal = groupsOf(rules, words).find(({group}) => group === 'heal')!
  expect(heal.rows.every((it) => it.rules.every(({rule}) => rule.mode === 'live'))).toBe(true)
  expect(heal.off.map(({name}) => name)).toContain('stalled')
  expect(rowNamed(rules, 'stalled')).toHaveLength(2)
})

test('every rule is in one row', () => {
  const rules = [...listed('Radarr'), ...listed('Sonarr')]
  const all = groupsOf(rules, words).flatMap(({rows, off}) => [...rows, ...off].flatMap((it) => it.rules))
  expect(all.map(({rule}) => rule.id).toSorted()).toEqual(rules.map(({id}) => id).toSorted())
})

test('one that cannot be read is still listed', () => {
  const broken = {
    ...listed('Radarr')[0]!,
    rule: null,
    id: 'r-1',
    origin: 'user',
    name: 'Mine',
    actions: [],
    reason: null,
  }
  expect(rowNamed([broken as unknown as ListedRule], 'Mine')).toMatchObject([{says: [], beside: []}])
})

test.each([
  [['skip'], 'conditionTrue', 'keep'],
  [['failDownload'], 'stalled', 'heal'],
  [['tag', 'arr.search'], 'stalled', 'heal'],
  [['removeWithData'], 'seedingDone', 'share'],
  [['tag'], 'seedingDone', 'share'],
  [['limits'], 'rateLimit', 'share'],
  [['move'], 'conditionTrue', 'move'],
  [['tag'], 'conditionTrue', 'move'],
  [['removeWithData'], 'freeSpace', 'clean'],
  [['orphan.recycle'], 'orphaned', 'clean'],
  [[], null, 'move'],
] as const)('%j because of %s is for %s', (actions, reason, group) => {
  expect(groupOf({actions: [...actions], reason})).toBe(group)
})
