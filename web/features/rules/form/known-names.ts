import {useMemo} from 'react'
import type {conditionIn} from '#search-query/rule-condition.ts'
import {useKnownArrs, useKnownServers} from '../../torrents/filters/use-query-draft.ts'

/** Names of servers and Arrs by which the text of a condition is read and printed. */
export type Known = NonNullable<Parameters<typeof conditionIn>[1]>

export function useKnown(): Known {
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  return useMemo(() => ({servers, arrs: arrs ?? []}), [servers, arrs])
}
