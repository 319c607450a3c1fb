/** How often a server is polled: a pure choice from what the last answer cost and whether anything moves. */
interface Pace {
  /** Somebody looks at this server's torrents. */
  readonly watched: boolean
  /** Bytes flow. */
  readonly active: boolean
  /** The server's own time for an answer of the class that is asked next (`AnswerTimes.typicalMs`), ms. */
  readonly answerMs: number
  /** The server's own refresh interval: asking more often tells nothing new. */
  readonly leastIntervalMs: number | null
  /** A person's wish for this server: the least time between two polls. `null` = as we do by ourselves. */
  readonly wishedMs: number | null
  /** After a command: look soon whether it took effect. */
  readonly hurry: boolean
}

const WATCHED_MS = 2_000
const ACTIVE_MS = 3_000
const IDLE_MS = 10_000
const HURRY_MS = 700
const MOST_HURRY_MS = 10_000
const MOST_MS = 60_000
/** qBittorrent 4.x spends 0.14 ms per torrent on every poll, idle or not: a poll may take a tenth of its time. */
const SHARE_OF_SERVER_TIME = 10

export function pollIntervalMs(pace: Pace): number {
  const wanted = pace.watched ? (pace.wishedMs ?? WATCHED_MS) : pace.active ? ACTIVE_MS : IDLE_MS
  const bearable = bearableMs(pace.answerMs)
  // Three looks after a command and those of the first minute are worth more than the wish for few of them.
  if (pace.hurry) return Math.min(MOST_HURRY_MS, Math.max(HURRY_MS, pace.answerMs * 2))
  // The server's wish is bounded: one that asks for a day would be shown as it was yesterday.
  const asked = Math.min(MOST_MS, pace.leastIntervalMs ?? 0)
  return Math.max(wanted, bearable, asked, pace.wishedMs ?? 0)
}

/** Between two questions whose answers take so long, ms: the server spends a tenth of its time on us, at most. */
export function bearableMs(answerMs: number): number {
  return Math.min(MOST_MS, answerMs * SHARE_OF_SERVER_TIME)
}

/** `whole`: we asked for the whole list. `changes`: for whatever is cheapest, and what most polls ask for. */
type AnswerClass = 'whole' | 'changes'

/** So many answers of a class are looked at. */
const ANSWERS_KEPT = 3

/**
 * What answers cost, each class for itself: a whole list of 300,000 torrents takes a minute, the changes behind it take
 * milliseconds. By what was asked, not by what came: a daemon that answers each question for changes with its whole
 * list costs that much at the next one, too.
 */
export class AnswerTimes {
  readonly #last: {readonly [C in AnswerClass]: number[]} = {whole: [], changes: []}

  add(of: AnswerClass, ms: number): void {
    const last = this.#last[of]
    last.push(ms)
    if (last.length > ANSWERS_KEPT) last.shift()
  }

  /**
   * What the next answer of this class takes, ms: the median of the last three, the faster one of two; 0 = none came
   * yet, so that it is asked for. A single one may have taken hours: the server, its network or we stood still.
   */
  typicalMs(of: AnswerClass): number {
    const sorted = this.#last[of].toSorted((one, other) => one - other)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  }
}

/** ms of the monotonic clock. */
type Ms = number

/** A fleet of so many connects at once. */
const AT_ONCE = 32
/** The others one after the other: 500 a second, a tenth of a core. */
const APART_MS = 2

/**
 * When each of thousands of servers is called, so that neither our loop nor somebody's network has to bear them all in
 * one moment: at our start, and when they all come back after an outage. Nobody waits for an answer of another, only
 * for his moment: servers that are silent hold up nobody.
 */
export class ConnectPace {
  readonly #atOnce: number
  readonly #apartMs: number
  /** The moment after the last one that was given out, were they all apart. */
  #nextAt: Ms = -Infinity

  constructor({atOnce = AT_ONCE, apartMs = APART_MS}: {atOnce?: number; apartMs?: number} = {}) {
    this.#atOnce = atOnce
    this.#apartMs = apartMs
  }

  /** A moment for one call, now or later; it is nobody else's. */
  take(now: Ms): Ms {
    const at = Math.max(this.#nextAt, now)
    this.#nextAt = at + this.#apartMs
    return Math.max(now, at - (this.#atOnce - 1) * this.#apartMs)
  }
}
