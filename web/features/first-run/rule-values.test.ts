import {describe, expect, test} from 'vitest'
import {changeOf, readValue, removalModeOf, replacesSlow, sharedValue, shownSetting} from './rule-lines.ts'

const keys = [
  {path: 'Torrent.StalledDelay', standard: '15', unit: 'minutes'},
  {path: 'Torrent.MaximumETA', standard: '86400', unit: 'seconds'},
  {path: 'Torrent.SeedingMode.MaxSeedingTime', standard: '-1', unit: 'seconds'},
  {path: 'Torrent.SeedingMode.MaxUploadRatio', standard: '-1', unit: null},
] as const

describe('a value as a sentence shows it', () => {
  test.each([
    ['stalled', {}, '15 min'],
    ['stalled', {Torrent: {StalledDelay: 90}}, '1 h 30 min'],
    ['stalled', {Torrent: {StalledDelay: '90'}}, '1 h 30 min'],
    ['stalled', {Torrent: {StalledDelay: '2h'}}, '2 h'],
    // The program makes a minute of it.
    ['stalled', {Torrent: {StalledDelay: '30s'}}, '1 min'],
    ['stalled', {Torrent: {StalledDelay: -1}}, null],
    ['slow', {}, '1 d'],
    ['time', {}, null],
    ['time', {Torrent: {SeedingMode: {MaxSeedingTime: '14d'}}}, '14 d'],
    ['time', {Torrent: {SeedingMode: {MaxSeedingTime: 1_209_600}}}, '14 d'],
    ['ratio', {}, null],
    ['ratio', {Torrent: {SeedingMode: {MaxUploadRatio: 2.5}}}, '2.5'],
    // Nobody can read it: as it stands there.
    ['time', {Torrent: {SeedingMode: {MaxSeedingTime: 'some day'}}}, 'some day'],
  ] as const)('%s of %j is %s', (name, settings, shown) => {
    expect(shownSetting(name, settings, keys)).toBe(shown)
  })

  test('several Arrs have one value, or they differ', () => {
    expect(sharedValue(['1 h', '1 h'])).toBe('1 h')
    expect(sharedValue([null, null])).toBe(null)
    expect(sharedValue([null, '1 h'])).toBe(undefined)
    expect(sharedValue([])).toBe(null)
  })
})

describe('what a user types', () => {
  test.each([
    ['time', '14 d', {value: '14d'}],
    ['time', '14 days', {value: '14days'}],
    ['time', '1 h 30 min', {value: '1h30min'}],
    ['time', '1.5h', {value: '1.5h'}],
    ['stalled', 'never', {value: -1}],
    ['stalled', ' Never ', {value: -1}],
    ['stalled', '', {value: -1}],
    ['ratio', '2', {value: 2}],
    ['ratio', '2,5', {value: 2.5}],
    // 14 of what? As the file has it they were seconds.
    ['time', '14', {fault: 'unit'}],
    ['stalled', '1.5', {fault: 'unit'}],
    ['time', 'soon', {fault: 'time'}],
    ['time', '-3 d', {fault: 'time'}],
    // In the file it is a month, and elsewhere minutes.
    ['stalled', '15M', {fault: 'time'}],
    ['ratio', 'twice', {fault: 'number'}],
    ['ratio', '-1', {fault: 'number'}],
  ] as const)('as %s %j is %j', (name, typed, read) => {
    expect(readValue(name, typed, 'never')).toEqual(read)
  })

  test('what is shown can be typed again', () => {
    for (const seconds of [60, 3_600, 5_400, 90_061, 1_209_600]) {
      const shown = shownSetting('time', {Torrent: {SeedingMode: {MaxSeedingTime: seconds}}}, keys)!
      const read = readValue('time', shown, 'never')
      const again = {Torrent: {SeedingMode: {MaxSeedingTime: 'value' in read ? read.value : ''}}}
      expect(shownSetting('time', again, keys)).toBe(shown)
    }
  })
})

test('a limit for seeding has torrents removed where nothing did, and leaves what a user set', () => {
  const path = 'Torrent.SeedingMode.MaxUploadRatio'
  const both = {Torrent: {SeedingMode: {RemoveTorrent: 4}}}
  expect(changeOf('ratio', 2, {})).toEqual({[path]: 2, 'Torrent.SeedingMode.RemoveTorrent': 3})
  expect(changeOf('ratio', 2, both)).toEqual({[path]: 2})
  expect(changeOf('ratio', -1, {})).toEqual({[path]: -1})
  expect(changeOf('stalled', '1h', {})).toEqual({'Torrent.StalledDelay': '1h'})
  expect([removalModeOf({}), removalModeOf(both)]).toEqual(['never', 'both'])
  expect([replacesSlow({}), replacesSlow({Torrent: {DoNotRemoveSlow: true}})]).toEqual([true, false])
})
