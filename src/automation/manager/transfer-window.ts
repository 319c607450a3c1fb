/**
 * How much came in of each download lately: a figure a minute, as far back as the longest window that some rule asks
 * for. Only of what is downloading; by our own duration clock, so that a clock that is set moves nothing.
 */
import type {Bytes, Seconds} from '#model/units.ts'
import type {Flow} from './torrent-subject.ts'

/** Figures are at least so far apart. */
export const STEP: Seconds = 60
/** A pause between two looks that is longer than this was not watched: windows over it are unknown. */
const LONGEST_PAUSE: Seconds = 3 * STEP

interface Figure {
  readonly at: Seconds
  readonly bytes: Bytes
}

interface Watched {
  lookedAt: Seconds
  /** The oldest first; at least one. */
  readonly figures: Figure[]
}

export class TransferWindow {
  readonly #longest: Seconds
  readonly #watched = new Map<string, Watched>()

  /** @param longest window that will be asked for */
  constructor(longest: Seconds) {
    this.#longest = longest
  }

  /**
   * What a torrent has downloaded in all by now.
   * @param bytes `undefined` = its server does not tell, or nothing it says is believed: it is not watched meanwhile
   */
  see(key: string, bytes: Bytes | undefined, at: Seconds): void {
    const before = this.#watched.get(key)
    if (bytes === undefined) return this.forget(key)
    if (!before || isBroken(before, bytes, at)) {
      this.#watched.set(key, {lookedAt: at, figures: [{at, bytes}]})
      return
    }
    before.lookedAt = at
    const {figures} = before
    if (at - figures.at(-1)!.at < STEP) return
    figures.push({at, bytes})
    while (figures[1]!.at <= at - this.#longest) figures.shift()
  }

  forget(key: string): void {
    this.#watched.delete(key)
  }

  /** @param bytes as `see`, at this moment */
  of(key: string, bytes: Bytes | undefined, at: Seconds): Flow {
    return {gained: (window) => this.#gained(key, bytes, at, window)}
  }

  #gained(key: string, bytes: Bytes | undefined, at: Seconds, window: Seconds): Bytes | undefined {
    const watched = this.#watched.get(key)
    if (!watched || bytes === undefined || isBroken(watched, bytes, at)) return undefined
    const begin = watched.figures.findLast((figure) => figure.at <= at - window)
    return begin && bytes - begin.bytes
  }
}

/** It was not watched for a while, or its counter began anew. */
function isBroken({lookedAt, figures}: Watched, bytes: Bytes, at: Seconds): boolean {
  return at - lookedAt > LONGEST_PAUSE || bytes < figures.at(-1)!.bytes
}
