import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {vocabularyQuery} from '../../api/rules.ts'
import {useServers} from '../../live/servers.ts'
import type {SentenceWords} from './sentence.ts'

/** What sentences about rules are said in, with the names of servers and Arrs. `null` = not read yet. */
export function useSentenceWords(): SentenceWords | null {
  const {data: vocabulary} = useQuery(vocabularyQuery)
  const {data: arrs} = useQuery(arrsQuery)
  const servers = useServers()
  return useMemo(() => {
    if (!vocabulary) return null
    return {
      facts: new Map(vocabulary.facts.map((it) => [it.name, it])),
      names: new Map([
        ...(arrs ?? []).map(({id, name}) => [id, name] as const),
        ...(servers ?? []).map((it) => [it.server_id, it.server_name] as const),
      ]),
    }
  }, [vocabulary, arrs, servers])
}
