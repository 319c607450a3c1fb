/** What could stand at the cursor in a text of a rule: the fields of the search that rules can ask, and those that only they have. */
import {factOf} from '#model/fact.ts'
import type {Completion} from './complete.ts'
import {whyWithheld} from './fact-words.ts'
import {fieldCalled, fields} from './fields.ts'
import {conditionIn} from './rule-condition.ts'
import {ruleFields} from './rule-fields.ts'
import {ruleField} from './rule-terms.ts'
import {termsOf} from './terms.ts'

const MOST = 8

/** @param offers of the search box at this cursor */
export function ruleCompletions(
  offers: readonly Completion[],
  text: string,
  cursor: number,
): readonly Completion[] {
  const asked = offers.filter(({kind, text: written}) => kind === 'value' || isAsked(written))
  return [...asked.filter((it) => it.kind !== 'value' || isTaken(it, text)), ...further(text, cursor)]
}

/** A value that no field refuses as something that rules cannot say: what is refused with it is the field. */
const ANY = 'localhost'
const refused = new Set(
  fields
    .filter(({name}) => conditionIn(`${name}:${ANY}`).mistakes.some(({code}) => code === 'not_in_rules'))
    .map(({name}) => name),
)

function isAsked(written: string): boolean {
  const name = /^[a-z_]+/i.exec(written)?.[0] ?? ''
  if (name === ruleField) return false
  const field = fieldCalled(name)
  return field === null || !refused.has(field.name)
}

/** What a rule cannot ask is not offered: judged by the text with the value in its place. */
function isTaken({text: written, from, to}: Completion, text: string): boolean {
  const {mistakes} = conditionIn(`${text.slice(0, from)}${written}${text.slice(to)}`)
  return !mistakes.some((it) => it.code === 'not_in_rules' && it.from < from + written.length && it.to > from)
}

/** Facts that a search withholds, by the letters before the cursor. */
function further(text: string, cursor: number): readonly Completion[] {
  const term = termsOf(text).find(({from, to}) => from < cursor && cursor <= to)
  if (term?.kind !== 'word' || term.quoted) return []
  const from = term.from + (term.negated ? 1 : 0)
  const typed = text.slice(from, cursor).toLowerCase()
  if (typed === '') return []
  // All others are offered as in a search.
  return ruleFields
    .filter(([, fact]) => whyWithheld(fact) !== null)
    .filter(([field, fact]) => field.includes(typed) || factOf(fact).says.includes(typed))
    .toSorted(([one], [other]) => Number(other.startsWith(typed)) - Number(one.startsWith(typed)))
    .slice(0, MOST)
    .map(([field, fact]) => ({
      kind: 'field',
      text: `${field}${factOf(fact).type === 'number' ? '>' : ':'}`,
      hint: factOf(fact).says,
      from,
      to: term.to,
    }))
}
