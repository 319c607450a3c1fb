/**
 * Everything that is said of a column of the torrent, once: what it is, how it is described, bounded, searched and shown. The
 * fleet's columns, the bounds of what servers say, the API's schemas and parameters, the search's fields and the table's
 * columns follow from it. **A new field is an entry here**, its label in `web/i18n/en/torrents.ts`, and what the clients that
 * know it read it from. What a field does beyond that stands where it is done.
 */
import type {ArrId} from './arr.ts'
import {
  importStatuses,
  priorities,
  torrentStates,
  trackerStatuses,
  type Limit,
  type TorrentField,
} from './torrent.ts'
import type {Bytes, BytesPerSecond, EpochMs, Seconds, Share} from './units.ts'

/** What a field holds, and in which unit. */
interface UnitValues {
  /** Of nearly each torrent another one; a `word` and a `path` are those of many. */
  text: string
  word: string
  /** As the server writes it. Half of one would be the path of something else. */
  path: string
  /** Of a tracker. */
  host: string
  /** Lower-case hex. */
  hash: string
  arr: ArrId
  /** In an order that means something; a `set` has none. */
  list: readonly string[]
  set: readonly string[]
  /** One of `words`. */
  choice: string
  flag: boolean

  bytes: Bytes
  /** What flows now; a `speedLimit` is what may flow. */
  rate: BytesPerSecond
  speedLimit: BytesPerSecond
  share: Share
  number: number
  count: number
  seconds: Seconds
  moment: EpochMs
  ratioLimit: Limit
  secondsLimit: Limit
}
export type FieldUnit = keyof UnitValues

export interface FieldDefinition {
  readonly unit: FieldUnit
  readonly words?: readonly string[]
  /** It has a value at any time: '', 0, `false`, `[]` or `unknown` until its server tells. Others are `undefined` then. */
  readonly isKnown?: true
  /** In the API's words. */
  readonly says: string
  /** What `null` means; absent = it is never `null`, but where that is a value of the unit. */
  readonly none?: string
  /** What is less is no value that a server can mean. */
  readonly least?: 0
  /** Few bytes: they are kept as counts are. */
  readonly isSmall?: true
  /** A moment that is to come; others are past. */
  readonly isAhead?: true
  /** Not everybody who sees the torrent sees it, so nobody sorts by it: it could be read from the order. */
  readonly isKept?: true
  /** Text of which a piece can be searched. */
  readonly pieces?: true
  /** How the search box names it; absent = it does not, or in words of its own (`search-query/fields.ts`). */
  readonly search?: FieldSearch
  /** How the list shows it; absent = it does not. */
  readonly column?: FieldColumn
}

interface FieldSearch {
  readonly name: string
  /** One line in English. */
  readonly hint: string
  /** Other spellings. */
  readonly also?: readonly string[]
  /** It is offered behind this one; absent = in the order of this table. */
  readonly after?: string
}

/** Widths in px. Words stand left, figures right. */
interface FieldColumn {
  /** It is shown where nobody selected others. */
  readonly isStandard?: true
  /** Absent = that of all words or all figures. */
  readonly width?: number
  readonly min?: number
  /** Which goes first where there is no room; absent = it stays. */
  readonly drop?: number
  /** Rows of two lines say it in the second one. */
  readonly inSecondLine?: true
  /** It stands behind the column of this name; absent = in the order of this table. */
  readonly after?: string
}

/** In the order of the API. */
export const torrentFields = {
  name: {
    unit: 'text',
    isKnown: true,
    says: 'Display name',
    pieces: true,
    search: {name: 'name', hint: 'A piece of the name', after: 'kind'},
    column: {isStandard: true, width: 360, min: 240},
  },
  infoHashV1: {
    unit: 'hash',
    says: 'Whole v1 hash, 40 hex digits',
    none: 'a v2 torrent',
    column: {width: 300, after: 'copies'},
  },
  infoHashV2: {
    unit: 'hash',
    says: 'Whole v2 hash, 64 hex digits',
    none: 'a v1 torrent',
    column: {width: 300, after: 'info_hash_v1'},
  },

  state: {
    unit: 'choice',
    words: torrentStates,
    isKnown: true,
    says: 'What it does now',
    column: {isStandard: true, width: 152, min: 96},
  },
  /** For rules that inherit it. */
  nativeState: {
    unit: 'word',
    isKnown: true,
    says: "The server's own word for the state",
    pieces: true,
    column: {after: 'message'},
  },
  complete: {
    unit: 'flag',
    isKnown: true,
    says: 'Metadata is known and nothing wanted is missing',
    column: {width: 72, after: 'auto_managed'},
  },
  forceStart: {
    unit: 'flag',
    says: 'Started past the queue',
    none: 'this server has no such thing',
    column: {width: 76, after: 'idle_limit'},
  },
  queuedCheck: {
    unit: 'flag',
    isKnown: true,
    says: 'Waits to be checked',
    column: {width: 130, after: 'force_start'},
  },
  trackerProblem: {
    unit: 'flag',
    isKnown: true,
    says: 'A tracker complains or cannot be reached',
    column: {width: 86, after: 'tracker_message'},
  },
  message: {
    unit: 'word',
    says: "The server's error text; '' = none",
    pieces: true,
    column: {width: 220, after: 'next_announce_at'},
  },

  /** Wanted bytes, all bytes, held of wanted, missing of wanted. */
  size: {
    unit: 'bytes',
    says: 'Wanted',
    least: 0,
    search: {name: 'size', hint: 'Size of the wanted files'},
    column: {isStandard: true},
  },
  sizeTotal: {
    unit: 'bytes',
    says: 'All of it, wanted or not',
    least: 0,
    search: {name: 'total', hint: 'Size of all files, wanted or not', also: ['size_total'], after: 'left'},
    column: {},
  },
  completed: {unit: 'bytes', says: 'Held of what is wanted', least: 0, column: {}},
  amountLeft: {
    unit: 'bytes',
    says: 'Missing of what is wanted',
    least: 0,
    search: {
      name: 'left',
      hint: 'Wanted bytes that are missing',
      also: ['amount_left', 'remaining'],
      after: 'eta',
    },
    column: {},
  },
  progress: {
    unit: 'share',
    says: 'Held of what is wanted',
    least: 0,
    search: {name: 'progress', hint: 'Share of the wanted bytes, 0% to 100%', also: ['done']},
    column: {width: 66, after: 'tags'},
  },
  taskProgress: {
    unit: 'share',
    says: 'Of a check, a move or fetching metadata',
    none: 'none under way',
    column: {width: 66, after: 'progress'},
  },
  hasMetadata: {
    unit: 'flag',
    isKnown: true,
    says: 'The list of files is known',
    column: {width: 70, after: 'complete'},
  },

  downSpeed: {
    unit: 'rate',
    isKnown: true,
    says: 'Download rate',
    least: 0,
    search: {name: 'down', hint: 'Download speed', also: ['dl', 'down_speed']},
    column: {isStandard: true, width: 78, after: 'size'},
  },
  upSpeed: {
    unit: 'rate',
    isKnown: true,
    says: 'Upload rate',
    least: 0,
    search: {name: 'up', hint: 'Upload speed', also: ['ul', 'up_speed']},
    column: {isStandard: true, width: 78, drop: 5, after: 'down_speed'},
  },
  downloaded: {
    unit: 'bytes',
    says: 'Downloaded in all',
    least: 0,
    search: {name: 'downloaded', hint: 'Bytes downloaded'},
    column: {width: 88},
  },
  uploaded: {
    unit: 'bytes',
    says: 'Uploaded in all',
    least: 0,
    search: {name: 'uploaded', hint: 'Bytes uploaded'},
    column: {},
  },
  sessionDownloaded: {
    unit: 'bytes',
    says: 'Downloaded since the server started',
    least: 0,
    column: {width: 140},
  },
  sessionUploaded: {unit: 'bytes', says: 'Uploaded since the server started', least: 0, column: {width: 124}},
  /** Ours, the same for every kind (`ratioOf`), with what was counted before a move; unknown where it would be infinite. */
  ratio: {
    unit: 'number',
    says:
      'Uploaded ÷ downloaded, reckoned alike for every server, with what servers counted that it was moved from; absent ' +
      'when infinite',
    least: 0,
    search: {name: 'ratio', hint: 'Uploaded ÷ downloaded', after: 'size'},
    column: {isStandard: true, width: 50, drop: 4, after: 'eta'},
  },
  eta: {
    unit: 'seconds',
    says: 'Until complete',
    none: 'never or not downloading',
    search: {name: 'eta', hint: 'Time until it is complete', after: 'up'},
    column: {isStandard: true, width: 52, after: 'up_speed'},
  },
  popularity: {
    unit: 'number',
    says: 'Ratio earned per month of activity',
    least: 0,
    search: {name: 'popularity', hint: 'Ratio earned per month', after: 'availability'},
    column: {},
  },

  trackerStatus: {
    unit: 'choice',
    words: trackerStatuses,
    isKnown: true,
    says: 'How its trackers do',
    column: {after: 'tracker_hosts'},
  },
  trackerMessage: {
    unit: 'word',
    says: "The trackers' own words",
    pieces: true,
    column: {width: 180, after: 'tracker_status'},
  },
  trackerHost: {
    unit: 'host',
    says: "Host of the first tracker; '' = it has none",
    column: {width: 130, after: 'peers_swarm'},
  },
  trackerHosts: {unit: 'list', says: 'Hosts of all trackers', column: {width: 160, after: 'tracker_host'}},
  nextAnnounceAt: {
    unit: 'moment',
    says: 'Next announce',
    none: 'none planned',
    isAhead: true,
    column: {width: 100, after: 'tracker_problem'},
  },

  seedsConnected: {
    unit: 'count',
    says: 'Seeds connected',
    search: {name: 'seeds', hint: 'Seeds connected', also: ['seeders']},
    column: {width: 60},
  },
  peersConnected: {
    unit: 'count',
    says: 'Peers connected',
    search: {name: 'peers', hint: 'Peers connected'},
    column: {width: 116},
  },
  seedsSwarm: {
    unit: 'count',
    says: 'Seeds in the swarm',
    none: 'the tracker does not say',
    search: {name: 'seeds_swarm', hint: 'Seeds in the swarm'},
    column: {width: 98},
  },
  peersSwarm: {
    unit: 'count',
    says: 'Peers in the swarm',
    none: 'the tracker does not say',
    search: {name: 'peers_swarm', hint: 'Peers in the swarm'},
    column: {width: 96},
  },
  /** Full copies reachable; unknown when complete or stopped. */
  availability: {
    unit: 'number',
    says: 'Full copies within reach; below 1 the download cannot be completed',
    search: {name: 'availability', hint: 'Full copies that can be reached'},
    column: {after: 'popularity'},
  },

  addedAt: {
    unit: 'moment',
    says: 'Added',
    search: {name: 'added', hint: 'When it was added', also: ['added_at'], after: 'ratio'},
    column: {isStandard: true, width: 62, drop: 1, inSecondLine: true, after: 'category'},
  },
  completedAt: {
    unit: 'moment',
    says: 'Completed',
    none: 'never',
    search: {name: 'completed', hint: 'When it was complete', also: ['completed_at', 'finished']},
    column: {width: 96},
  },
  lastActivityAt: {
    unit: 'moment',
    says: 'Last bytes moved',
    none: 'never',
    search: {name: 'activity', hint: 'When bytes last flowed', also: ['last_activity', 'last_activity_at']},
    column: {width: 84},
  },
  seenCompleteAt: {
    unit: 'moment',
    says: 'A full copy was last seen',
    none: 'never',
    search: {name: 'seen_complete', hint: 'When a full copy was last seen'},
    column: {width: 122},
  },
  createdAt: {
    unit: 'moment',
    says: 'The torrent was made',
    none: 'not said',
    search: {name: 'created', hint: 'When the torrent was made', also: ['created_at']},
    column: {},
  },
  activeTime: {
    unit: 'seconds',
    says: 'Active',
    least: 0,
    search: {name: 'active_time', hint: 'How long it has been active'},
    column: {width: 80},
  },
  seedingTime: {
    unit: 'seconds',
    says: 'Complete and active',
    least: 0,
    search: {name: 'seeding_time', hint: 'How long it has been seeding', also: ['seeding', 'seed_time']},
    column: {width: 90},
  },

  category: {
    unit: 'word',
    isKnown: true,
    says: "Category; '' = none",
    column: {isStandard: true, width: 82, min: 60, drop: 2, inSecondLine: true, after: 'server'},
  },
  tags: {unit: 'set', isKnown: true, says: 'Tags', column: {width: 120, after: 'arr_item'}},
  /** Paths as the server writes them. */
  savePath: {
    unit: 'path',
    says: 'Folder of the data, as the server writes it',
    pieces: true,
    column: {width: 200},
  },
  contentPath: {
    unit: 'path',
    says: 'The data itself, as the server writes it',
    pieces: true,
    column: {width: 240},
  },
  incompletePath: {unit: 'path', says: 'Folder while incomplete', none: 'the same', column: {width: 200}},
  /** Where its server moves it once it is complete; `null` = it stays. qBittorrent names that `savePath`. */
  completedPath: {
    unit: 'path',
    says: 'Folder that its server moves it to once it is complete',
    none: 'it stays',
    column: {width: 200},
  },

  isPrivate: {unit: 'flag', says: 'Private tracker', column: {width: 64}},
  queuePosition: {
    unit: 'count',
    says: 'Place in the queue, 1 first',
    none: 'not queued',
    search: {name: 'queue', hint: 'Its place in the queue', also: ['queue_position'], after: 'files'},
    column: {width: 60},
  },
  priority: {unit: 'choice', words: priorities, says: 'Bandwidth priority', column: {width: 70}},
  downLimit: {
    unit: 'speedLimit',
    says: 'Download limit',
    none: 'none',
    search: {name: 'downlimit', hint: 'Its download limit', also: ['down_limit', 'dl_limit']},
    column: {width: 86},
  },
  upLimit: {
    unit: 'speedLimit',
    says: 'Upload limit',
    none: 'none',
    search: {name: 'uplimit', hint: 'Its upload limit', also: ['up_limit', 'ul_limit']},
    column: {width: 86},
  },
  ratioLimit: {unit: 'ratioLimit', says: 'Ratio at which the server stops it', column: {width: 108}},
  seedTimeLimit: {
    unit: 'secondsLimit',
    says: 'Seconds of seeding at which the server stops it',
    column: {width: 116},
  },
  idleLimit: {unit: 'secondsLimit', says: 'Idle seconds at which the server stops it', column: {width: 108}},
  sequential: {unit: 'flag', says: 'Downloads in order', none: 'this server cannot', column: {width: 132}},
  firstLast: {
    unit: 'flag',
    says: 'First and last pieces first',
    none: 'this server cannot',
    column: {width: 144},
  },
  superSeeding: {unit: 'flag', says: 'Super seeding', none: 'this server cannot', column: {width: 96}},
  autoManaged: {
    unit: 'flag',
    says: "Path follows the category's",
    none: 'this server cannot',
    column: {width: 148},
  },

  comment: {
    unit: 'text',
    says: 'Comment in the torrent',
    pieces: true,
    search: {name: 'comment', hint: 'A piece of the comment', after: 'message'},
    column: {width: 180},
  },
  createdBy: {
    unit: 'word',
    says: 'Program that made it',
    pieces: true,
    search: {
      name: 'creator',
      hint: 'A piece of what made the torrent',
      also: ['created_by'],
      after: 'comment',
    },
    column: {width: 130},
  },
  pieceSize: {unit: 'bytes', says: 'Size of a piece', isSmall: true, column: {}},
  pieceCount: {unit: 'count', says: 'Pieces', column: {}},
  piecesHave: {unit: 'count', says: 'Pieces held', column: {width: 86}},
  fileCount: {
    unit: 'count',
    says: 'Files',
    search: {name: 'files', hint: 'How many files it has', also: ['file_count']},
    column: {width: 60},
  },
  nativeRatio: {unit: 'number', says: "The server's own ratio, on which its limits act", column: {width: 88}},

  /** No server tells it, its manager does (`automation/supervision/arr-labels.ts`). */
  arrId: {
    unit: 'arr',
    says: 'The Arr whose torrent it is',
    none: "no Arr's, absent also where you may not see it",
    isKept: true,
  },
  arrItem: {
    unit: 'word',
    says: 'The movie, episodes, album or book that it is for, as its Arr calls it',
    isKept: true,
    column: {width: 180, after: 'added_at'},
  },
  /** Its manager tells this and the next, too. */
  importStatus: {
    unit: 'choice',
    words: importStatuses,
    says:
      'Whether its Arr imported it: waiting and rejected are complete and not imported, none = nothing to import ' +
      "(no Arr's, not complete, or its Arr does not list it and imported none of it), absent = not known (yet)",
    isKept: true,
    column: {width: 90, after: 'arr_item'},
  },
  removableAt: {
    unit: 'moment',
    says: 'From when on a rule may remove it, if it goes on as it does',
    none: 'no rule will by time alone, absent = not known (yet). Why: `/api/torrents/{hash}/explain`',
    isAhead: true,
    search: {
      name: 'removable',
      hint: 'From when on a rule may remove it: <7d within a week',
      also: ['removable_at'],
      after: 'created',
    },
    column: {width: 132, after: 'native_state'},
  },
} as const satisfies Readonly<Record<string, FieldDefinition>>

type Value<D extends FieldDefinition> = D extends {readonly words: readonly (infer Word)[]}
  ? Word
  : UnitValues[D['unit']]

/** What a field may be: `null` where that says something, `undefined` where it may be unknown. */
export type FieldValue<D extends FieldDefinition> =
  | Value<D>
  | (D extends {readonly none: string} ? null : never)
  | (D extends {readonly isKnown: true} ? never : undefined)

/** The same as a list. */
export const fieldDefinitions = Object.entries(torrentFields) as readonly (readonly [
  TorrentField,
  FieldDefinition,
])[]

/** The fields of some units, in the order of the table. */
export function fieldsOf<U extends FieldUnit>(...units: readonly U[]): readonly FieldOf<U>[] {
  const wanted: ReadonlySet<string> = new Set(units)
  return fieldDefinitions.filter(([, {unit}]) => wanted.has(unit)).map(([field]) => field as FieldOf<U>)
}

export type FieldOf<U extends FieldUnit> = {
  [F in TorrentField]: (typeof torrentFields)[F]['unit'] extends U ? F : never
}[TorrentField]

/** Each behind the one that it names, the others as they come. What names one that is not there is left out. */
export function placed<T extends {readonly after?: string | undefined}>(
  items: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  const behind = (name: string | undefined): readonly T[] =>
    items.filter(({after}) => after === name).flatMap((it) => [it, ...behind(nameOf(it))])
  return behind(undefined)
}
