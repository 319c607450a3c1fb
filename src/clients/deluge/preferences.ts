/**
 * Settings of Deluge that whoever manages a server may change. All others take an administrator, also those of releases
 * to come: among them are who is let in (`allow_remote`, `daemon_port`), plugins (`enabled_plugins`, `plugins_location`),
 * folders that are written to (`download_location`, `move_completed_path`, `torrentfiles_location`) and where it connects
 * through (`proxy`, `listen_interface`, `outgoing_interface`).
 *
 * Source: `DEFAULT_PREFS` in deluge/core/preferencesmanager.py of 2.0.3 and 2.2.0.
 */
export const ownerPreferences: ReadonlySet<string> = new Set([
  // Speed.
  'max_download_speed',
  'max_upload_speed',
  'max_download_speed_per_torrent',
  'max_upload_speed_per_torrent',
  'rate_limit_ip_overhead',
  'ignore_limits_on_local_network',
  // Connections.
  'max_connections_global',
  'max_connections_per_torrent',
  'max_connections_per_second',
  'max_half_open_connections',
  'max_upload_slots_global',
  'max_upload_slots_per_torrent',
  // Queue.
  'auto_managed',
  'auto_manage_prefer_seeds',
  'max_active_downloading',
  'max_active_seeding',
  'max_active_limit',
  'dont_count_slow_torrents',
  'queue_new_to_top',
  'add_paused',
  // How long it seeds.
  'stop_seed_at_ratio',
  'stop_seed_ratio',
  'share_ratio_limit',
  'seed_time_limit',
  'seed_time_ratio_limit',
  // The swarm.
  'dht',
  'lsd',
  'utpex',
  'enc_in_policy',
  'enc_out_policy',
  'enc_level',
  'listen_ports',
  'random_port',
  'outgoing_ports',
  'random_outgoing_ports',
  'peer_tos',
  // Files.
  'pre_allocate_storage',
  'prioritize_first_last_pieces',
  'sequential_download',
  'super_seeding',
  'cache_size',
  'cache_expiry',
])
