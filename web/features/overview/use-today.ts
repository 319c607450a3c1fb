import {useQuery} from '@tanstack/react-query'
import {todayQuery, type Today} from '../../api/today.ts'
import {useNow} from '../../live/clock.ts'
import {startOfDay} from '../journal/journal-search.ts'

/** `undefined` until the first answer; `error` is the words of why there is none. */
export function useToday(): {readonly today: Today | undefined; readonly error: string | null} {
  const now = useNow(60_000)
  const {data, error} = useQuery(todayQuery(startOfDay(now)))
  return {today: data, error: data === undefined && error ? error.message : null}
}
