import type {Rows} from '#fleet/rows.ts'

/** Rows of which something changed after generation `seen`, gone ones included. 0.1 ms at 100,000 rows. */
export function changedSince(rows: Rows, seen: number): number[] {
  const changed: number[] = []
  for (let row = 0; row < rows.end; row++) if (rows.generations[row]! > seen) changed.push(row)
  return changed
}

/**
 * An order brought up to date: `moved` rows are taken out of it, and those in `back` put in where they belong now.
 * 100,000 rows with 1,000 moved: 1 ms, where ordering again takes 10.
 */
export function reordered(
  order: Uint32Array,
  moved: readonly number[],
  back: readonly number[],
  compare: (a: number, b: number) => number,
): Uint32Array<ArrayBuffer> {
  const staying = without(order, moved)
  const coming = Uint32Array.from(back).sort(compare)
  const result = new Uint32Array(staying.length + coming.length)
  let taken = 0
  for (let next = 0; next < coming.length; next++) {
    const place = placeOf(coming[next]!, staying, taken, compare)
    result.set(staying.subarray(taken, place), taken + next)
    result[place + next] = coming[next]!
    taken = place
  }
  result.set(staying.subarray(taken), taken + coming.length)
  return result
}

/** How many of the ordered rows come before `row`, `from` or more. */
function placeOf(
  row: number,
  order: Uint32Array,
  from: number,
  compare: (a: number, b: number) => number,
): number {
  let low = from
  let high = order.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(row, order[middle]!) < 0) high = middle
    else low = middle + 1
  }
  return low
}

/** A plain loop: `filter` with a function takes ten times as long. */
function without(order: Uint32Array, rows: readonly number[]): Uint32Array {
  const isGone = new Uint8Array(1 + rows.reduce((highest, row) => Math.max(highest, row), 0))
  for (const row of rows) isGone[row] = 1
  const staying = new Uint32Array(order.length)
  let count = 0
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
    if (row >= isGone.length || isGone[row] === 0) staying[count++] = row
  }
  return staying.subarray(0, count)
}
