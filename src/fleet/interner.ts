/**
 * Gives equal values one small number. Uses are counted, so a value nobody holds any more goes (tracker messages come
 * with times in them: without counting they would pile up for ever) and its number is given out again.
 */
export const UNKNOWN_ID = 0
export const NONE_ID = 1
const FIRST_ID = 2

export class Interner<T> {
  /** By id; a hole where nobody uses the number. The first two stand for unknown and none. */
  readonly values: (T | undefined)[] = [undefined, undefined]
  /** Rises whenever an id begins or ceases to mean something. */
  generation = 0
  readonly #keyOf: (value: T) => string
  readonly #ids = new Map<string, number>()
  readonly #uses: number[] = [0, 0]
  readonly #free: number[] = []

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  /** Ids run from 0 to `end` - 1, holes included. */
  get end(): number {
    return this.values.length
  }

  get size(): number {
    return this.#ids.size
  }

  find(value: T): number | undefined {
    return this.#ids.get(this.#keyOf(value))
  }

  /** The id of `value`, with one use more. */
  acquire(value: T): number {
    const key = this.#keyOf(value)
    const known = this.#ids.get(key)
    if (known !== undefined) {
      this.#uses[known]!++
      return known
    }
    return this.#add(key, value)
  }

  release(id: number): void {
    if (id < FIRST_ID || --this.#uses[id]! > 0) return
    this.dropped(id)
    this.#ids.delete(this.#keyOf(this.values[id] as T))
    this.values[id] = undefined
    this.#free.push(id)
    this.generation++
  }

  /** A value begins to be kept. */
  protected added(_id: number, _value: T): void {
    // Nothing is kept of it but itself.
  }

  /** Its value is still there. */
  protected dropped(_id: number): void {
    // As above.
  }

  #add(key: string, value: T): number {
    const id = this.#free.pop() ?? this.values.length
    this.#ids.set(key, id)
    this.values[id] = value
    this.#uses[id] = 1
    this.generation++
    this.added(id, value)
    return id
  }
}

/**
 * Lists of words, each list once, and each word of them once: so whoever counts words, or looks for some, works with
 * numbers. Two million words in 10,000 lists, all of them different, would take seconds as texts.
 */
export class ListInterner extends Interner<readonly string[]> {
  readonly words = new Interner<string>((word) => word)
  /** By id of a list: the ids of its words, each once. Nothing for lists that nobody holds. */
  readonly #wordIds: (Uint32Array | undefined)[] = []

  constructor() {
    super((words) => JSON.stringify(words))
  }

  wordsOf(id: number): Uint32Array {
    return this.#wordIds[id] ?? noWords
  }

  protected override added(id: number, words: readonly string[]): void {
    this.#wordIds[id] = Uint32Array.from(new Set(words), (word) => this.words.acquire(word))
  }

  protected override dropped(id: number): void {
    for (const word of this.wordsOf(id)) this.words.release(word)
    this.#wordIds[id] = undefined
  }
}

const noWords = new Uint32Array(0)
