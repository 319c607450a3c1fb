import {expect, test} from 'vitest'
import {foldersIn} from './preferences.ts'

test('folders among settings are known in whatever type they are written, as qBittorrent reads them', () => {
  expect(foldersIn({dht: true, auto_tmm_enabled: true})).toBe(null)
  expect(foldersIn({save_path: '/a', temp_path: '/b', temp_path_enabled: false})).toEqual({
    savePath: '/a',
    incompletePath: '/b',
    usesIncompletePath: false,
  })
  for (const isOn of [true, 1, 'true', 'yes']) {
    expect(foldersIn({temp_path_enabled: isOn})).toEqual({usesIncompletePath: true})
  }
  for (const isOff of [false, 0, '', '0', 'False', null]) {
    expect(foldersIn({temp_path_enabled: isOff})).toEqual({usesIncompletePath: false})
  }
  // Of such a folder nothing can be said.
  expect(foldersIn({save_path: 5, temp_path: null})).toEqual({savePath: '', incompletePath: ''})
})

test('settings that rename what is not whole are known, on or off', () => {
  for (const name of ['incomplete_files_ext', 'use_unwanted_folder'])
    for (const value of [true, false]) expect(foldersIn({[name]: value})).toEqual({renamesUnfinished: true})
  expect(foldersIn({incomplete_files_ext: true, save_path: '/a'})).toEqual({
    savePath: '/a',
    renamesUnfinished: true,
  })
})
