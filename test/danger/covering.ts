/**
 * Rows in which each possible combination of so many values comes together at least once: one greedy pass, the same from the
 * same seed. Where nothing new is to be won an axis takes its first value, the harmless one, so that few dangers hide others.
 */
import {seededRandom} from '#lab/simulators/random.ts'
import {axes, axisNames, isPossible, type Axis, type Row} from './axes.ts'

type Part = Partial<Row>

/** No dangers: where nothing is to be won their values take turns. */
const inTurn: ReadonlySet<Axis> = new Set<Axis>(['kind', 'wish'])

const SEED = 5
/** Of so many rows the one that brings most is taken. */
const TRIES = 12

/** @param strength 2: every pair, 3: every three values */
export function covering(strength: 2 | 3): readonly Row[] {
  const open = new Map(combinations(strength).map((part) => [keyOf(part, axisNames), part]))
  const random = seededRandom(SEED)
  const rows: Row[] = []
  while (open.size > 0) {
    const waiting = [...open.values()]
    const tries = Array.from({length: TRIES}, () => {
      const row = completed(waiting[random.below(waiting.length)]!, {open, strength, rows})
      return {row, keys: keysOf(row, strength).filter((key) => open.has(key))}
    })
    const {row, keys} = tries.reduce((best, it) => (it.keys.length > best.keys.length ? it : best))
    for (const key of keys) open.delete(key)
    rows.push(row)
  }
  return rows
}

/** @returns combinations of so many values that are possible and come together in none of the rows */
export function uncovered(rows: readonly Row[], strength: 2 | 3): readonly string[] {
  const met = new Set(rows.flatMap((row) => keysOf(row, strength)))
  return combinations(strength)
    .map((part) => keyOf(part, axisNames))
    .filter((key) => !met.has(key))
}

interface Made {
  /** What is still to be met, by its key. */
  readonly open: ReadonlyMap<string, Part>
  readonly strength: number
  readonly rows: readonly Row[]
}

/** Axis by axis with the value that brings most that is new. */
function completed(first: Part, {open, strength, rows}: Made): Row {
  let row = first
  for (const axis of axisNames.filter((it) => first[it] === undefined)) {
    const known = axisNames.filter((it) => row[it] !== undefined)
    const others = chosen(known, strength - 1)
    const gain = (part: Part) => others.filter((names) => open.has(keyOf(part, [...names, axis]))).length
    const uses = (part: Part) => (inTurn.has(axis) ? rows.filter((it) => it[axis] === part[axis]).length : 0)
    const [best] = axes[axis]
      .map((value): Part => ({...row, [axis]: value}))
      .filter(canBeWhole)
      .map((part) => ({part, gain: gain(part), uses: uses(part)}))
      .toSorted((a, b) => b.gain - a.gain || a.uses - b.uses)
    row = best!.part
  }
  return row as Row
}

/** Those that a whole row can have. */
function combinations(strength: number): readonly Part[] {
  return chosen(axisNames, strength).flatMap((names) =>
    names
      .reduce<Part[]>(
        (parts, axis) => parts.flatMap((part) => axes[axis].map((value) => ({...part, [axis]: value}))),
        [{}],
      )
      .filter(canBeWhole),
  )
}

function canBeWhole(part: Part): boolean {
  if (!isPossible(part)) return false
  const axis = axisNames.find((it) => part[it] === undefined)
  return axis === undefined || axes[axis].some((value) => canBeWhole({...part, [axis]: value}))
}

function keysOf(row: Row, strength: number): readonly string[] {
  return chosen(axisNames, strength).map((names) => keyOf(row, names))
}

/** Its values of these axes, always in the same order. */
function keyOf(part: Part, names: readonly Axis[]): string {
  return axisNames.flatMap((axis) => (names.includes(axis) ? (part[axis] ?? []) : [])).join(' + ')
}

function chosen<T>(all: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return all.flatMap((first, at) => chosen(all.slice(at + 1), count - 1).map((rest) => [first, ...rest]))
}
