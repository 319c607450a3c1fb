/** Of one portion at most twice as many: moving them costs less than a microsecond, and there are few portions. */
const PORTION = 256

/** A list that stays in order, however long it is, so that the place of each is known; no two are equal by its order. */
export class OrderedList<T> {
  readonly #compare: (a: T, b: T) => number
  /** None is empty. */
  #portions: T[][] = []
  #size = 0

  /** @param compare below 0 = `a` comes first; 0 only for the same one */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  get first(): T | undefined {
    return this.#portions[0]?.[0]
  }

  *[Symbol.iterator](): Generator<T> {
    for (const portion of this.#portions) yield* portion
  }

  add(one: T): void {
    this.#size++
    const at = Math.min(this.#portionOf(one), this.#portions.length - 1)
    const portion = this.#portions[at]
    if (portion === undefined) return void this.#portions.push([one])
    portion.splice(this.#placeIn(portion, one), 0, one)
    if (portion.length > 2 * PORTION) this.#portions.splice(at + 1, 0, portion.splice(PORTION))
  }

  /** Instead of all that there are. Many at once cost less than one by one. */
  fill(all: Iterable<T>): void {
    const sorted = [...all].sort(this.#compare)
    this.#size = sorted.length
    this.#portions = []
    for (let at = 0; at < sorted.length; at += PORTION) this.#portions.push(sorted.slice(at, at + PORTION))
  }

  /** @returns false = it is not in it */
  remove(one: T): boolean {
    const at = this.#portionOf(one)
    const portion = this.#portions[at]
    const place = portion && this.#foundIn(portion, one)
    if (portion === undefined || place === undefined) return false
    portion.splice(place, 1)
    if (portion.length === 0) this.#portions.splice(at, 1)
    this.#size--
    return true
  }

  /** From 0; `null` = it is not in it. */
  placeOf(one: T): number | null {
    const at = this.#portionOf(one)
    const portion = this.#portions[at]
    const place = portion && this.#foundIn(portion, one)
    if (place === undefined) return null
    return this.#portions.slice(0, at).reduce((sum, {length}) => sum + length, place)
  }

  #foundIn(portion: readonly T[], one: T): number | undefined {
    const place = this.#placeIn(portion, one)
    return place < portion.length && this.#compare(portion[place]!, one) === 0 ? place : undefined
  }

  /** The first that does not end before it. */
  #portionOf(one: T): number {
    return firstAt(this.#portions.length, (at) => this.#compare(this.#portions[at]!.at(-1)!, one) >= 0)
  }

  #placeIn(portion: readonly T[], one: T): number {
    return firstAt(portion.length, (at) => this.#compare(portion[at]!, one) >= 0)
  }
}

/** @param is false for the first ones, true for all others. @returns the first for which it is true; `length` = none */
function firstAt(length: number, is: (at: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (is(middle)) high = middle
    else low = middle + 1
  }
  return low
}
