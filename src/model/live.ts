/**
 * What travels on the WebSocket `/api/live`, one per page, as JSON. The page opens views by numbers of its own choosing
 * and says which ranks it shows; it is told what changed there, wherever it stands, and nothing else. What it may send
 * is checked by `http/schemas/live.ts`; what it is told is typed here.
 *
 *   page: open ──▶ view (whole window) ──▶ view (what changed) … ──▶ window, follow, hold, update, close
 *
 * After a lost connection the page opens its views again and goes on showing what it has until the first answer.
 */
import type {Need} from './needs.ts'
import type {FacetCount, FacetName, GroupName} from './query.ts'

/** A cell as JSON has it. `{}` = unknown: the server does not tell; `null` = none on purpose. */
export type LiveCell = string | number | boolean | null | readonly string[] | Readonly<Record<string, never>>

/** Stands for a torrent within one view of one connection; never given out again there. */
export type RowRef = number

/** From the first rank to before the last. */
export type RankRange = readonly [from: number, to: number]

/** A row that the page does not have yet: its name, and its cells in the order of the columns asked for. */
export type LiveRow = readonly [ref: RowRef, serverId: string, infoHash: string, cells: readonly LiveCell[]]

/** What changed of a row: number of the column, new value, number, value … */
export type LiveChange = readonly [ref: RowRef, changes: readonly (number | LiveCell)[]]

export interface LiveTotals {
  readonly count: number
  readonly size: number
  readonly down_speed: number
  readonly up_speed: number
}

/** Torrents that belong together stand at ranks `from` to `from + count - 1`. */
export interface LiveGroup extends LiveTotals {
  /** Id of the server, state, category ('' = none), host ('' = none), or 'true', 'false', 'unknown'. */
  readonly value: string
  readonly from: number
}

/** A part of the query that could not be understood, or finds less than was meant. */
export interface QueryMistake {
  /** Characters of the query it is about. */
  readonly from: number
  readonly to: number
  /** Stable; the words of it are the page's. */
  readonly code: string
  /** What was found, what would do. */
  readonly found: string
  readonly accepted: readonly string[]
  /** The nearest thing that would do; '' = none. */
  readonly suggestion: string
  /** One sentence in English. */
  readonly message: string
}

/** Where a followed torrent stands. `null` = not in this view: it is not what the view shows, it is gone, or not in sight. */
export type FollowedRank = readonly [serverId: string, infoHash: string, rank: number | null]

/** News of a view; only what changed is in it. The first one has all but `cells`, `gone`, `moved` and `held_count`. */
export interface ViewNews {
  readonly type: 'view'
  readonly view: number
  /** The number of the `open`, `window` or `follow` it answers; absent = nobody asked. */
  readonly re?: number
  /** Rows and figures that were told before hold on, and only what differs is here: the `open` had `keeps`. */
  readonly kept?: true
  readonly totals?: LiveTotals
  /** Everything in the scope, before the query. */
  readonly scope_totals?: LiveTotals
  readonly servers_online?: number
  readonly servers_total?: number
  readonly facets?: {readonly [F in FacetName]?: readonly FacetCount[]}
  /** In the order of the view; `null` = it is not grouped. */
  readonly groups?: readonly LiveGroup[] | null
  /**
   * Who stands where in the ranges that the page shows, all of them whenever one changed; rows it has not are in `rows`.
   * 0 = nobody: that torrent is gone, and the order was not taken again yet.
   */
  readonly order?: readonly {readonly from: number; readonly refs: readonly RowRef[]}[]
  readonly rows?: readonly LiveRow[]
  readonly cells?: readonly LiveChange[]
  /** The page may forget these. */
  readonly gone?: readonly RowRef[]
  /** The order changed while it is held: so many rows of the window would move. 0 = none any more. */
  readonly moved?: number
  /**
   * Ranks of the order that is shown, while it is held and a newer one waits: `totals` are of what matches now. `null` = as
   * many as `totals` say again.
   */
  readonly held_count?: number | null
  /** Of the torrents that the page follows, all of them whenever one of them stands elsewhere. */
  readonly followed?: readonly FollowedRank[]
  readonly mistakes?: readonly QueryMistake[]
}

/** What the header shows of a server; everything else is at `/api/servers`. */
export interface LiveServer {
  readonly server_id: string
  readonly server_name: string
  readonly server_type: string
  readonly enabled: boolean
  readonly status: string
  readonly reason: string
  readonly detail: string
  readonly advice: string
  readonly since: number
  readonly last_ok_at: number | null
  readonly next_try_at: number | null
  readonly latency_ms: number | null
  readonly version: string | null
  readonly torrents: number
  readonly stale_rows: number
  readonly synced_at: number | null
  /** Between two polls at the moment, ms; `null` = it is not polled. */
  readonly poll_ms: number | null
  /** Figures of now: `undefined` = its server does not tell, or is not online. */
  readonly down_speed: number | undefined
  readonly up_speed: number | undefined
  readonly down_limit: number | null | undefined
  readonly up_limit: number | null | undefined
  readonly alt_speed: boolean | undefined
  readonly free_space: number | undefined
  /** Of that disk. */
  readonly disk_size?: number | undefined
  /** Why what it tells of that does not count, as its disk is not there. */
  readonly free_space_unknown?: string | undefined
  readonly access: string
  readonly colour: string | null
  readonly icon: string | null
  readonly server_tags: readonly string[]
  readonly default_for_adding: boolean
}

export interface ServersNews {
  readonly type: 'servers'
  /** Those that changed. */
  readonly servers: readonly LiveServer[]
  /** All that are in sight, in their order; absent = as before. */
  readonly order?: readonly string[]
}

/**
 * What of rules, and of what carries them out, waits for somebody, as far as who looks may see it. All of it, whenever a
 * part of it is another.
 */
export interface AttentionNews {
  readonly type: 'attention'
  /** The clock of the machine is so far ahead of the time that is believed, ms; `null` = it is believed. */
  readonly clock: {readonly ahead_ms: number} | null
  /** What keeps rules from acting, or from concluding anything, until it is over; oldest first. */
  readonly alerts: readonly {
    readonly id: string
    /** Epoch ms. */
    readonly since: number
    readonly code: string
    /** For people. */
    readonly message: string
    /** `null` = it is about something else. */
    readonly server_id: string | null
    /** Of the Arr that it is about; `null` = it is about something else. */
    readonly name: string | null
    readonly arr_id: string | null
  }[]
  /** What does not resolve without a person: the clock first, then the oldest. */
  readonly needs: readonly Need[]
}

/** What became of something that was asked for before: see `GET /api/actions`. */
interface ActionNews {
  readonly type: 'action'
  readonly action: object
}

/** Torrents from one rank to another, in their order: `[server_id, info_hash]`. */
interface KeysAnswer {
  readonly type: 'keys'
  readonly view: number
  readonly re: number
  readonly keys: readonly (readonly [string, string])[]
}

export interface Hello {
  readonly type: 'hello'
  /** Another one = the program was started again. */
  readonly instance: string
  readonly version: string
  /** Epoch ms here; the page reckons ages by it. */
  readonly now: number
}

/** Its time is another one than the page reckons with: its clock was set, or put right. */
interface TimeNews {
  readonly type: 'time'
  /** Epoch ms here. */
  readonly now: number
}

/** Something that the page sent is not done; the connection goes on. `view` is absent when it is about none. */
interface Refused {
  readonly type: 'refused'
  readonly view?: number
  readonly re?: number
  readonly code: string
  readonly detail: string
}

interface Pong {
  readonly type: 'pong'
}

export type LiveMessage =
  | Hello
  | ViewNews
  | ServersNews
  | AttentionNews
  | TimeNews
  | ActionNews
  | KeysAnswer
  | Refused
  | Pong

export const liveTopics = ['servers', 'actions', 'attention'] as const
export type LiveTopic = (typeof liveTopics)[number]

/** A view as a page asks for it: the same that its address says. */
export interface ViewWish {
  /** The query language; '' = everything. */
  readonly q: string
  /** Only these servers, however the query is; absent = all in sight. */
  readonly servers?: readonly string[] | undefined
  /** Only these torrents. */
  readonly keys?: readonly {readonly server_id: string; readonly info_hash: string}[] | undefined
  /** Columns, first one first; `-` turns one round. */
  readonly sort: readonly string[]
  readonly group: GroupName | null
  /**
   * Columns of the torrent, and `stale`, `pending`, `seen_at` (of a stale row; else `null`, as it would change with
   * every look), `copies` (servers in sight with the same hash, this one among them: a number).
   */
  readonly columns: readonly string[]
  readonly facets: readonly FacetName[]
  /** Where days begin in `q`, like `Europe/Berlin`; absent = UTC. */
  readonly time_zone?: string | undefined
}

/** What a page sends. `re` is a number of its own that the answer names. */
export type LiveRequest =
  | {
      readonly type: 'open'
      readonly view: number
      readonly re: number
      readonly wish: ViewWish
      readonly ranges: readonly RankRange[]
      /** The page still has what it was told of this view. Counts where the columns are the same. */
      readonly keeps?: boolean | undefined
    }
  | {
      readonly type: 'window'
      readonly view: number
      readonly re: number
      readonly ranges: readonly RankRange[]
    }
  /**
   * From now on these torrents alone are followed, wherever they stand: their ranks are told at once, and whenever they
   * are others.
   */
  | {
      readonly type: 'follow'
      readonly view: number
      readonly re: number
      readonly keys: readonly {readonly server_id: string; readonly info_hash: string}[]
    }
  /** While held, the order stays; `moved` tells what waits. */
  | {readonly type: 'hold'; readonly view: number; readonly on: boolean}
  /** Take the new order now, also while held. */
  | {readonly type: 'update'; readonly view: number}
  | {
      readonly type: 'keys'
      readonly view: number
      readonly re: number
      readonly from: number
      readonly to: number
    }
  | {readonly type: 'close'; readonly view: number}
  /** All topics that the page wants to hear of from now on. */
  | {readonly type: 'watch'; readonly topics: readonly LiveTopic[]}
  | {readonly type: 'ping'}

/** Bounds of what a page may ask for. */
export const liveLimits = {
  views: 16,
  ranges: 20,
  /** Rows of all ranges of a view together. */
  rows: 500,
  columns: 80,
  /** Torrents that a view follows. */
  followed: 4,
  keysInWish: 1000,
  /** Of one `keys` question. */
  keys: 20_000,
  queryLength: 2000,
  /** Of one message of a page. */
  messageBytes: 160 * 1024,
} as const

/** Why the server closes; the others are those of the protocol. */
export const liveCloseCodes = {
  /** A page may come again at once. */
  restarting: 1012,
  /** Messages that nobody can read, or too many of them. */
  nonsense: 1008,
  /** Something broke that nobody foresaw. */
  broken: 1011,
  /** Who asked is nobody any more, or somebody else, or may not look. */
  signedOut: 4401,
  /** It did not take what it was told. */
  slow: 4408,
} as const
