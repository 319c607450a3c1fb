import type {ClientKind} from '../kinds/kind.ts'

export const qbittorrent = {
  label: 'qBittorrent',
  versions: '4.4 and later',
  section: {
    prefix: 'qBit',
    isInherited: true,
    example: `[qBit]
Host = "192.168.1.20"
Port = 8080
UserName = "admin"
Password = "your password"
`,
  },
  address: {
    port: 8080,
    absentPort: {
      port: 8105,
      remark: 'Port is absent; 8105 is used, as ever. qBittorrent itself listens on 8080.',
    },
    path: '',
    accepted: 'such as http://host:8080',
    placeholder: 'nas.lan:8080',
    hint: 'Address of its web page: host and port, or the full URL.',
    signs: {path: /qbit/i, port: 8080},
    words: ['qbit', 'qbt'],
  },
  fields: ['username', 'apiKey', 'basicAuth'],
  advice: {
    wrongPath: 'Give the address at which its web page opens, without /api.',
    tooOld: 'qBittorrent 4.3.9 or newer is needed, 4.4.0 or newer for everything.',
  },
  arr: {names: ['qbittorrent']},
  categories: {haveFolders: true},
  files: {
    // By them it moves what it manages by category; with `save_path_changed_tmm_enabled` off it stops managing that
    // instead. Source: `SessionImpl::setSavePath`, `setDownloadPath` and `setDownloadPathEnabled` of 4.4 to 5.1.
    movedBySettings: {
      savePath: 'save_path',
      incompletePath: 'temp_path',
      usesIncompletePath: 'temp_path_enabled',
    },
    // Source: `SessionImpl::suggestedSavePath` and `initLoadTorrentParams`; tried on 4.5.2 and 5.3.0.
    addedBySettings: {
      savePath: 'save_path',
      byCategory: {automatic: 'auto_tmm_enabled', categoryFolders: 'use_category_paths_in_manual_mode'},
      layout: {
        name: 'torrent_content_layout',
        values: {Original: 'original', Subfolder: 'subfolder', NoSubfolder: 'noSubfolder'},
      },
    },
    // Of those that it watches the folders are the keys. Source: Web API sheet §6.4.
    ownFolders: ['temp_path', 'export_dir', 'export_dir_fin', 'scan_dirs'],
    // Source: `limit-ends.ts`.
    endedBySettings: {
      action: 'max_ratio_act',
      spares: [0, 1, 2],
      limits: [
        'max_ratio',
        'max_ratio_enabled',
        'max_seeding_time',
        'max_seeding_time_enabled',
        'max_inactive_seeding_time',
        'max_inactive_seeding_time_enabled',
      ],
    },
    // Source: `TorrentImpl::manageActualFilePaths`.
    renamedBySettings: ['incomplete_files_ext', 'use_unwanted_folder'],
    unfinishedEnding: '.!qB',
    movesIfThere: true,
    // Source: `TorrentsController::setLocationAction` and `addAction`, which trim what they are sent.
    trimsFolders: true,
  },
  peers: {port: 'listen_port', random: 'random_port'},
  lookUps: {atOnce: 2, perMinute: 120},
} as const satisfies ClientKind
