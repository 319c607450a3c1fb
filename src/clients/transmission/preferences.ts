/**
 * Settings of Transmission, in snake_case, that whoever manages a server may change. All others take an administrator,
 * also those of releases to come: among them are programs to run (`script_torrent_…`), who is let in (`rpc_…`), folders
 * that are written to or watched (`download_dir`, `incomplete_dir`, `watch_dir`) and addresses that are asked
 * (`blocklist_url`, `default_trackers`, `proxy_url`).
 *
 * Source: Transmission docs/rpc-spec.md of 3.00, 4.0.6 and 4.1.4, "Session arguments".
 */
export const ownerPreferences: ReadonlySet<string> = new Set([
  // Speed.
  'speed_limit_down',
  'speed_limit_down_enabled',
  'speed_limit_up',
  'speed_limit_up_enabled',
  'alt_speed_down',
  'alt_speed_up',
  'alt_speed_enabled',
  'alt_speed_time_begin',
  'alt_speed_time_end',
  'alt_speed_time_day',
  'alt_speed_time_enabled',
  // Queue.
  'download_queue_enabled',
  'download_queue_size',
  'seed_queue_enabled',
  'seed_queue_size',
  'queue_stalled_enabled',
  'queue_stalled_minutes',
  'start_added_torrents',
  // How long it seeds.
  'seed_ratio_limit',
  'seed_ratio_limited',
  'idle_seeding_limit',
  'idle_seeding_limit_enabled',
  // The swarm.
  'dht_enabled',
  'pex_enabled',
  'lpd_enabled',
  'utp_enabled',
  'tcp_enabled',
  'preferred_transports',
  'encryption',
  'peer_limit_global',
  'peer_limit_per_torrent',
  'peer_port',
  'peer_port_random_on_start',
  'reqq',
  // Files.
  'rename_partial_files',
  'sequential_download',
  'cache_size_mib',
])
