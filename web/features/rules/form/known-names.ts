import {useMemo} from 'react'
import {conditionIn} from '#search-query/rule-condition.ts'
import {trimmed} from '../../torrents/filters/query-draft.ts'
import {useKnownArrs, useKnownServers} from '../../torrents/filters/use-query-draft.ts'

/** Names of servers and Arrs by which the text of a condition is read and printed. */
export type Known = NonNullable<Parameters<typeof conditionIn>[1]>

export function useKnown(): Known {
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  return useMemo(() => ({servers, arrs: arrs ?? []}), [servers, arrs])
}

/**
 * What a rule has of a text: the tree where names in it stand for ids, else the text. What is not understood is kept as
 * it is written, so that nothing else is saved in its place.
 */
export function conditionOfText(written: string, known: Known): unknown {
  const {condition} = conditionIn(written, known)
  return condition !== null && hasNames(condition) ? condition : trimmed(written)
}

/** Names stand for ids, which are what a rule has. */
function hasNames(condition: unknown): boolean {
  return /"fact":"(server|arr)\.id"/.test(JSON.stringify(condition))
}
