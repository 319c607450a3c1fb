import {expect, test} from 'vitest'
import {Problem} from '../../api/problem.ts'
import type {SettingKey} from '../../api/sections.ts'
import {
  newRow,
  settingFaults,
  settingsPatch,
  strayFaults,
  typedFrom,
  valuesOf,
  wasOf,
  type TypedRow,
} from './typed-settings.ts'

const key = (path: string, input: SettingKey['input'], columns: readonly SettingKey[] = []): SettingKey => ({
  path,
  input,
  group: 'arr',
  words: [],
  unit: null,
  standard: '',
  accepted: '',
  means: '',
  restarts: false,
  acts: true,
  columns: columns.map(({columns: _none, ...column}) => column),
})
const keys = [
  key('ReSearch', 'flag'),
  key('importMode', 'word'),
  key('ArrErrorCodesToBlocklist', 'list'),
  key('Torrent.StalledDelay', 'figure'),
  key('Torrent.SeedingMode.MaxUploadRatio', 'figure'),
]
const settings = {
  ReSearch: true,
  ArrErrorCodesToBlocklist: ['one', 'two'],
  Other: 5,
  Torrent: {StalledDelay: 15},
}

test('what a section says stands in the form, and what it does not say is empty', () => {
  expect(typedFrom(settings, keys)).toEqual({
    ReSearch: 'true',
    importMode: '',
    ArrErrorCodesToBlocklist: 'one\ntwo',
    'Torrent.StalledDelay': '15',
    'Torrent.SeedingMode.MaxUploadRatio': '',
  })
})

test('only what differs is sent, in the form of the file; empty goes back to the standard', () => {
  const before = typedFrom(settings, keys)
  expect(settingsPatch(before, before, keys)).toEqual({})
  const after = {
    ReSearch: '',
    importMode: 'Copy',
    ArrErrorCodesToBlocklist: 'one\n\n three ',
    'Torrent.StalledDelay': '2h',
    'Torrent.SeedingMode.MaxUploadRatio': '1.5',
  }
  expect(settingsPatch(before, after, keys)).toEqual({
    ReSearch: null,
    importMode: 'Copy',
    ArrErrorCodesToBlocklist: ['one', 'three'],
    Torrent: {StalledDelay: '2h', SeedingMode: {MaxUploadRatio: 1.5}},
  })
})

test('a mistake stands at its field with what was found and what is accepted', () => {
  const fields = [{field: 'settings.Torrent.StalledDelay', found: 'soon', accepted: 'minutes'}]
  const problem = new Problem(400, {code: 'bad_request', detail: 'No.', errors: fields}, null)
  expect(settingFaults(problem)).toEqual({'Torrent.StalledDelay': {found: 'soon', accepted: 'minutes'}})
  expect(settingFaults(new Error('lost'))).toBeNull()
})

const trackers = key('Trackers', 'rows', [
  key('URI', 'text'),
  key('Priority', 'figure'),
  key('AddTags', 'list'),
])
const rows = [
  {URI: 'one.example', Priority: 1, Own: 'kept'},
  {URI: 'two.example', AddTags: ['a']},
]
const typedRows = () => typedFrom({Trackers: rows}, [trackers])['Trackers'] as readonly TypedRow[]
const patchOf = (after: readonly TypedRow[]) =>
  settingsPatch({Trackers: typedRows()}, {Trackers: after}, [trackers])

test('rows are sent whole as soon as one of them differs, with what no column shows', () => {
  const [one, two] = typedRows() as [TypedRow, TypedRow]
  expect(patchOf([one, two])).toEqual({})
  const changed = {...one, typed: {...one.typed, Priority: '5'}}
  expect(patchOf([changed, two])).toEqual({
    Trackers: [{URI: 'one.example', Priority: 5, Own: 'kept'}, rows[1]],
  })
  const emptied = {...two, typed: {...two.typed, AddTags: ''}}
  expect(patchOf([emptied])).toEqual({Trackers: [{URI: 'two.example'}]})
  expect(patchOf([])).toEqual({Trackers: []})
  const fresh = {...newRow('n'), typed: {URI: ' three.example '}}
  expect(patchOf([one, two, fresh])).toEqual({Trackers: [...rows, {URI: 'three.example'}]})
})

test('a name of digits stays a text, a word of digits is a number, pairs that go are taken out', () => {
  const mixed = [key('FailedCategory', 'text'), key('RemoveTorrent', 'word'), key('Maps', 'pairs')]
  const before = typedFrom({Maps: {HD: 'SD', Old: 'x'}}, mixed)
  expect(before['Maps']).toBe('HD = SD\nOld = x')
  const after = {FailedCategory: '1080', RemoveTorrent: '-1', Maps: 'HD = 4K\nNew=SD'}
  expect(settingsPatch(before, after, mixed)).toEqual({
    FailedCategory: '1080',
    RemoveTorrent: -1,
    Maps: {HD: '4K', Old: null, New: 'SD'},
  })
})

test('a secret that is not typed stays, and one that is taken out is sent as nothing', () => {
  const secret = [key('Ombi.OmbiAPIKey', 'secret')]
  const before = typedFrom({}, secret)
  expect(settingsPatch(before, before, secret)).toEqual({})
  expect(settingsPatch(before, {'Ombi.OmbiAPIKey': 'new'}, secret)).toEqual({Ombi: {OmbiAPIKey: 'new'}})
  expect(settingsPatch(before, {'Ombi.OmbiAPIKey': null}, secret)).toEqual({Ombi: {OmbiAPIKey: null}})
})

test('a mistake that stands at no field is reported anyway', () => {
  const fault = {found: '', accepted: 'something'}
  const faults = {'Trackers[1].URI': fault, 'Trackers[0].Strange': fault, Elsewhere: fault}
  expect(strayFaults(faults, [trackers]).map(([path]) => path)).toEqual(['Trackers[0].Strange', 'Elsewhere'])
})

test('what keys were is said of each that is changed, and never of a secret, which no page knows', () => {
  const all = [...keys, key('Ombi.OmbiAPIKey', 'secret')]
  const was = wasOf(all, valuesOf(settings, all))
  expect(was).toEqual({
    ReSearch: true,
    importMode: null,
    ArrErrorCodesToBlocklist: ['one', 'two'],
    'Torrent.StalledDelay': 15,
    'Torrent.SeedingMode.MaxUploadRatio': null,
  })
})
