import {fieldCalled} from '#search-query/fields.ts'
import type {FactWords} from '#search-query/fact-words.ts'
import {filterOf} from '#search-query/filter-of.ts'
import {factFieldCalled} from '#search-query/language.ts'
import {decidedBy, partsOf} from '#search-query/parts.ts'
import {termsOf, type FieldTerm, type Term} from '#search-query/terms.ts'
import {text} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {count} from '../../../ui/format.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useFactWords} from './fact-words.ts'
import {useUnknownCount} from '../views/view-state.ts'

/**
 * "38 more are unknown": the search cannot tell whether they match. Nothing where it can of all.
 * @param isExplained says why, too
 */
export function UnknownCount({q, isExplained = false}: {q: string; isExplained?: boolean}) {
  const facts = useFactWords(termsOf(q).some(mayBeFact))
  const decided = decidedQuery(q, facts)
  return decided !== null && <Unknown decided={decided} reasons={reasonsOf(q)} isExplained={isExplained} />
}

function Unknown({
  decided,
  reasons,
  isExplained,
}: {
  decided: string
  reasons: readonly string[]
  isExplained: boolean
}) {
  const [{servers}] = useTorrentsSearch()
  const unknown = useUnknownCount(decided, readScope(servers))
  if (unknown <= 0) return null
  return (
    <>
      <span className="text-12 font-normal text-text-3" title={reasons.join('\n')}>
        · {text('explain-search.unknown', {count: unknown, all: count(unknown)})}
      </span>
      {isExplained &&
        reasons.map((reason) => (
          <span key={reason} className="block text-12 font-normal text-pretty text-text-2">
            {reason}
          </span>
        ))}
    </>
  )
}

/** Why what the search asks may be unknown. */
function reasonsOf(q: string): readonly string[] {
  const names = new Set(termsOf(q).flatMap((term) => (mayBeFact(term) ? [term.field.toLowerCase()] : [])))
  const facts = [...names].flatMap((name) => factFieldCalled(name) ?? [])
  const ofArrs = facts.filter(({group}) => group === 'arrs')
  const lookedUp = facts.filter(({group, isLookedUp}) => isLookedUp && group !== 'arrs')
  const listed = (some: typeof facts) => some.map(({name}) => name).join(', ')
  return [
    ...(lookedUp.length > 0 ? [text('explain-search.why.looked-up', {fields: listed(lookedUp)})] : []),
    ...(ofArrs.length > 0 ? [text('explain-search.why.arrs', {fields: listed(ofArrs)})] : []),
    text('explain-search.why.servers'),
  ]
}

/** Of every torrent it is known, whichever server it is on. */
const alwaysKnown: ReadonlySet<string> = new Set([
  'server',
  'kind',
  'state',
  'category',
  'tag',
  'arr',
  'name',
])

/** A field that the list has no column of. */
function mayBeFact(term: Term): term is FieldTerm {
  return term.kind === 'field' && term.values.length > 0 && fieldCalled(term.field) === null
}

/** What finds every torrent of which `q` decides; `null` = it decides of all, or has no opposite. */
function decidedQuery(q: string, facts: FactWords | undefined): string | null {
  const mayBeUnknown = termsOf(q).some((term) => {
    const field = term.kind === 'field' && fieldCalled(term.field)
    return (field && !alwaysKnown.has(field.name)) || mayBeFact(term)
  })
  if (!mayBeUnknown) return null
  const decided = decidedBy(partsOf(q))
  const {mistakes} = filterOf(decided, {servers: [], arrs: [], now: serverNow(), ...(facts && {facts})})
  const isUnderstood = mistakes.every(({code}) => code === 'unknown_server' || code === 'unknown_arr')
  return isUnderstood ? decided : null
}
