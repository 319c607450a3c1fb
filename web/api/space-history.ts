/** Apart from all other history, as the status line asks it on every page. */
import {queryOptions} from '@tanstack/react-query'
import {ask} from './ask.ts'
import type {History} from './history.ts'

const WEEK_MS = 604_800_000
const MINUTE_MS = 60_000

/** The free space of servers by hour, of the last week. */
export const spaceQuery = queryOptions({
  queryKey: ['history', 'space'],
  queryFn: ({signal}) => {
    const from = Math.floor((Date.now() - WEEK_MS) / MINUTE_MS) * MINUTE_MS
    return ask<History>('/history', {query: {from, span: 3600, metrics: 'free_space'}, signal})
  },
  staleTime: 10 * MINUTE_MS,
  refetchInterval: 10 * MINUTE_MS,
})
