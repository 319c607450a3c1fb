import {expect, test} from 'vitest'
import {watchedFoldersIn} from './watched-folders.ts'

test.each([
  ['qBittorrent', {scan_dirs: {'/watch': 0, '/films': '/data/films'}}, ['/watch', '/films']],
  ['qBittorrent without any', {scan_dirs: {}}, []],
  ['qBittorrent before folders had targets', {scan_dirs: ['/a', 1]}, ['/a']],
  ['Transmission', {'watch-dir': '/watch', 'watch-dir-enabled': true}, ['/watch']],
  ['Transmission, turned off', {'watch-dir': '/watch', 'watch-dir-enabled': false}, []],
  ['a server that does not tell', {}, []],
] as const)('folders that a server watches: %s', (_, settings, folders) => {
  expect(watchedFoldersIn(settings)).toEqual(folders)
})
