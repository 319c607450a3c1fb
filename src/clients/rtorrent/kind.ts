import type {ClientKind} from '../kinds/kind.ts'

export const rtorrent = {
  label: 'rTorrent',
  versions: '0.9.8 and later',
  section: {
    prefix: 'rTorrent',
    example: `[rTorrent-Seedbox]
Url = "https://seedbox.example/RPC2"
UserName = "me"
Password = "your password"
`,
  },
  address: {
    port: 5000,
    path: '/RPC2',
    takesScgi: true,
    accepted: 'scgi://host:5000, scgi+unix:///path/to/socket or http://host/RPC2',
    placeholder: 'https://box.example/RPC2',
    hint: 'https://host/RPC2 behind a web server, scgi://host:5000, or the path of a socket on this machine.',
    signs: {path: /\/rpc2\b|rutorrent/i, port: 5000},
    words: ['rutorrent'],
    page: {pattern: /^(.*\/rutorrent)\/?$/i, api: '/plugins/httprpc/action.php'},
  },
  fields: ['username', 'socket', 'categorySource', 'allowExecute', 'downloadRoots'],
  advice: {wrongPath: 'The path is usually /RPC2.', tooOld: 'rTorrent 0.9.8 or newer is needed.'},
  arr: {names: ['rtorrent']},
  categories: {},
  files: {mayStayWithLocation: true, mostErased: 20, ownFolders: ['session.path']},
  mayLackAddedAt: true,
  // "Download is private.", tried on 0.9.8.
  peers: {port: 'network.port_range', random: 'network.port_random', refusesPrivate: true},
  lookUps: {atOnce: 1, perMinute: 60},
} as const satisfies ClientKind
