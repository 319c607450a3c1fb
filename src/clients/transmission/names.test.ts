import {expect, test} from 'vitest'
import {fullFields, trackerFields} from './fields.ts'
import {legacyMethod, legacyName, legacyParams, snakeKeys, snakeName} from './names.ts'
import {sessionFields} from './session.ts'

for (const [method, name, old] of [
  ['torrent_get', 'hash_string', 'hashString'],
  ['torrent_get', 'download_dir', 'downloadDir'],
  ['torrent_add', 'download_dir', 'download-dir'],
  ['session_set', 'download_dir', 'download-dir'],
  ['torrent_get', 'file_count', 'file-count'],
  ['torrent_get', 'peer_limit', 'peer-limit'],
  ['torrent_set', 'files_unwanted', 'files-unwanted'],
  ['torrent_set', 'priority_high', 'priority-high'],
  ['torrent_set', 'seed_ratio_limit', 'seedRatioLimit'],
  ['torrent_set', 'tracker_list', 'trackerList'],
  ['torrent_set', 'sequential_download', 'sequential_download'],
  ['torrent_add', 'bandwidth_priority', 'bandwidthPriority'],
  ['torrent_add', 'paused', 'paused'],
  ['torrent_remove', 'delete_local_data', 'delete-local-data'],
  ['session_set', 'seed_ratio_limited', 'seedRatioLimited'],
  ['session_set', 'speed_limit_down_enabled', 'speed-limit-down-enabled'],
  ['session_get', 'cache_size_mib', 'cache-size-mb'],
  ['free_space', 'path', 'path'],
] as const) {
  test(`${name} of ${method} was ${old}, and is read back`, () => {
    expect(legacyName(method, name)).toBe(old)
    expect(snakeName(old)).toBe(name)
  })
}

test('every field we read comes back under the name we asked for', () => {
  for (const name of [...fullFields(16), ...fullFields(19), ...trackerFields]) {
    expect(snakeName(legacyName('torrent_get', name))).toBe(name)
  }
  for (const name of sessionFields) expect(snakeName(legacyName('session_get', name))).toBe(name)
})

test('methods, field lists and the word for recently active are spelt the old way', () => {
  expect(legacyMethod('torrent_set_location')).toBe('torrent-set-location')
  expect(
    legacyParams('torrent_get', {ids: 'recently_active', fields: ['is_private'], format: 'table'}),
  ).toEqual({ids: 'recently-active', fields: ['isPrivate'], format: 'table'})
})

test('keys are respelt at every depth and values are left alone', () => {
  const answer = {'torrent-added': {hashString: 'aB-c'}, peers: [{isUTP: true, peersFrom: {fromDht: 1}}]}
  expect(snakeKeys(answer)).toEqual({
    torrent_added: {hash_string: 'aB-c'},
    peers: [{is_utp: true, peers_from: {from_dht: 1}}],
  })
})
