/**
 * What a face is: the protocol of one kind of server over a `World`. It answers requests and knows sessions,
 * passwords and bans; sockets, faults and counting are `FaultyServer`'s.
 *
 * Each kind has one, in the file of its name: `makeQbittorrentFace` in `qbittorrent.ts` and so on, each a `FaceMaker`
 * that `faces.ts` lists.
 */
import type {Counters} from './counters.ts'
import type {World} from './world.ts'

/** Over HTTP as it came in; over SCGI made out of its headers (`REQUEST_METHOD`, `REQUEST_URI`). */
export interface FaceRequest {
  readonly method: string
  /** Without the query, undecoded. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names. Over SCGI also its own, in lower case with `-` (`content-type`, `request-uri`). */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The whole body. */
  readonly body: Buffer
  readonly via: 'http' | 'scgi'
}

/** Text is sent as UTF-8. Chunks of an iterable are made only as fast as the client reads them. */
export type FaceBody =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>

export interface FaceAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly body?: FaceBody | undefined
}

/** Everything a face is handed. */
export interface FaceDeps {
  readonly world: World
  /** Where the face counts its logins; requests and bytes are counted for it. */
  readonly counters: Counters
  /** As the daemon itself writes it: `5.1.0`, `4.1.0-beta.2`, `0.16.17`. */
  readonly version: string
  /** `null` = no password asked. */
  readonly username: string | null
  readonly password: string | null
  /** The face's own extras (base path, API key, ban threshold, refresh interval …); each face says which. */
  readonly options: Readonly<Record<string, unknown>>
}

export interface Face {
  /** Path and query of the definition's `url` (`''`, `/transmission/rpc`, `/RPC2`). */
  readonly basePath: string
  handle(request: FaceRequest): FaceAnswer | Promise<FaceAnswer>
  /** What faults and counters call this request: the path, or path and method (`/transmission/rpc#torrent-get`). */
  nameOf(request: FaceRequest): string
  /** All sessions are forgotten, as after a time-out: the next request has to log in again. */
  dropSessions(): void
  /** Everybody who logs in is refused as banned for so long; 0 lifts it. Kinds without bans do nothing. */
  ban(seconds: number): void
}

export type FaceMaker = (parts: FaceDeps) => Face
