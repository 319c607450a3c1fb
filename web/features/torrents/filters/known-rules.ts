/** Rules by which a search may ask, by their names. They come when a text names their field. */
import {useQuery} from '@tanstack/react-query'
import type {KnownRule} from '#model/query.ts'
import type {Rule} from '../../../api/rules.ts'
import {ask} from '../../../api/ask.ts'

/** `undefined` = they have not come yet, or nothing asks for them. */
export function useKnownRules(text: string): readonly KnownRule[] | undefined {
  return useQuery({
    queryKey: ['rules', 'names'],
    queryFn: async ({signal}) => (await ask<{rules: Rule[]}>('/rules', {signal})).rules.map(known),
    staleTime: 30_000,
    enabled: /\brule\s*[:=!]/i.test(text),
  }).data
}

/** What it asks is judged by the program alone; what is about no torrents is known here, too. */
function known(rule: Rule): KnownRule {
  return rule.subject === 'torrent' && !rule.obstacle ? rule : {...rule, condition: () => null}
}
