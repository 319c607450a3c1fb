/**
 * What is judged row by row and takes its time: patterns over names, pieces of long texts. The judgement is kept by row,
 * and only rows that changed since are judged again.
 */
import type {Rows} from '#fleet/rows.ts'
import type {RowMatch, Work} from './work.ts'

/** Tests kept; each takes a byte a row. */
const KEPT = 32
/** Rows looked over between two chances to pause. There is one after each that is judged: a pattern may take long. */
const STRIDE = 512

class RowTest {
  readonly passes: RowMatch = (row) => this.#passing[row] === 1
  readonly #rows: Rows
  readonly #column: {readonly generation: number}
  readonly #test: RowMatch
  #passing = new Uint8Array(0)
  /** The fleet's generation up to which changes were judged. */
  #seen = -1

  constructor(rows: Rows, column: {readonly generation: number}, test: RowMatch) {
    this.#rows = rows
    this.#column = column
    this.#test = test
  }

  *refresh(): Work {
    const rows = this.#rows
    const {generation, end} = rows
    if (Math.max(this.#column.generation, rows.membership) > this.#seen) {
      this.#makeRoom()
      for (let row = 0; row < end; row++) {
        if (rows.generations[row]! > this.#seen) {
          this.#passing[row] = rows.isShown(row) && this.#test(row) ? 1 : 0
          yield
        } else if (row % STRIDE === 0) yield
      }
    }
    this.#seen = generation
  }

  #makeRoom(): void {
    const capacity = this.#rows.generations.length
    if (this.#passing.length >= capacity) return
    const passing = new Uint8Array(capacity)
    passing.set(this.#passing)
    this.#passing = passing
  }
}

export class RowTests {
  readonly #rows: Rows
  readonly #tests = new Map<string, RowTest>()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /**
   * @param name stands for the test; it is made when there is none of that name
   * @param column the only one it reads
   */
  *passing(
    name: string,
    column: {readonly generation: number},
    make: () => RowMatch,
  ): Generator<void, RowMatch, void> {
    const test = this.#tests.get(name) ?? new RowTest(this.#rows, column, make())
    // The one used longest ago is the first, and goes.
    this.#tests.delete(name)
    this.#tests.set(name, test)
    if (this.#tests.size > KEPT) this.#tests.delete(this.#tests.keys().next().value!)
    yield* test.refresh()
    return test.passes
  }
}
