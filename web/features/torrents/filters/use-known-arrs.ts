import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import type {KnownArr} from '#search-query/filter-of.ts'
import {arrsQuery} from '../../../api/arrs.ts'

/** The Arrs in sight as the query language knows them; `null` = they have not come yet. */
export function useKnownArrs(): readonly KnownArr[] | null {
  const {data} = useQuery(arrsQuery)
  const asText = JSON.stringify(data?.map(({id, name, kind}) => ({id, name, kind})) ?? null)
  return useMemo(() => JSON.parse(asText) as KnownArr[] | null, [asText])
}
