/** Which servers nothing may be concluded from, and since when: told by how they are, not by what was done to them. */
import type {FaultKind} from '../simulators/faults.ts'

interface Trouble {
  /** ms that only grow. */
  readonly since: number
  /** All the time it took questions and answered none, and nothing else was wrong. */
  readonly isSilent: boolean
}

/** How a server answers. */
interface Answering {
  readonly isListening: boolean
  readonly faults: {readonly kinds: readonly FaultKind['kind'][]}
}

/** What a server lists. */
interface Listing {
  readonly generation: number
  readonly hidden: number
  readonly longestSameMs: number
}

interface Known {
  trouble: Trouble | null
  /** Without anything that could keep it from answering, ms. */
  answersSince: number | null
  /** Answers, and lists all that it has, ms. */
  wholeSince: number | null
  lacking: number
  /** Of the start whose list was believed. */
  believed: number | null
}

/** A list that stayed the same for so long may be believed, whatever was listed before. Source: docs/use/safety/servers.md S01. */
const BELIEVED_AFTER_MS = 600_000

export class ServerTroubles {
  readonly #known = new Map<string, Known>()

  /** How it is at the moment; call it whenever something may have changed. */
  look(name: string, server: Answering, world: Listing, now: number): void {
    const known = this.#of(name)
    // Who answers late has answered: what he says may be believed.
    const faults = server.faults.kinds.filter((kind) => kind !== 'slowHead')
    const answers = server.isListening && faults.length === 0
    known.answersSince = answers ? (known.answersSince ?? now) : null
    known.wholeSince = answers && world.hidden === 0 ? (known.wholeSince ?? now) : null
    known.lacking = this.#lacking(known, world, now)
    const {trouble: before, lacking} = known
    const isSilent = server.isListening && lacking === 0 && faults.every((kind) => kind === 'silence')
    known.trouble =
      answers && lacking === 0
        ? null
        : {since: before?.since ?? now, isSilent: isSilent && before?.isSilent !== false}
  }

  /** `null` = it is well. */
  of(name: string): Trouble | null {
    return this.#of(name).trouble
  }

  /** For so long it has answered and listed all that it has, ms. */
  wholeForMs(name: string, now: number): number {
    return now - (this.#of(name).wholeSince ?? now)
  }

  /** Torrents that it has and does not list, and that nobody may believe to be gone. */
  lackingOf(name: string): number {
    return this.#of(name).lacking
  }

  #lacking(known: Known, {generation, hidden, longestSameMs}: Listing, now: number): number {
    const readableMs = now - (known.answersSince ?? now)
    if (Math.min(readableMs, longestSameMs) >= BELIEVED_AFTER_MS) known.believed = generation
    return known.believed === generation ? 0 : hidden
  }

  #of(name: string): Known {
    const fresh: Known = {trouble: null, answersSince: null, wholeSince: null, lacking: 0, believed: null}
    const known = this.#known.get(name) ?? fresh
    this.#known.set(name, known)
    return known
  }
}
