import {beforeAll, expect, test} from 'vitest'
import {arrShape} from '#config/schema/schema-arrs.ts'
import type {Shape} from '#config/schema/fields.ts'
import {settingKeys} from '#registry/arrs/setting-keys.ts'
import {anArr} from '#rules/presets/inherited.fixture.ts'
import {arrPresets} from '#rules/presets/presets.ts'
import {documentOf} from '#rules/write.ts'
import type {ListedRule} from '../../api/rules.ts'
import type {SettingKey} from '../../api/sections.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {textIfAny} from '../../i18n/text.ts'
import {everything, words} from '../rules/all-rules.fixture.ts'
import {groupsOf} from '../rules/rule-rows.ts'
import {
  arrRowsOf,
  arrSentences,
  formKeys,
  offSentences,
  sentencesOfKey,
  standingSentences,
  type ArrGroup,
} from './arr-sentences.ts'
import {settingChoices, settingEdit, settingWords} from './setting-blank.ts'
import {changedPaths, startOf} from './setting-changes.ts'

beforeAll(() => speakEnglish())

/** As the API gives them. */
const keys = new Map(
  (settingKeys() as readonly unknown[] as readonly SettingKey[]).map((key) => [key.path, key]),
)

function rowsOf(changes: object = {}, off: readonly string[] = []) {
  const rules = arrPresets(anArr({...everything, ...changes})).map((rule) => ({
    id: rule.id,
    name: rule.name,
    origin: 'preset',
    mode: off.includes(rule.id) ? 'off' : rule.mode,
    suspended: null,
    obstacle: null,
    reason: rule.reason,
    actions: rule.do.map(({action}) => action),
    rule: documentOf(rule),
  })) as unknown as readonly ListedRule[]
  const all = groupsOf(rules, words).flatMap((it) => [...it.rows, ...it.off])
  return Object.fromEntries(arrRowsOf(all).map((it) => [it.group, it])) as Record<
    ArrGroup,
    ReturnType<typeof arrRowsOf>[number]
  >
}
const names = (rows: readonly {readonly name: string}[]) => rows.map(({name}) => name)

/** Paths of all keys of a section, tables within it included. */
function pathsOf(shape: Shape, above = ''): readonly string[] {
  return Object.entries(shape).flatMap(([key, node]) =>
    node.node === 'table' ? pathsOf(node.shape, `${above}${key}.`) : [`${above}${key}`],
  )
}

test('every key of the section of an Arr belongs to a sentence, and every sentence to keys that there are', () => {
  const all = pathsOf(arrShape)
  expect(all.filter((path) => sentencesOfKey(path).length === 0)).toEqual([])
  const named = Object.values(arrSentences).flatMap((it) => [...it.keys, ...it.besides])
  expect(named.filter((path) => !all.includes(path))).toEqual([])
})

test('the table of all settings and the dialog of the Arr have every key of the section', () => {
  expect([...keys.keys(), ...formKeys].toSorted()).toEqual(pathsOf(arrShape).toSorted())
})

test('rules stand in the group of what they do for a download', () => {
  const {heal, import: importing, share, search} = rowsOf()
  expect(names(heal.rows)).toEqual(
    expect.arrayContaining(['stalled', 'unwanted files', 'rejected by the Arr']),
  )
  expect(names(importing.rows)).toEqual([
    'waits to be imported',
    'complete',
    'unwanted files left behind',
    'waits for a person',
  ])
  expect(names(share.rows)).toEqual(expect.arrayContaining(['seeded enough', 'dead trackers']))
  expect(names(search.rows)).toEqual([])
})

test('every rule of an Arr stands once, those that only set tags apart from the others', () => {
  const groups = Object.values(rowsOf())
  const all = groups.flatMap(({rows, labels, off}) => [...rows, ...labels, ...off]).map(({id}) => id)
  expect(all.toSorted()).toEqual(
    arrPresets(anArr(everything))
      .map(({id}) => id as string)
      .toSorted(),
  )
  expect(names(groups.flatMap(({labels}) => labels))).toEqual(
    expect.arrayContaining(['seeds', 'does not seed yet', 'it moves again']),
  )
})

test('what is switched off, and what no setting asks for, stands at the end of its group', () => {
  const {
    heal,
    share,
    import: importing,
  } = rowsOf({maximumEta: null, filtersFiles: false, removal: -1, trackers: [], clearsFolders: false}, [
    'radarr-4k.stalled',
  ])
  expect(names(heal.off)).toEqual(['stalled'])
  expect(heal.unset).toEqual(['slow', 'files', 'worse'])
  expect(importing.unset).toEqual(['leftovers'])
  expect(share.unset).toEqual(['seeded'])
})

test('every sentence of settings has its words, and names keys that it is about', () => {
  for (const id of [...standingSentences, ...offSentences]) {
    const says = textIfAny(`arr-rules.says.${id}`)
    expect(says, id).not.toBeNull()
    const its = new Set(arrSentences[id].keys.map((path) => path.slice(path.lastIndexOf('.') + 1)))
    const named = [...(rawText(id).matchAll(/\{\{(\w+)\}\}/g) ?? [])].map(([, name]) => name!)
    expect(
      named.filter((name) => name !== 'arr' && !its.has(name)),
      id,
    ).toEqual([])
  }
})

/** With the marks for its values as they are. */
function rawText(id: string): string {
  const marks = [...keys.keys(), 'arr'].map((path) => path.slice(path.lastIndexOf('.') + 1))
  return textIfAny(`arr-rules.says.${id}`, Object.fromEntries(marks.map((it) => [it, `{{${it}}}`]))) ?? ''
}

test.each([
  ['ReSearch', {}, 'does not search again'],
  ['ReSearch', {ReSearch: true}, 'searches again'],
  ['RssSyncTimer', {}, 'every 15 min'],
  ['RssSyncTimer', {RssSyncTimer: 0}, 'never'],
  ['importMode', {}, 'hard link, else copy'],
  ['Torrent.StalledDelay', {Torrent: {StalledDelay: '1h30m'}}, '1 h 30 min'],
  ['Torrent.IgnoreTorrentsYoungerThan', {}, 'as in [Settings]'],
  [
    'Torrent.FileExtensionAllowlist',
    {Torrent: {FileExtensionAllowlist: ['.mkv', '.mp4']}},
    '2 types of files',
  ],
  ['Torrent.FileExtensionAllowlist', {}, 'all types of files'],
  ['Torrent.SeedingMode.UploadRateLimitPerTorrent', {}, 'no limit'],
  [
    'Torrent.SeedingMode.UploadRateLimitPerTorrent',
    {Torrent: {SeedingMode: {UploadRateLimitPerTorrent: 1_024}}},
    '1.00 MiB/s',
  ],
  ['Torrent.SeedingMode.RemoveTorrent', {Torrent: {SeedingMode: {RemoveTorrent: 3}}}, 'at either'],
  ['Torrent.Trackers', {}, 'No tracker has'],
] as const)('%s of %j is “%s”', (path, settings, shown) => {
  expect(settingWords(keys.get(path)!, settings).replaceAll('\u00a0', ' ')).toBe(shown)
})

test('a choice has words for each of its values', () => {
  const labels = settingChoices(keys.get('Torrent.SeedingMode.RemoveTorrent')!).map(({label}) => label)
  expect(labels).toEqual(['never', 'at the ratio', 'at the time', 'at either', 'at both'])
})

test('what is typed is changed, and taken back to what it was', () => {
  const key = keys.get('Torrent.StalledDelay')!
  expect(settingEdit(key, {}, '6h')).toEqual({
    change: {Torrent: {StalledDelay: '6h'}},
    back: {Torrent: {StalledDelay: null}},
  })
  expect(settingEdit(key, {Torrent: {StalledDelay: 20}}, '')).toEqual({
    change: {Torrent: {StalledDelay: null}},
    back: {Torrent: {StalledDelay: 20}},
  })
})

test('what is turned on gets the values without which it would do nothing, and is taken back whole', () => {
  const about = (settings: object) => ({settings: settings as Record<string, unknown>, keys})
  expect(startOf('seeded', about({}))).toMatchObject({
    change: {
      'Torrent.SeedingMode.RemoveTorrent': 3,
      'Torrent.SeedingMode.MaxUploadRatio': 2,
      'Torrent.SeedingMode.MaxSeedingTime': '14d',
    },
    back: {
      'Torrent.SeedingMode.RemoveTorrent': null,
      'Torrent.SeedingMode.MaxUploadRatio': null,
      'Torrent.SeedingMode.MaxSeedingTime': null,
    },
  })
  const limited = {Torrent: {SeedingMode: {MaxUploadRatio: 1.5}}}
  expect(startOf('seeded', about(limited)).change).toEqual({'Torrent.SeedingMode.RemoveTorrent': 3})
  expect(startOf('slow', about({Torrent: {MaximumETA: -1, DoNotRemoveSlow: true}})).change).toEqual({
    'Torrent.DoNotRemoveSlow': false,
    'Torrent.MaximumETA': '1d',
  })
  expect(startOf('files', about({})).change).toBeNull()
  expect(startOf('leftovers', about({})).lacks).toBe('Torrent.FileExtensionAllowlist')
  expect(startOf('leftovers', about({Torrent: {FileExtensionAllowlist: ['.mkv']}})).lacks).toBeNull()
})

test('a key that two sentences share belongs to both', () => {
  expect(sentencesOfKey('Torrent.MaximumDeletablePercentage')).toEqual(['stalled', 'slow', 'worse'])
  expect(changedPaths({Torrent: {A: 1, B: [1]}}, {Torrent: {A: 1, B: [2]}, C: true})).toEqual([
    'Torrent.B',
    'C',
  ])
})
