import type {DefaultFolders} from '#model/server.ts'

/**
 * Settings of qBittorrent that whoever manages a server may change. All others take an administrator, also those of
 * releases to come: among them are programs to run (`autorun_…`), who is let in (`web_ui_…`, `bypass_…`), folders that
 * are written to or watched (`save_path`, `scan_dirs`, `export_dir`), addresses that are asked (`proxy_…`, `mail_…`,
 * `add_trackers_url`) and what removes data (`max_ratio_act`).
 *
 * Source: Web API sheet §6.4; names in answers of 4.5.2, 5.1.0 and 5.3.0 (`lab/recordings`).
 */
export const ownerPreferences: ReadonlySet<string> = new Set([
  // Speed.
  'dl_limit',
  'up_limit',
  'alt_dl_limit',
  'alt_up_limit',
  'limit_lan_peers',
  'limit_tcp_overhead',
  'limit_utp_rate',
  'scheduler_enabled',
  'scheduler_days',
  'schedule_from_hour',
  'schedule_from_min',
  'schedule_to_hour',
  'schedule_to_min',
  // Queue.
  'queueing_enabled',
  'max_active_checking_torrents',
  'max_active_downloads',
  'max_active_torrents',
  'max_active_uploads',
  'dont_count_slow_torrents',
  'slow_torrent_dl_rate_threshold',
  'slow_torrent_inactive_timer',
  'slow_torrent_ul_rate_threshold',
  'add_to_top_of_queue',
  'add_stopped_enabled',
  'start_paused_enabled',
  // How long it seeds.
  'max_ratio',
  'max_ratio_enabled',
  'max_seeding_time',
  'max_seeding_time_enabled',
  'max_inactive_seeding_time',
  'max_inactive_seeding_time_enabled',
  // The swarm.
  'dht',
  'pex',
  'lsd',
  'encryption',
  'anonymous_mode',
  'bittorrent_protocol',
  'utp_tcp_mixed_mode',
  'listen_port',
  'random_port',
  'max_connec',
  'max_connec_per_torrent',
  'max_uploads',
  'max_uploads_per_torrent',
  'connection_speed',
  'enable_multi_connections_from_same_ip',
  'block_peers_on_privileged_ports',
  'banned_IPs',
  'announce_to_all_tiers',
  'announce_to_all_trackers',
  'reannounce_when_address_changed',
  'max_concurrent_http_announces',
  'stop_tracker_timeout',
  'resolve_peer_countries',
  'peer_turnover',
  'peer_turnover_cutoff',
  'peer_turnover_interval',
  'upload_choking_algorithm',
  'upload_slots_behavior',
  'enable_upload_suggestions',
  'request_queue_size',
  // Files.
  'preallocate_all',
  'incomplete_files_ext',
  'use_unwanted_folder',
  'excluded_file_names',
  'excluded_file_names_enabled',
  'torrent_content_layout',
  'torrent_stop_condition',
  'recheck_completed_torrents',
  'merge_trackers',
  // Memory and disk.
  'async_io_threads',
  'hashing_threads',
  'checking_memory_use',
  'disk_cache',
  'disk_cache_ttl',
  'disk_io_read_mode',
  'disk_io_type',
  'disk_io_write_mode',
  'disk_queue_size',
  'enable_coalesce_read_write',
  'enable_piece_extent_affinity',
  'file_pool_size',
  'save_resume_data_interval',
  'send_buffer_low_watermark',
  'send_buffer_watermark',
  'send_buffer_watermark_factor',
  'socket_backlog_size',
  // How it looks.
  'locale',
  'refresh_interval',
])

/**
 * Folders among settings, by which it moves what it manages by category; `null` = none. What has another type it reads as
 * `QVariant` does: 1 and "true" turn the folder of what is not complete on.
 *
 * Source: `SessionImpl::setSavePath`, `setDownloadPath` and `setDownloadPathEnabled` of 4.4 to 5.1. It stops managing
 * those torrents instead while `save_path_changed_tmm_enabled` is off. `.!qB` behind the names of what is not whole, and
 * the folder of what is not wanted, change files at once, too (`TorrentImpl::manageActualFilePaths`).
 */
export function foldersIn(values: Readonly<Record<string, unknown>>): DefaultFolders | null {
  const {save_path: saves, temp_path: keeps, temp_path_enabled: isOn} = values
  const renames = values['incomplete_files_ext'] !== undefined || values['use_unwanted_folder'] !== undefined
  const folders = {
    ...(saves !== undefined && {savePath: textIn(saves)}),
    ...(keeps !== undefined && {incompletePath: textIn(keeps)}),
    ...(isOn !== undefined && {usesIncompletePath: yesNoIn(isOn)}),
    ...(renames && {renamesUnfinished: true as const}),
  }
  return Object.keys(folders).length === 0 ? null : folders
}

/** '' = a folder of which nothing can be said. */
function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function yesNoIn(value: unknown): boolean {
  return typeof value === 'string' ? !/^(?:|0|false)$/i.test(value) : Boolean(value)
}
