/** What the address of the queue says. Read with every page, so it knows no more than how its parts are written. */

const shows = ['problems', 'completed'] as const
/** Which downloads; absent = all. */
export type QueueShow = (typeof shows)[number]

export interface QueueSearch {
  /** Words that stand in it. */
  readonly q?: string
  /** Id; absent = of all. */
  readonly arr?: string
  readonly show?: QueueShow
  /** On the page of an Arr: where on their way, as far as there is such a step; absent = all. */
  readonly stage?: string
}

/** Unknown and misspelt parts are left out: an old address still leads to a list. */
export function readQueueSearch(found: Readonly<Record<string, unknown>>): QueueSearch {
  const {q, arr, show, stage} = found
  const known = shows.find((it) => it === show)
  // The router reads what looks like JSON: figures alone come as a number.
  const words = typeof q === 'number' ? String(q) : q
  return {
    ...(typeof words === 'string' && words !== '' && {q: words.slice(0, 1_000)}),
    ...(typeof arr === 'string' && arr !== '' && {arr}),
    ...(known && {show: known}),
    ...(typeof stage === 'string' && {stage}),
  }
}
