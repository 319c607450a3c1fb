/**
 * The value of a sentence that is open, and what is typed there. A page has one at most. It is kept beside the rows: a row
 * is read again, says more than before or stands elsewhere while somebody types.
 */
import {useEffect, useSyncExternalStore} from 'react'
import type {ListedRule} from '../../api/rules.ts'
import {Signal} from '../../lib/signal.ts'
import type {Blank} from './sentence-pieces.ts'

/** A value with the rules that have it. */
interface ValueOfRules {
  readonly blank: Blank
  readonly rules: readonly ListedRule[]
}

interface OpenValue {
  /** As it was when it was opened. */
  readonly piece: ValueOfRules
  /** What was typed; `null` = nothing yet: then it is what stands in the rule. */
  readonly typed: string | null
  /** What stood in the rule when typing began; `null` = nothing was typed. */
  readonly begin: string | null
}

const changes = new Signal()
let open: OpenValue | null = null

function set(next: OpenValue | null): void {
  open = next
  changes.emit()
}

/** Opens a value, of which nothing is typed yet. */
export function openValue(piece: ValueOfRules): void {
  set({piece, typed: null, begin: null})
}

/** What was typed is let go. */
export function closeValue(): void {
  set(null)
}

/** Is it still the one that is open? */
export function isStillOpen(value: ValueOfRules): boolean {
  return open !== null && openAmong(open, [value]) === 0
}

/** @param typed `null` = what stands in the rule @param begin what stands there now */
export function typeValue(typed: string | null, begin: string): void {
  if (open) set({...open, typed, begin: typed === null ? null : (open.begin ?? begin)})
}

export function useOpenValue(): OpenValue | null {
  return useSyncExternalStore(changes.listen, () => open)
}

/** For a page with sentences: what is open closes with it. */
export function useValuesOfPage(): void {
  useEffect(() => closeValue, [])
}

/** Which piece is the one that is open? What was added before it moves its place. @returns -1 = none any more */
export function openAmong({piece}: OpenValue, pieces: readonly (string | ValueOfRules)[]): number {
  const isNamedSo = (it: string | ValueOfRules): it is ValueOfRules =>
    typeof it !== 'string' && it.blank.label === piece.blank.label && isOfRules(it.rules, piece.rules)
  const at = pieces.findIndex((it) => isNamedSo(it) && isSamePlace(it, piece))
  if (at >= 0) return at
  const [only = -1, ...others] = pieces.flatMap((it, nth) => (isNamedSo(it) ? [nth] : []))
  return others.length === 0 ? only : -1
}

function isSamePlace(one: ValueOfRules, other: ValueOfRules): boolean {
  return one.blank.place.join('.') === other.blank.place.join('.')
}

/** Do they have a rule in common? */
export function isOfRules(rules: readonly ListedRule[], others: readonly ListedRule[]): boolean {
  return rules.some(({id}) => others.some((it) => it.id === id))
}
