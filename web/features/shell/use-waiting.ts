import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'

/** How many downloads of all Arrs in sight wait for a person. */
export function useWaiting(): number {
  const {data = []} = useQuery(arrsQuery)
  return data.reduce((sum, {manager}) => sum + (manager?.waiting ?? 0), 0)
}
