import {useQuery} from '@tanstack/react-query'
import {todayQuery} from '../../api/today.ts'
import {useNow} from '../../live/clock.ts'
import {startOfDay} from '../../i18n/format-time.ts'

/** What happened today, as it is read again and again. */
export function useToday() {
  const now = useNow(60_000)
  return useQuery(todayQuery(startOfDay(now)))
}
