/** What may help when nothing matches: the same query without some of its terms. Pure. */
import {fieldCalled} from '#search-query/fields.ts'
import {plainTerms} from '#search-query/groups.ts'
import {rewritten} from '#search-query/rewriting.ts'
import type {AskingTerm} from '#search-query/terms.ts'

interface QuerySuggestions {
  /** Without its servers; `null` = it names none. */
  readonly onAnyServer: string | null
  /** Without words; `null` = it has none. */
  readonly withoutWords: string | null
  /** Without fields, which the side bar writes; `null` = it has none. */
  readonly withoutFilters: string | null
}

export function querySuggestions(q: string): QuerySuggestions {
  const without = (isTaken: (term: AskingTerm) => boolean) =>
    plainTerms(q).some(isTaken) ? rewritten(q, isTaken, []) : null
  return {
    onAnyServer: without(isServer),
    withoutWords: without((term) => term.kind !== 'field'),
    withoutFilters: without((term) => term.kind === 'field'),
  }
}

function isServer(term: AskingTerm): boolean {
  return term.kind === 'field' && fieldCalled(term.field)?.name === 'server'
}
