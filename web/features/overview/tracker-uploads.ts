/** What was uploaded to the torrents of each tracker in a range. Pure. */
import type {TrackerHistory} from '../../api/history.ts'
import {sumOf} from '../../ui/chart-geometry.ts'

interface TrackerUploads {
  /** The most first, those that are together last; those to which nothing went are left out. */
  readonly rows: readonly {
    /** As the API names it: '' = no tracker, * = the others together. */
    readonly host: string
    /** bytes */
    readonly uploaded: number
  }[]
  /** Epoch ms; `null` = from the beginning of the range. */
  readonly since: number | null
  /** Was nothing known for a while after that? */
  readonly hasGaps: boolean
}

export const OTHER_TRACKERS = '*'

/** @returns `null` = nothing is known */
export function trackerUploads({at, trackers, reporting}: TrackerHistory): TrackerUploads | null {
  const sums = trackers.flatMap(({host, uploaded}) => {
    const sum = sumOf(uploaded)
    return sum === null ? [] : [{host, uploaded: sum}]
  })
  if (sums.length === 0) return null
  const isKnown = (place: number) =>
    (reporting[place] ?? 0) > 0 || trackers.some(({uploaded}) => (uploaded[place] ?? null) !== null)
  const first = at.findIndex((_, place) => isKnown(place))
  const order = (host: string) => (host === OTHER_TRACKERS ? 1 : 0)
  return {
    rows: sums
      .filter(({uploaded}) => uploaded > 0)
      .toSorted((one, other) => order(one.host) - order(other.host) || other.uploaded - one.uploaded),
    since: first > 0 ? (at[first] ?? null) : null,
    hasGaps: at.some((_, place) => place > first && !isKnown(place)),
  }
}
