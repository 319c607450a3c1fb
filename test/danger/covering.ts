/**
 * Rows in which each possible combination of so many values comes together at least once: one greedy pass, the same from the
 * same seed. Where nothing new is to be won an axis takes its first value, the harmless one, so that few dangers hide others.
 */
import {seededRandom} from '#lab/simulators/random.ts'

/** The values of each axis; the first of each is the usual one. */
export type Axes = Readonly<Record<string, readonly string[]>>
export type RowOf<A extends Axes> = {readonly [Axis in keyof A]: A[Axis][number]}

export interface Space<A extends Axes> {
  readonly axes: A
  /** Also asked of rows that do not name every axis yet. */
  readonly isPossible: (part: Partial<RowOf<A>>) => boolean
  /** Where nothing is to be won the values of these axes take turns. */
  readonly inTurn: readonly (keyof A & string)[]
}

type Part = Readonly<Record<string, string>>

const SEED = 5
/** Of so many rows the one that brings most is taken. */
const TRIES = 12

/** @param strength 2: every pair, 3: every three values */
export function covering<A extends Axes>(space: Space<A>, strength: 2 | 3): readonly RowOf<A>[] {
  const plain = new Combinations(space)
  const open = new Map(plain.all(strength).map((part) => [plain.keyOf(part), part]))
  const random = seededRandom(SEED)
  const rows: Part[] = []
  while (open.size > 0) {
    const waiting = [...open.values()]
    const tries = Array.from({length: TRIES}, () => {
      const row = plain.completed(waiting[random.below(waiting.length)]!, {open, strength, rows})
      return {row, keys: plain.keysOf(row, strength).filter((key) => open.has(key))}
    })
    const {row, keys} = tries.reduce((best, it) => (it.keys.length > best.keys.length ? it : best))
    for (const key of keys) open.delete(key)
    rows.push(row)
  }
  return rows as RowOf<A>[]
}

/** @returns combinations of so many values that are possible and come together in none of the rows */
export function uncovered<A extends Axes>(
  space: Space<A>,
  rows: readonly RowOf<A>[],
  strength: 2 | 3,
): readonly string[] {
  const plain = new Combinations(space)
  const met = new Set(rows.flatMap((row) => plain.keysOf(row, strength)))
  return plain
    .all(strength)
    .map((part) => plain.keyOf(part))
    .filter((key) => !met.has(key))
}

interface Made {
  /** What is still to be met, by its key. */
  readonly open: ReadonlyMap<string, Part>
  readonly strength: number
  readonly rows: readonly Part[]
}

class Combinations<A extends Axes> {
  readonly #space: Space<A>
  readonly #names: readonly string[]
  readonly #inTurn: ReadonlySet<string>

  constructor(space: Space<A>) {
    this.#space = space
    this.#names = Object.keys(space.axes)
    this.#inTurn = new Set(space.inTurn)
  }

  /** Axis by axis with the value that brings most that is new. */
  completed(first: Part, {open, strength, rows}: Made): Part {
    let row = first
    for (const axis of this.#names.filter((it) => first[it] === undefined)) {
      const known = this.#names.filter((it) => row[it] !== undefined)
      const others = selected(known, strength - 1)
      const gain = (part: Part) =>
        others.filter((names) => open.has(this.keyOf(part, [...names, axis]))).length
      const uses = (part: Part) =>
        this.#inTurn.has(axis) ? rows.filter((it) => it[axis] === part[axis]).length : 0
      const [best] = this.#space.axes[axis]!.map((value): Part => ({...row, [axis]: value}))
        .filter((part) => this.#canBeWhole(part))
        .map((part) => ({part, gain: gain(part), uses: uses(part)}))
        .toSorted((a, b) => b.gain - a.gain || a.uses - b.uses)
      row = best!.part
    }
    return row
  }

  /** Those that a whole row can have. */
  all(strength: number): readonly Part[] {
    return selected(this.#names, strength).flatMap((names) =>
      names
        .reduce<Part[]>(
          (parts, axis) =>
            parts.flatMap((part) => this.#space.axes[axis]!.map((value) => ({...part, [axis]: value}))),
          [{}],
        )
        .filter((part) => this.#canBeWhole(part)),
    )
  }

  keysOf(row: Part, strength: number): readonly string[] {
    return selected(this.#names, strength).map((names) => this.keyOf(row, names))
  }

  /** Its values of these axes, always in the same order. */
  keyOf(part: Part, names = this.#names): string {
    return this.#names.flatMap((axis) => (names.includes(axis) ? (part[axis] ?? []) : [])).join(' + ')
  }

  #canBeWhole(part: Part): boolean {
    if (!this.#space.isPossible(part as Partial<RowOf<A>>)) return false
    const axis = this.#names.find((it) => part[it] === undefined)
    if (axis === undefined) return true
    return this.#space.axes[axis]!.some((value) => this.#canBeWhole({...part, [axis]: value}))
  }
}

function selected<T>(all: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return all.flatMap((first, at) => selected(all.slice(at + 1), count - 1).map((rest) => [first, ...rest]))
}
