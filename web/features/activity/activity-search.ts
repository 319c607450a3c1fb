/** What the address of the activity says. Read with every page, so it knows no more than how its parts are written. */

export const spans = ['hour', 'today', 'day', 'week', 'month'] as const
export type Span = (typeof spans)[number]
const shows = ['undo', 'failed', 'held', 'waiting'] as const

/** Several values of a filter stand behind each other with commas; those that are left out have a minus (`choiceOf`). */
export interface ActivitySearch {
  readonly q?: string
  /** Absent = everything. */
  readonly show?: (typeof shows)[number]
  readonly what?: string
  readonly who?: string
  readonly rule?: string
  readonly arr?: string
  readonly server?: string
  /** Absent = any time. */
  readonly when?: Span
  /** Info hash of one torrent. */
  readonly torrent?: string
  /** Also bookkeeping. */
  readonly hidden?: true
}

const words = ['q', 'what', 'who', 'rule', 'arr', 'server'] as const

/** Unknown and misspelt parts are left out: an old address still leads to a list. */
export function readActivitySearch(found: Readonly<Record<string, unknown>>): ActivitySearch {
  const {show, when, torrent, hidden} = found
  return {
    ...Object.fromEntries(
      words.flatMap((name) => {
        const value = found[name]
        // The router reads what looks like JSON: figures alone come as a number.
        const isText = (typeof value === 'string' && value !== '') || typeof value === 'number'
        return isText ? [[name, String(value).slice(0, 1_000)]] : []
      }),
    ),
    ...(isOne(shows, show) && {show}),
    ...(isOne(spans, when) && {when}),
    ...(typeof torrent === 'string' && /^[0-9a-f]{40}$/.test(torrent) && {torrent}),
    ...(hidden === true && {hidden}),
  }
}

function isOne<T extends string>(all: readonly T[], found: unknown): found is T {
  return (all as readonly unknown[]).includes(found)
}
