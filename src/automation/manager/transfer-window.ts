/**
 * How much came in of each download lately: a figure a minute, as far back as the longest window that some rule asks
 * for. Only of what is downloading; by the steady clock of its server, so that a clock that is set moves nothing, and a
 * window reaches back over time in which something could have come in.
 */
import type {Bytes, BytesPerSecond, Seconds} from '#model/units.ts'
import {notWatched, type Flow} from './torrent-subject.ts'

/** Figures are at least so far apart. */
export const STEP: Seconds = 60
/** A pause between two looks that is longer than this was not watched: windows over it are unknown. */
const LONGEST_PAUSE: Seconds = 3 * STEP

interface Figure {
  readonly at: Seconds
  readonly bytes: Bytes
  /** As `Watched.flowed`. */
  readonly flowed: Bytes
}

interface Watched {
  lookedAt: Seconds
  /** The last look at which it was held back; `null` = never since it is watched. */
  heldBackAt: Seconds | null
  /** By the speeds that its server told, since it is watched. */
  flowed: Bytes
  speed: BytesPerSecond
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
   * @param isHeldBack it does not download as fast as it could: stopped, in the queue, at alternative speed
   */
  see(
    key: string,
    bytes: Bytes | undefined,
    at: Seconds,
    {isHeldBack, speed}: {isHeldBack: boolean; speed: BytesPerSecond} = {isHeldBack: false, speed: 0},
  ): void {
    const before = this.#watched.get(key)
    if (bytes === undefined) return this.forget(key)
    const heldBackAt = isHeldBack ? at : (before?.heldBackAt ?? null)
    if (!before || isBroken(before, bytes, at)) {
      const figures = [{at, bytes, flowed: 0}]
      this.#watched.set(key, {lookedAt: at, heldBackAt, flowed: 0, speed, figures})
      return
    }
    const flowed = flowedBy(before, at)
    Object.assign(before, {lookedAt: at, heldBackAt, flowed, speed})
    const {figures} = before
    if (at - figures.at(-1)!.at < STEP) return
    figures.push({at, bytes, flowed})
    while (figures[1]!.at <= at - this.#longest) figures.shift()
  }

  forget(key: string): void {
    this.#watched.delete(key)
  }

  /** @param bytes as `see`, at this moment */
  of(key: string, bytes: Bytes | undefined, at: Seconds): Flow {
    if (!this.#watched.has(key)) return notWatched
    return {
      gained: (window) => this.#gained(key, bytes, at, window),
      gainedFreely: (window) => this.#gainedFreely(key, bytes, at, window),
    }
  }

  #gained(key: string, bytes: Bytes | undefined, at: Seconds, window: Seconds): Bytes | undefined {
    const begin = this.#begin(key, bytes, at, window)
    return begin && bytes! - begin.bytes
  }

  /** By its counter or by its speed: who doubts a download takes the figure that speaks for it. */
  #gainedFreely(key: string, bytes: Bytes | undefined, at: Seconds, window: Seconds): Bytes | undefined {
    const begin = this.#begin(key, bytes, at, window)
    if (!begin) return undefined
    const watched = this.#watched.get(key)!
    if (watched.heldBackAt !== null && watched.heldBackAt >= begin.at) return undefined
    return Math.max(bytes! - begin.bytes, flowedBy(watched, at) - begin.flowed)
  }

  #begin(key: string, bytes: Bytes | undefined, at: Seconds, window: Seconds): Figure | undefined {
    const watched = this.#watched.get(key)
    if (!watched || bytes === undefined || isBroken(watched, bytes, at)) return undefined
    return watched.figures.findLast((figure) => figure.at <= at - window)
  }
}

function flowedBy({flowed, speed, lookedAt}: Watched, at: Seconds): Bytes {
  return flowed + speed * Math.max(0, at - lookedAt)
}

/** It was not watched for a while, or its counter began again. */
function isBroken({lookedAt, figures}: Watched, bytes: Bytes, at: Seconds): boolean {
  return at - lookedAt > LONGEST_PAUSE || bytes < figures.at(-1)!.bytes
}
