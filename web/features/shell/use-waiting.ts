import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'
import {useAttention} from '../../live/attention.ts'
import {waitingInAll} from './attention.ts'

/** What of all Arrs in sight waits for a person: downloads, and what their rules ask. */
export function useWaiting(): number {
  const {data = []} = useQuery(arrsQuery)
  return waitingInAll(data, useAttention())
}
