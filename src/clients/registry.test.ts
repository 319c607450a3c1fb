import {expect, test} from 'vitest'
import {serverKinds} from './kinds.ts'
import {preferenceNeeds} from './registry.ts'

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
] as const)('%s: %s is for whoever manages it', (kind, name) => {
  expect(preferenceNeeds(kind, name)).toBe('manage')
})

test.each(serverKinds)('%s: a name that nobody knows takes an administrator', (kind) => {
  for (const name of ['', 'of_a_release_to_come', 'constructor', '__proto__', 'toString'])
    expect(preferenceNeeds(kind, name)).toBe('admin')
})
