/**
 * Where what was added a moment ago comes to lie: its server lists it only with one of its next lists, and it is on no disk
 * before it has written something. Until then nothing else arrives there.
 */
import type {Clock} from '#lib/clock.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {MINUTE, type Bytes} from '#model/units.ts'
import type {Landing, TorrentFiles} from '#ownership/file-changes.ts'
import {confirmable, type Refusal} from './guards/guard.ts'

interface Arriving {
  readonly key: TorrentKey
  readonly name: string
  /** Bytes by path. */
  readonly sizes: ReadonlyMap<string, Bytes>
  /** By the clock that does not jump. */
  readonly at: number
}

/** By then it is listed, or never came. */
const SHOWN_MS = MINUTE * 1_000

export class ArrivingTorrents {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #isListed: (key: TorrentKey) => boolean
  readonly #known = new Map<string, Arriving>()

  constructor(clock: Pick<Clock, 'monotonic'>, isListed: (key: TorrentKey) => boolean) {
    this.#clock = clock
    this.#isListed = isListed
  }

  /** It is added now. */
  take({key, name}: Pick<TorrentFiles, 'key' | 'name'>, landings: readonly Landing[]): void {
    this.#known.set(keyText(key), {key, name, sizes: sizesOf(landings), at: this.#clock.monotonic()})
  }

  /** @returns the name of another one of its server that brings another file to one of its paths; `null` = none does */
  meets({key}: Pick<TorrentFiles, 'key'>, landings: readonly Landing[]): string | null {
    const now = this.#clock.monotonic()
    for (const [id, it] of this.#known)
      if (now - it.at > SHOWN_MS || this.#isListed(it.key)) this.#known.delete(id)
    if (this.#known.size === 0) return null
    const own = sizesOf(landings)
    const others = [...this.#known.values()].filter(
      (it) => it.key.serverId === key.serverId && it.key.hash !== key.hash,
    )
    // Files of one size may be the same ones, of which several torrents seed.
    const isMet = ({sizes}: Arriving) => [...own].some(([path, size]) => (sizes.get(path) ?? size) !== size)
    return others.find(isMet)?.name ?? null
  }
}

export function justAdded(name: string): Refusal {
  const what = `Files of "${name}", which was just added, would be replaced or changed.`
  const instead = 'Try again once its server lists it, use another place, or confirm it'
  return confirmable('content_shared', `${what} ${instead}`, 'accepts_others')
}

/** Some disks know no capitals, and none of ours is asked here. */
function sizesOf(landings: readonly Landing[]): ReadonlyMap<string, Bytes> {
  const sizes = landings.flatMap(({folder, files}) => {
    const base = folder.replace(/[\\/]+$/, '')
    return files.map(({path, size}) => [`${base}/${path}`.normalize('NFC').toLowerCase(), size] as const)
  })
  return new Map(sizes)
}
