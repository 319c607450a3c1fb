/** What the door for people and programs is made of. Everything is handed in by `app/compose.ts`. */
import type {FastifyInstance} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {Logger} from 'pino'
import type {TrackerTotal} from '#history/tracker-totals.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Principal} from '#model/access.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {Observing} from '#model/qbitrr-migration.ts'
import type {NamedTracker} from '#model/query.ts'
import type {AutomationFigures, DiskFigures, StorageState} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Listener, Where} from './listener.ts'
import type {LiveSources} from './live/parts.ts'
import type {ListedRoute} from './security/route-access.ts'
import type {ScopeSources} from './scope/sources.ts'
import type {Surroundings} from './security/hardening.ts'
import type {AuthenticationDeps} from './sign-in/authentication.ts'

export interface Readiness {
  readonly ready: boolean
  /** Why not yet, one sentence each; empty when ready. */
  readonly reasons: readonly {readonly text: string; readonly serverId: ServerId | null}[]
}

/**
 * What every route is handed. Nothing in here tells of a server or torrent: those a route gets from `request.scope`,
 * cut to what whoever asks may see. What a new noun needs is a line here.
 */
export interface RouteDeps {
  readonly clock: Clock
  /** For what takes long: after each piece others have their turn. */
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly log: Logger
  /** Of Commodarr. */
  readonly version: string
  /** Path below which everything is served behind a proxy: '' or `/torrents`. */
  readonly urlBase: string
  /** The fleet is simulated. */
  readonly demo: boolean
  readonly readiness: () => Readiness
  readonly storage: () => StorageState
  /** Where it listens; what is configured, while it does not. */
  readonly listensAt: () => Where
  /** The rules of the configuration only report what they would do; `null` = they act. */
  readonly observing: () => Observing | null
  /** What rules did and have before them: for administrators. */
  readonly automation: () => AutomationFigures
  /** How full our disks are, looked at now: for administrators. */
  readonly diskFigures: () => Promise<readonly DiskFigures[]>
  /** What the torrents of each tracker of these servers moved in the last 30 days. */
  readonly trackerTotals: (
    servers: readonly ServerId[],
    called: readonly NamedTracker[],
  ) => Promise<readonly TrackerTotal[]>
  /** The Arrs that somebody may see, and how they do. */
  readonly arrsAtWork: (by: Principal) => readonly ArrAtWork[]
}

export interface ArrAtWork {
  readonly card: ArrCard
  /** `null` = nobody looks after it (yet). */
  readonly running: RunningArr | null
}

/** All of it: for `createHttp` alone. Routes get neither the door nor the whole fleet. */
export interface HttpDeps extends RouteDeps, ScopeSources {
  /** Who is let in, and how. */
  readonly authentication: AuthenticationDeps
  /** Where the built pages are (`web-app.ts`). */
  readonly webFolder: string
  /** What live connections are told. */
  readonly live: LiveSources
  /** Proxies in front and limits; none when absent. */
  readonly surroundings?: Surroundings
  /** Made of the same surroundings and base, where it listens since before; one of its own when absent. */
  readonly listener?: Listener
  /** Routes below `/api` that come with what they need: of people, keys, settings. */
  readonly nouns?: readonly FastifyPluginAsyncZod[]
  /** Pages beside `/api`, below the base path. */
  readonly pages?: readonly FastifyPluginAsyncZod[]
}

/** A built door; `app` is there for tests (`app.inject`). */
export interface HttpServer {
  /**
   * From now on the routes answer, at the addresses given, `http://host:port/base`.
   * @param where absent = the listener that was handed in listens already
   */
  listen(where?: Where): Promise<readonly string[]>
  /** Takes no new requests, lets those under way end. */
  close(): Promise<void>
  readonly app: FastifyInstance
  /** Every route there is, with what it takes. */
  readonly routes: readonly ListedRoute[]
}
