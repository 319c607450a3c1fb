/**
 * Facts of rules that searches ask. Who judges them is handed in; here is kept what was said of each row: it is asked
 * again once the row changed, and of all rows once the judge says that anything may be another.
 */
import type {Rows} from '#fleet/rows.ts'
import type {ArrId} from '#model/arr.ts'
import type {Verdict} from '#model/decision.ts'
import type {FactWish, TorrentFilter} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {RowMatch} from './work.ts'

/** What of the facts who asks may know. */
interface FactSight {
  readonly arrs: readonly ArrId[]
  readonly disks: readonly ServerId[]
}

interface FactJudge {
  /** With another one all rows are judged again. */
  readonly version: string
  verdict(row: number): Verdict
  /**
   * Of these it decides: as many as it has room for are taken, and of those what is not known as it is now is looked up.
   *
   * @param by who asks, and has a share of the room; `undefined` = the program itself
   */
  want(rows: Iterable<number>, by: string | undefined): void
}

export interface FactSource {
  /**
   * Resolves when what others have to be asked was answered, or could not be.
   *
   * @param by who asks; `undefined` = the program itself
   * @throws {CommodarrError} too_expensive: too much that is new
   */
  ready(conditions: readonly Condition[], wish: FactWish, by: string | undefined): Promise<void>
  /** Takes in what was answered, in pieces: it is of the work of who asks next. */
  take(condition: Condition): Iterable<void>
  judgeOf(condition: Condition, sight: FactSight): FactJudge
}

/** Nothing is known of any. */
export const noFacts: FactSource = {
  ready: async () => undefined,
  take: () => [],
  judgeOf: () => ({version: '', verdict: () => 'unknown', want: () => undefined}),
}

/** What was said of the rows, until the fleet changes. */
export interface FactTest {
  verdict(row: number): Verdict
  /** Of these it decides. */
  want(decides: RowMatch, by: string | undefined): void
}

/** Conditions whose answers are kept, each a byte a row: those of two searches of the most conditions. */
const KEPT = 128
/** Rows looked over between two chances to pause. There is one after each that is judged. */
const STRIDE = 512
const codes = {no: 0, yes: 1, unknown: 2} as const
const verdicts = ['no', 'yes', 'unknown'] as const satisfies readonly Verdict[]

class Judged {
  readonly #rows: Rows
  #codes = new Uint8Array(0)
  /** The fleet's generation up to which changes were judged. */
  #seen = -1
  #version: string | null = null
  /** Where the last look ended: the next one goes on there, so that those in front keep none waiting for ever. */
  #next = 0

  constructor(rows: Rows) {
    this.#rows = rows
  }

  verdict(row: number): Verdict {
    return verdicts[this.#codes[row]!]!
  }

  /** Each row once, from where this ended last. */
  *inTurn(decides: RowMatch): Generator<number, void, void> {
    const {end} = this.#rows
    const first = this.#next
    for (let step = 0; step < end; step++) {
      const row = (first + step) % end
      if (!decides(row)) continue
      this.#next = row
      yield row
    }
  }

  *refresh(judge: FactJudge): Generator<void, void, void> {
    const {version} = judge
    const rows = this.#rows
    const {generation, end} = rows
    const isAll = version !== this.#version
    if (this.#codes.length < rows.generations.length) {
      const room = new Uint8Array(rows.generations.length)
      room.set(this.#codes)
      this.#codes = room
    }
    if (isAll || generation > this.#seen) {
      for (let row = 0; row < end; row++) {
        if (isAll || rows.generations[row]! > this.#seen) {
          this.#codes[row] = rows.isShown(row) ? codes[judge.verdict(row)] : codes.unknown
          yield
        } else if (row % STRIDE === 0) yield
      }
    }
    this.#seen = generation
    this.#version = version
  }
}

export class FactTests {
  readonly #rows: Rows
  readonly #source: FactSource
  readonly #judged = new Map<string, Judged>()

  constructor(rows: Rows, source: FactSource) {
    this.#rows = rows
    this.#source = source
  }

  *test(
    condition: Condition,
    {arrsInSight = [], disksInSight = []}: TorrentFilter,
  ): Generator<void, FactTest, void> {
    const sight = {arrs: arrsInSight, disks: disksInSight}
    const name = JSON.stringify([condition, sight])
    const judged = this.#judged.get(name) ?? new Judged(this.#rows)
    // The one used longest ago is the first, and goes.
    this.#judged.delete(name)
    this.#judged.set(name, judged)
    if (this.#judged.size > KEPT) this.#judged.delete(this.#judged.keys().next().value!)
    yield* this.#source.take(condition)
    const judge = this.#source.judgeOf(condition, sight)
    yield* judged.refresh(judge)
    return {
      verdict: (row) => judged.verdict(row),
      want: (decides, by) => judge.want(judged.inTurn(decides), by),
    }
  }
}
