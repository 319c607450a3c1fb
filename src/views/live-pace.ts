/**
 * How often live views are told, in ms. Together they take no more than a quarter of the thread: an eighth for reckoning
 * and an eighth for telling. So what takes long comes less often, for all alike.
 */
export interface LivePace {
  /** Between two reckonings of the same answer: order, facets and totals. */
  readonly answers: number
  /** Between two looks at the rows of a view. */
  readonly rows: number
  /** The same when a state changed, a torrent came or went, or a command was sent or ended. */
  readonly urgentRows: number
}

const ROWS_MS = 1000
const URGENT_MS = 50
/** A share of an eighth. */
const EIGHTH = 8

/** @param reckoning ms that one reckoning of every answer takes together; `telling` the same for every view's news */
export function livePace(reckoning: number, telling: number): LivePace {
  const rows = Math.max(ROWS_MS, (EIGHTH / 2) * reckoning, EIGHTH * telling)
  return {answers: 2 * rows, rows, urgentRows: Math.max(URGENT_MS, EIGHTH * telling)}
}
