import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {vocabularyQuery} from '../../api/rules.ts'
import {useServers} from '../../live/servers.ts'
import type {RuleWords} from './rule-completions.ts'

/** Every word that a rule may be written in, with the servers that there are; `null` = not read yet. */
export function useRuleWords(): RuleWords | null {
  const {data} = useQuery(vocabularyQuery)
  const servers = useServers()
  return useMemo(() => {
    if (!data) return null
    const {facts, actions, modes, subjects, reasons, events, weekdays} = data
    return {
      facts,
      actions: actions.map(({name, params, subjects: of, class: its}) => ({
        ...{name, hint: its, subjects: of},
        params: params.map((it) => it.name),
      })),
      values: {
        ...{mode: modes, subject: subjects, reason: reasons, on: events, weekdays},
        privacy: ['public', 'private', 'any'],
        conflict: ['exclusive', 'additive'],
        concern: ['fate', 'limits', 'queue', 'trackers', 'files'],
        servers: (servers ?? []).map(({server_id: id}) => id),
      },
    }
  }, [data, servers])
}
