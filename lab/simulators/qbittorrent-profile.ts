/** What the simulated versions of qBittorrent do differently, as recorded and as its Web API sheet says. */

export interface QbittorrentProfile {
  /** `v5.1.0`, as `app/version` says it. */
  readonly version: string
  readonly api: string
  /** 5.x: stop, start, `stopped*`; before: pause, resume, `paused*`. */
  readonly saysStop: boolean
  /** From 4.5 a wrong method is 405. */
  readonly enforcesMethod: boolean
  /** From 5.2: 204 and 401 at login, the port in the cookie's name, JSON from `torrents/add`. */
  readonly isNewWeb: boolean
  /** From 4.6.7 an unacknowledged answer leaves holes: only the latest part of each torrent is kept. */
  readonly losesAnswers: boolean
  /** Parameters `torrents/setShareLimits` cannot do without. */
  readonly shareLimits: readonly string[]
  readonly listsComment: boolean
  readonly listsPieces: boolean
  /** Calls that exist. */
  has(call: string): boolean
}

type Version = readonly [number, number, number]

/** Released versions and the Web API in them. */
const apis: readonly (readonly [Version, string])[] = [
  [[5, 3, 0], '2.16.2'],
  [[5, 2, 0], '2.15.1'],
  [[5, 1, 0], '2.11.4'],
  [[5, 0, 0], '2.11.2'],
  [[4, 6, 7], '2.9.3'],
  [[4, 6, 0], '2.9.2'],
  [[4, 5, 0], '2.8.19'],
  [[4, 4, 0], '2.8.5'],
  [[4, 3, 9], '2.8.2'],
  [[4, 2, 0], '2.5.0'],
]

/** First version of each call that was not always there, and of the end of two that are gone. */
const since: Readonly<Record<string, Version>> = {
  'torrents/stop': [5, 0, 0],
  'torrents/start': [5, 0, 0],
  'torrents/export': [4, 5, 0],
  'transfer/setSpeedLimitsMode': [4, 5, 0],
  'torrents/count': [4, 6, 7],
  'torrents/setTags': [5, 1, 0],
  'torrents/addWebSeeds': [5, 1, 0],
  'torrents/removeWebSeeds': [5, 1, 0],
  'app/cookies': [5, 1, 0],
  'app/setCookies': [5, 1, 0],
  'torrents/setComment': [5, 2, 0],
  'torrents/pieceAvailability': [5, 2, 0],
  'app/processInfo': [5, 2, 0],
  'app/getFreeSpaceAtPath': [5, 3, 0],
}
const until: Readonly<Record<string, Version>> = {'torrents/pause': [5, 0, 0], 'torrents/resume': [5, 0, 0]}

/** @param version `4.4.5` to `5.3.0`; older ones too, to be refused */
export function qbittorrentProfile(version: string): QbittorrentProfile {
  const own = parse(version)
  const from = (...wanted: Version): boolean => reaches(own, wanted)
  return {
    version: `v${version}`,
    api: apis.find(([first]) => reaches(own, first))?.[1] ?? '2.0.0',
    saysStop: from(5, 0, 0),
    enforcesMethod: from(4, 5, 0),
    isNewWeb: from(5, 2, 0),
    losesAnswers: from(4, 6, 7),
    shareLimits: [
      'ratioLimit',
      'seedingTimeLimit',
      ...(from(4, 6, 0) ? ['inactiveSeedingTimeLimit'] : []),
      ...(from(5, 2, 0) ? ['shareLimitAction'] : []),
      ...(from(5, 3, 0) ? ['shareLimitsMode'] : []),
    ],
    listsComment: from(5, 0, 0),
    listsPieces: from(5, 2, 0),
    has: (call) => reaches(own, since[call] ?? [0, 0, 0]) && !(call in until && reaches(own, until[call]!)),
  }
}

function parse(version: string): Version {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  return [major, minor, patch]
}

function reaches(own: Version, wanted: Version): boolean {
  for (const [i, part] of wanted.entries()) if (own[i]! !== part) return own[i]! > part
  return true
}
