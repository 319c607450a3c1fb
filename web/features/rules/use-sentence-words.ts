import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {arrsQuery, removedArrsQuery} from '../../api/arrs.ts'
import {ruleDocumentsQuery, vocabularyQuery} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {arrsNamed} from '../arrs/arrs-named.ts'
import type {SentenceWords} from './sentence.ts'

/** What sentences about rules are said in, with the names of servers and Arrs. `null` = not read yet. */
export function useSentenceWords(): SentenceWords | null {
  const {data: vocabulary} = useQuery(vocabularyQuery)
  const {data: arrs} = useQuery(arrsQuery)
  const servers = useServers()
  const {data: rules = []} = useQuery({...ruleDocumentsQuery, enabled: false})
  const there = new Set(arrs?.map(({id}) => id))
  const isAnyGone =
    arrs !== undefined && rules.some((rule) => [...arrsNamed(rule)].some((id) => !there.has(id)))
  const {data: removed} = useQuery({...removedArrsQuery, enabled: isAnyGone})
  return useMemo(() => {
    if (!vocabulary) return null
    return {
      facts: new Map(vocabulary.facts.map((it) => [it.name, it])),
      names: new Map([
        ...[...(removed ?? [])].map(([id, name]) => [id, text('rules.name.removed', {name})] as const),
        ...(arrs ?? []).map(({id, name}) => [id, name] as const),
        ...(servers ?? []).map((it) => [it.server_id, it.server_name] as const),
      ]),
    }
  }, [vocabulary, arrs, servers, removed])
}
