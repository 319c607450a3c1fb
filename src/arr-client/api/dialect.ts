/**
 * What differs between the apps: names of paths, of query parameters and of ids, and the shapes of rows. `client.ts` is
 * the same for all of them.
 * Source: Sonarr and Radarr; OpenAPI descriptions (`openapi.test.ts` compares).
 */
import type {z} from 'zod'
import type {
  ArrCapabilities,
  ArrKind,
  DownloadHandling,
  FoundRelease,
  HistoryRow,
  ImportCandidate,
  LibraryFile,
  LibraryItem,
  MediaRef,
  QueueRow,
} from '#model/arr.ts'
import type {Query} from './http-client.ts'
import type {LibraryReading} from './library-rows.ts'
import {spokenRelease} from './shapes.ts'

export interface Question<T> {
  readonly path: string
  readonly query?: Query
  readonly shape: z.ZodType<T>
}

export interface MediaFile {
  readonly mediaId: number
  readonly fileId: number
}

export interface Dialect {
  readonly kind: ArrKind
  readonly prefix: '/api/v1' | '/api/v3' | '/api/v5'
  readonly media: MediaRef['kind']
  readonly can: ArrCapabilities
  /** `queue/details`, without the resources that rows would repeat. */
  readonly queueQuery: Query
  readonly queueRow: z.ZodType<QueueRow>
  readonly historyRow: z.ZodType<HistoryRow>
  /** Of a movie, episode, album or book alone. */
  readonly historyQuery: (id: number) => Query
  /** Everything, one list after the other: first movies, series, artists or authors. */
  readonly library: readonly [Question<LibraryItem>, ...Question<LibraryItem>[]]
  /** Episodes, albums or books of one; `null` = the library has them all. */
  readonly itemsOf: ((parentId: number) => Question<LibraryItem[]>) | null
  /** Files of several movies, with their scores, which lists of movies leave out; `null` = its lists have them, or none has. */
  readonly scores: ((movieIds: readonly number[]) => Question<LibraryFile[]>) | null
  /** How rows of the whole library are had. */
  readonly reading: LibraryReading
  readonly wantedQuery: {readonly missing: Query; readonly cutoff: Query}
  readonly wantedItem: z.ZodType<LibraryItem>
  /** Files of movies, series, artists or authors. */
  readonly files: (ownerId: number) => Question<LibraryFile[]>
  /** Which files these movies, episodes, albums or books have by now. */
  readonly filesOf: (ids: readonly number[]) => readonly Question<MediaFile[]>[]
  /** One that indexers have. */
  readonly release: z.ZodType<FoundRelease>
  readonly importQuery: (downloadId: string) => Query
  readonly importCandidate: z.ZodType<ImportCandidate>
  /** One file of the command ManualImport. */
  readonly importFile: (candidate: ImportCandidate) => Readonly<Record<string, unknown>>
  readonly commands: {
    readonly search: readonly [name: string, ids: string]
    readonly searchAll: readonly [name: string, id: string] | null
    readonly scan: string
    /** More of what the scan is told. */
    readonly scanMore?: Readonly<Record<string, unknown>>
    readonly rescan: readonly [name: string, id: string] | null
    readonly refresh: (id: number) => Readonly<Record<string, unknown>>
  }
  /** Of movies, series, artists, authors. */
  readonly editor: {readonly path: string; readonly ids: string}
  /** Of movies, episodes, albums, books. */
  readonly monitor: {readonly path: string; readonly ids: string}
  readonly notification: '/notification' | '/connection'
  readonly settings: '/config' | '/settings'
  readonly handling: z.ZodType<DownloadHandling>
}

/** Everything that apps of the v3 and v1 APIs do in the same way. */
export const usual = {
  notification: '/notification',
  settings: '/config',
  scores: null,
  release: spokenRelease,
} as const
