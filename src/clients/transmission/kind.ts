import type {ClientKind} from '../kinds/kind.ts'

export const transmission = {
  label: 'Transmission',
  versions: '3.00 and later',
  section: {
    prefix: 'Transmission',
    example: `[Transmission-NAS]
Host = "192.168.1.21"
Port = 9091
UserName = "admin"
Password = "your password"
`,
    foreignVariables: {
      pattern: /^TRANSMISSION_(HOST|URL|RPC_URL|PORT|USER|USERNAME|PASSWORD|PASS)$/,
      begin: 'TRANSMISSION_',
      instead: 'COMMODARR__TRANSMISSION__HOST',
    },
  },
  address: {
    port: 9091,
    path: '/transmission/rpc',
    completes: {folder: '/transmission', page: '/web', api: '/rpc'},
    accepted: 'such as http://host:9091/transmission/rpc',
    placeholder: 'nas.lan:9091',
    hint: 'Host and port of its web page, or the full URL.',
    signs: {path: /\/transmission(?:\/|$)/i, port: 9091},
    words: [],
  },
  fields: ['username', 'categorySource'],
  advice: {
    wrongPath: 'The RPC path is usually /transmission/rpc.',
    tooOld: 'Transmission 3.00 or newer is needed.',
  },
  arr: {names: ['transmission'], byFolder: true},
  categories: {},
  files: {followName: true, unfinishedEnding: '.part', ownFolders: ['incomplete_dir', 'watch_dir']},
  // Its session tells the one that it listens at, also where that was drawn at its start. Source: session-get of its RPC.
  peers: {port: 'peer_port'},
  lookUps: {atOnce: 1, perMinute: 60},
} as const satisfies ClientKind
