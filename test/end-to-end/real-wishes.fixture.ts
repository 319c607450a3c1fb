/** What is wanted of a house of real daemons: which servers and Arrs there are, and what each Arr is to download where. */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {ImportPlan} from '#lab/arrs/releases.ts'
import type {Suite} from '#lab/daemons/suites.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import type {BytesPerSecond} from '#model/units.ts'

export interface ServerWish {
  /** As its section is called. */
  readonly id: string
  readonly kind: ServerKind
  readonly suite: Suite
  /** Folders beside its own that it and we see, under the same path. */
  readonly shares?: readonly string[]
  /** A qBittorrent with a folder `apart` beside its downloads, to it on another disk. */
  readonly hasFolderApart?: boolean
}

export interface ArrWish {
  /** As its section is called. */
  readonly id: string
  readonly app: 'radarr' | 'sonarr' | 'sonarr5' | 'lidarr'
  /** It looks for another release by itself when one failed. */
  readonly searchesItself: boolean
  /** Keys of its section, behind address, key and category. */
  readonly config: string
}

/** One film, series or album that is wanted, and what there is of it. */
export interface Wish {
  readonly arr: string
  /** The server that its Arr uses for it. */
  readonly on: string
  readonly title: string
  /** The best first. */
  readonly releases: readonly ReleaseWish[]
}

export interface ReleaseWish {
  readonly made: MadeTorrent
  /** Default: it is imported. */
  readonly import?: ImportPlan
  /** Who seeds it: everybody gets it at once, slowly, or never. Default: at once. */
  readonly seeds?: BytesPerSecond | 'nobody'
}

export interface HarnessWish {
  readonly servers: readonly ServerWish[]
  readonly arrs: readonly ArrWish[]
  /** @param tracker announce URL */
  /** So many seconds of the world in one; default: `FACTOR`. */
  readonly factor?: number
  readonly wishes: (tracker: string) => Promise<readonly Wish[]>
}

/** One torrent on the server that its Arr chose. */
export interface Place {
  readonly server: string
  readonly hash: string
}

/** @param rank of the release */
export function placeOf({on, releases}: Wish, rank = 0): Place {
  return {server: on, hash: releases[rank]!.made.hash}
}

/** As `torrents` writes it. */
export function lineOf({server, hash}: Place): string {
  return `${server} ${hash}`
}
