import {expect, test} from 'vitest'
import {serverKinds} from './kinds.ts'
import {additionDefaults, foldersIn, mayEndFiles, ownFoldersIn, preferenceNeeds} from './registry.ts'

test.each([
  ['qbittorrent', 'autorun_enabled'],
  ['qbittorrent', 'autorun_program'],
  ['qbittorrent', 'autorun_on_torrent_added_program'],
  ['qbittorrent', 'web_ui_password'],
  ['qbittorrent', 'web_ui_max_auth_fail_count'],
  ['qbittorrent', 'bypass_local_auth'],
  ['qbittorrent', 'bypass_auth_subnet_whitelist'],
  ['qbittorrent', 'alternative_webui_path'],
  ['qbittorrent', 'python_executable_path'],
  ['qbittorrent', 'save_path'],
  ['qbittorrent', 'scan_dirs'],
  ['qbittorrent', 'export_dir'],
  ['qbittorrent', 'file_log_path'],
  ['qbittorrent', 'proxy_ip'],
  ['qbittorrent', 'mail_notification_smtp'],
  ['qbittorrent', 'max_ratio_act'],
  ['qbittorrent', 'add_trackers_url'],
  ['qbittorrent', 'ssrf_mitigation'],
  ['qbittorrent', 'DHT'],
  ['transmission', 'script-torrent-done-filename'],
  ['transmission', 'script_torrent_added_enabled'],
  ['transmission', 'scriptTorrentDoneSeedingFilename'],
  ['transmission', 'rpc-whitelist'],
  ['transmission', 'download-dir'],
  ['transmission', 'incomplete-dir'],
  ['transmission', 'watch-dir'],
  ['transmission', 'blocklist-url'],
  ['transmission', 'default-trackers'],
  ['rtorrent', 'directory.default'],
  ['rtorrent', 'network.http.proxy_address'],
  ['rtorrent', 'network.bind_address'],
  ['rtorrent', 'execute.nothrow'],
] as const)('%s: %s takes an administrator', (kind, name) => {
  expect(preferenceNeeds(kind, name)).toBe('admin')
})

test.each([
  ['qbittorrent', 'dl_limit'],
  ['qbittorrent', 'max_active_downloads'],
  ['transmission', 'speed-limit-down'],
  ['transmission', 'dht_enabled'],
  ['transmission', 'cache-size-mb'],
  ['transmission', 'altSpeedDown'],
  ['rtorrent', 'throttle.max_uploads'],
] as const)('%s: %s is for those who manage it', (kind, name) => {
  expect(preferenceNeeds(kind, name)).toBe('manage')
})

test.each(serverKinds)('%s: an unknown name takes an administrator', (kind) => {
  for (const name of ['', 'of_a_release_to_come', 'constructor', '__proto__', 'toString'])
    expect(preferenceNeeds(kind, name)).toBe('admin')
})

/** Every setting of any kind that names a folder for torrents. */
const folders = {
  save_path: '/data',
  temp_path: '/data/part',
  temp_path_enabled: true,
  'download-dir': '/data',
  'incomplete-dir': '/data/part',
  'incomplete-dir-enabled': true,
  'directory.default': '/data',
  download_location: '/data',
  move_completed: true,
  move_completed_path: '/data/done',
}

test('only qBittorrent moves torrents that it has by a setting', () => {
  const moving = serverKinds.filter((kind) => foldersIn(kind, folders) !== null)
  expect(moving).toEqual(['qbittorrent'])
  expect(foldersIn('qbittorrent', folders)).toEqual({
    savePath: '/data',
    incompletePath: '/data/part',
    usesIncompletePath: true,
  })
  expect(foldersIn('qbittorrent', {dl_limit: 0, auto_tmm_enabled: true})).toBeNull()
})

test('folders among settings are known in whatever type they are written, as qBittorrent reads them', () => {
  for (const isOn of [true, 1, 'true', 'yes']) {
    expect(foldersIn('qbittorrent', {temp_path_enabled: isOn})).toEqual({usesIncompletePath: true})
  }
  for (const isOff of [false, 0, '', '0', 'False', null]) {
    expect(foldersIn('qbittorrent', {temp_path_enabled: isOff})).toEqual({usesIncompletePath: false})
  }
  // Of such a folder nothing can be said.
  const unknown = {savePath: '', incompletePath: ''}
  expect(foldersIn('qbittorrent', {save_path: 5, temp_path: null})).toEqual(unknown)
})

test('settings that rename what is not whole are known, on or off', () => {
  for (const name of ['incomplete_files_ext', 'use_unwanted_folder'])
    for (const value of [true, false])
      expect(foldersIn('qbittorrent', {[name]: value})).toEqual({renamesUnfinished: true})
  expect(foldersIn('qbittorrent', {incomplete_files_ext: true, save_path: '/a'})).toEqual({
    savePath: '/a',
    renamesUnfinished: true,
  })
})

test.each([
  [
    'qbittorrent',
    {temp_path: '/t', export_dir: '/e', export_dir_fin: '', scan_dirs: {'/w': 0, '/v': '/to'}},
    ['/t', '/e', '/w', '/v'],
  ],
  ['transmission', {incomplete_dir: '/i', watch_dir: '/w', download_dir: '/d'}, ['/i', '/w']],
  ['deluge', {torrentfiles_location: '/t', download_location: '/d'}, ['/t']],
  ['rtorrent', {'session.path': '/s', 'directory.default': '/d'}, ['/s']],
] as const)('folders of its own of %s', (kind, settings, folders) => {
  expect(ownFoldersIn(kind, settings)).toEqual(folders)
})

test('settings that have qBittorrent delete what reaches a limit are known by what it is set to then', () => {
  const ends = (values: object, present: object = {}) =>
    mayEndFiles('qbittorrent', {...values}, {...present, ...values})
  for (const name of ['max_ratio', 'max_seeding_time', 'max_inactive_seeding_time']) {
    for (const values of [{[name]: 2}, {[`${name}_enabled`]: true}]) {
      expect([0, 1, 2, 3, 7].map((action) => ends(values, {max_ratio_act: action}))).toEqual([
        false,
        false,
        false,
        true,
        true,
      ])
      expect(ends(values)).toBe(true)
    }
    expect(ends({[`${name}_enabled`]: false, [name]: -1}, {max_ratio_act: 3})).toBe(false)
  }
  expect([0, 3].map((action) => ends({max_ratio_act: action}))).toEqual([false, true])
  expect(ends({dl_limit: 5}, {max_ratio_act: 3})).toBe(false)
  for (const kind of serverKinds.filter((it) => it !== 'qbittorrent'))
    expect(mayEndFiles(kind, {max_ratio: 1}, {max_ratio_act: 3})).toBe(false)
})

test('what Deluge moves once it is complete is known by its settings, where they name a folder that can be compared', () => {
  const at = (move_completed: unknown, move_completed_path: unknown) =>
    additionDefaults('deluge', {download_location: '/d', move_completed, move_completed_path})
  expect(at(true, '/done')).toMatchObject({savePath: '/d', isAutomatic: false, completedPath: '/done'})
  for (const [isOn, path] of [
    [false, '/done'],
    [undefined, '/done'],
    [true, ''],
    [true, 'done'],
    [true, null],
  ])
    expect(at(isOn, path)).toMatchObject({completedPath: null})
  expect(additionDefaults('qbittorrent', {save_path: '/d'})).not.toHaveProperty('completedPath')
  for (const kind of ['transmission', 'rtorrent'] as const)
    expect(additionDefaults(kind, {'download-dir': '/d'})).toBeNull()
})
