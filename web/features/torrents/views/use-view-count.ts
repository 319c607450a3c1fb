import type {ViewWish} from '#model/live.ts'
import {useLiveView} from '../../../live/use-view.ts'

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const noRows = [] as const

/** How many torrents match, live: a view without rows. `null` = not known yet. */
export function useViewCount(q: string, servers: readonly string[] | null): number | null {
  return useLiveView(countWish(q, servers), noRows).totals?.count ?? null
}

function countWish(q: string, servers: readonly string[] | null): ViewWish {
  return {
    q,
    sort: [],
    group: null,
    columns: ['name'],
    facets: [],
    time_zone: timeZone,
    ...(servers !== null && {servers}),
  }
}
