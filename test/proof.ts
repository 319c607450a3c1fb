/**
 * How much is proved. `npm test` proves what a change can break and is quick; `npm run test:full` proves everything, in
 * parts (docs/testing.md). A test that can be cheap takes few cases in the first and all of them in the second.
 */

/** Everything is proved: `COMMODARR_FULL` is set. */
export const isFull = process.env['COMMODARR_FULL'] !== undefined

/** @returns all of them in the full proof, else the first few */
export function some<T>(count: number, all: readonly T[]): readonly T[] {
  return isFull ? all : all.slice(0, count)
}
