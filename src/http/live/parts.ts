/** What live sockets are made of. Rankings are reckoned in `views/`, once for all who ask the same. */
import type {Logger} from 'pino'
import type {AlertBoard} from '#automation/alerts/active-alerts.ts'
import type {RejectedImports} from '#automation/alerts/rejected-imports.ts'
import type {PersonNotices} from '#automation/alerts/person-notices.ts'
import type {SpaceForecasts} from '#history/space-forecasts.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Principal, Requester, UserId} from '#model/access.ts'
import type {Processes} from '#model/arr-service.ts'
import type {ApprovalQueue} from '#model/decision.ts'
import type {FacetCount, FacetName, TorrentTotals} from '#model/query.ts'
import type {RuleId} from '#model/rule.ts'
import type {CommodarrError} from '#model/errors.ts'
import type {StorageState} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {RankGroup} from '#views/groups.ts'
import type {ViewSpec} from '#views/live-views.ts'
import type {ArrAtWork} from '../parts.ts'
import type {SeenRules} from '../rows/rule-views.ts'
import type {ScopeSources} from '../scope/sources.ts'
import type {SignIn} from '../sign-in/sign-in.ts'

/** Who stands at which rank; never changed once it was made. */
export interface Ranked {
  /** By rank: the fleet's own row number. */
  readonly rows: Uint32Array
  /** `null` = it is not grouped. */
  readonly groups: readonly RankGroup[] | null
}

/** A wish that is reckoned again and again while it is open (`views/live-view.ts`). */
export interface RankedView {
  /** `null` until it was reckoned once. Of another wish it stays until the first answer. */
  readonly ranking: Ranked | null
  /** `ranking` is of the present wish. */
  readonly isAnswered: boolean
  /** The newer one while the order is held; `null` = there is none. */
  readonly waiting: Ranked | null
  /** Of all that match now, also while the order is held. */
  readonly totals: TorrentTotals | null
  readonly facets: {readonly [F in FacetName]?: readonly FacetCount[]}
  readonly scopeTotals: TorrentTotals | null
  /** Is the row still the torrent that `ranking` means? */
  stands(row: number): boolean
  /** Where in `ranking` a row stands; `null` = nowhere. Looks through all of it. */
  rankOf(row: number): number | null
  /** While on, `ranking` stays and newer ones wait. */
  hold(on: boolean): void
  /** Takes the newest order, also while held. */
  update(): void
  /** @throws {BadArgument} for a filter that means nothing */
  change(wish: ViewSpec): void
  close(): void
}

export interface RankedViews {
  /** @throws {BadArgument} for a filter that means nothing */
  open(view: {
    readonly wish: ViewSpec
    readonly scope: () => readonly ServerId[]
    /** Order, cells or figures may be others now. Never called from within another call. */
    readonly onNews: () => void
    readonly by: string
    /** What it asks for takes too long: it is closed. Called like `onNews`. */
    readonly onRefused: (error: CommodarrError) => void
  }): RankedView
}

/** What becomes of actions that somebody may see. The answer ends it. */
interface ActionFeed {
  listen(by: Requester, listener: (action: object) => void): () => void
}

/** Who knows what waits for somebody. */
export interface AttentionSources {
  /** What holds rules back now. */
  readonly alerts: Pick<AlertBoard, 'list'>
  readonly clock: Pick<Clock, 'now' | 'leapMs'>
  /** How the database does. */
  readonly storage: () => StorageState
  readonly processes: Pick<Processes, 'list'>
  readonly rules: SeenRules
  readonly approvals: Pick<ApprovalQueue, 'waiting'>
  readonly notices: Pick<PersonNotices, 'list'>
  /** `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
  /** The Arrs that somebody may see, and how they do. */
  readonly arrs: (by: Principal) => readonly ArrAtWork[]
  readonly imports: Pick<RejectedImports, 'of'>
  /** When disks will be full. */
  readonly disks: Pick<SpaceForecasts, 'of'>
}

/** As the program hands it in. */
export interface LiveSources {
  readonly views: RankedViews
  readonly attention: AttentionSources
  /** Somebody looks at torrents of these servers: they are polled at a pace worth looking at. */
  readonly watch: (servers: readonly ServerId[]) => void
  /** What somebody came in with has ended, or allows less; `null` = it may concern anybody. */
  readonly onEnd: (listener: (userId: UserId | null) => void) => void
}

export interface LiveDeps extends LiveSources {
  readonly sources: ScopeSources
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly actions: ActionFeed
  /** Those of the door: whoever came in is asked again and again who he is. */
  readonly signIns: readonly SignIn[]
  readonly clock: Clock
  readonly log: Logger
  /** Of Commodarr. */
  readonly version: string
}

export const liveTimes = {
  /** What changed of servers and rights is looked for; news that could not be told are told. */
  beatMs: 1_000,
  /** A silent page is asked whether it lives, and given up when it stays silent as long again. */
  pingMs: 30_000,
  /** Who came in is asked again who he is, beside each moment in which something of his ends. */
  checkMs: 15_000,
  /** Servers of open views are watched again; a link forgets it after some seconds. */
  watchMs: 3_000,
  /** What waits for somebody is looked for. */
  attentionMs: 3_000,
  /** Queries are read again: "today" is another day some time. */
  readMs: 60_000,
  /** Who takes nothing for so long is dropped. */
  stuckMs: 30_000,
  /** To answer our closing. */
  farewellMs: 1_000,
} as const

export const socketLimits = {
  perPrincipal: 40,
  inAll: 1_000,
  /** Messages of a page: so many at once, and so many per second on and on. */
  burst: 200,
  perSecond: 60,
  /** Messages that cannot be read, one after the other. */
  nonsense: 3,
  /** Bytes that wait to be taken: above the first nothing is told or read, above the last the socket is dropped. */
  behindBytes: 256 * 1024,
  mostBytes: 4 * 1024 * 1024,
  /** Cells that are remembered of a view beyond what it shows, and rows. */
  keptCells: 30_000,
  keptRows: 1_500,
} as const
