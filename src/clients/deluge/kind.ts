import type {ClientKind} from '../kinds/kind.ts'

export const deluge = {
  label: 'Deluge',
  versions: '2.0 and later',
  section: {
    prefix: 'Deluge',
    example: `[Deluge-Attic]
Host = "192.168.1.22"
Port = 8112
Password = "your password"
`,
  },
  address: {
    port: 8112,
    path: '',
    accepted: 'such as http://host:8112',
    placeholder: 'nas.lan:8112',
    hint: 'Address of its web page (deluge-web): host and port, or the full URL.',
    signs: {path: /\/deluge(?:\/|$)/i, port: 8112},
    words: [],
  },
  fields: ['basicAuth'],
  advice: {
    wrongPath: 'Give the address at which the page of deluge-web opens, without /json.',
    tooOld: 'Deluge 2.0 or newer is needed.',
  },
  arr: {names: ['deluge']},
  categories: {areLowerCase: true},
  // A torrent takes `download_location` and `move_completed_path` over when it is added, and keeps them: none moves when
  // they change. Source: `TorrentOptions` in deluge/core/torrent.py, preferencesmanager.py of 2.0.3 and 2.2.0.
  files: {
    // Source: `sanitize_filepath` in deluge/core/torrent.py.
    stripsNames: true,
    ownFolders: ['torrentfiles_location', 'autoadd_location', 'plugins_location'],
    // Once: a torrent that was moved has `move_completed` off. Source: `on_alert_torrent_finished` and
    // `on_alert_storage_moved` in deluge/core/torrentmanager.py of 2.0.3 and 2.2.0.
    addedBySettings: {
      savePath: 'download_location',
      completed: {path: 'move_completed_path', isOn: 'move_completed'},
    },
  },
  peers: {port: 'listen_ports', random: 'random_port'},
  lookUps: {atOnce: 1, perMinute: 60},
} as const satisfies ClientKind
