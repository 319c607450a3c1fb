/**
 * How much a rule may ask of the thread that reads it, and of those that judge by it. Counted in one go over the text
 * and over what it says, before any library nests, compiles or checks: what is beyond is refused with its place.
 */
import {Lexer} from 'yaml'
import {liveLimits} from '#model/live.ts'
import {conditionIn} from '#search-query/rule-condition.ts'
import type {Place} from './rule-mistakes.ts'
import {mostStepsOfRule, patternStepsOf} from './text-patterns.ts'

/** Lists in lists, and what is indented below one another: of the text, and of the document. */
const MOST_LEVELS = 32
/** Of the lexer: a rule as people write it has some hundred. */
const MOST_TOKENS = 50_000
/** Values in one rule, whatever they are. */
const MOST_VALUES = 5_000
/** Comparisons in all conditions of one rule. */
const MOST_COMPARISONS = 200

/** Where a document goes beyond what is taken. */
interface Excess {
  readonly says: string
  readonly accepted: readonly string[]
}

/** In a text, by its offset. */
interface TextExcess extends Excess {
  readonly offset: number
}

/**
 * Looks at the same tokens as the library does, which does not nest to tell them. A level is an open bracket, or a column
 * where a list item, a key or a value begins further in than the one it belongs to.
 */
export function excessOfText(yaml: string): TextExcess | null {
  const columns: number[] = []
  const state = {offset: 0, lineStart: 0, isLineFresh: true, brackets: 0, isScalar: false}
  let tokens = 0
  const tooDeep = {says: 'is nested too deep', accepted: [`${MOST_LEVELS} levels`]}
  for (const token of new Lexer().lex(yaml)) {
    const at = state.offset
    if (++tokens > MOST_TOKENS) return {says: 'is too long', accepted: [`${MOST_TOKENS} words`], offset: at}
    // Marks of the lexer itself: the document begins, a scalar follows, a flow ended where it should not.
    if (/^[\u0002\u0018\u001f]$/.test(token)) {
      state.isScalar = token === '\u001f'
      continue
    }
    state.offset += token.length
    const level = state.isScalar ? 0 : bracketOf(token)
    state.brackets = Math.max(0, state.brackets + level)
    if (token === '\n' || token === '\r\n') {
      state.lineStart = state.offset
      state.isLineFresh = true
    } else if (state.brackets === 0 && isPlace(token, state)) {
      const column = at - state.lineStart
      while (columns.length > 0 && columns.at(-1)! >= column) columns.pop()
      columns.push(column)
      state.isLineFresh = !state.isScalar && /^[-?]$/.test(token)
    }
    state.isScalar = false
    if (columns.length + state.brackets > MOST_LEVELS) return {...tooDeep, offset: at}
  }
  return null
}

function bracketOf(token: string): number {
  if (token === '[' || token === '{') return 1
  return token === ']' || token === '}' ? -1 : 0
}

/** What begins a line, or stands behind the sign of a list item or a key that does. */
function isPlace(token: string, {isLineFresh}: {readonly isLineFresh: boolean}): boolean {
  return isLineFresh && !/^[ \t]*$/.test(token) && !token.startsWith('#')
}

const ofConditions: ReadonlySet<PropertyKey> = new Set(['when', 'if', 'resetOn', 'not'])

/** Where a text is a condition. */
function isCondition(place: Place): boolean {
  const [above, last] = place.slice(-2)
  return place.length === 1 ? ofConditions.has(above!) : isPartOf(above, last)
}

function isPartOf(above: PropertyKey | undefined, last: PropertyKey | undefined): boolean {
  return ofConditions.has(last!) || (typeof last === 'number' && (above === 'all' || above === 'any'))
}

/** What one rule says, as plain values, whether or not it is one. */
export function excessOfRule(data: unknown): (Excess & {readonly place: Place}) | null {
  const left = {values: MOST_VALUES, comparisons: MOST_COMPARISONS, steps: mostStepsOfRule}
  const open: {readonly value: unknown; readonly place: Place}[] = [{value: data, place: []}]
  for (let next = open.pop(); next; next = open.pop()) {
    const {value, place} = next
    const beyond = (says: string, accepted: string) => ({place, says, accepted: [accepted]})
    if (--left.values < 0) return beyond('is more than a rule has room for', `${MOST_VALUES} values in all`)
    // A text counts as what it asks.
    if (typeof value === 'string' && isCondition(place) && value.length <= liveLimits.queryLength) {
      const {condition} = conditionIn(value)
      if (condition !== null) open.push({value: condition, place})
    }
    if (typeof value !== 'object' || value === null) continue
    if (place.length > MOST_LEVELS) return beyond('is nested too deep', `${MOST_LEVELS} levels`)
    if ('fact' in value && 'op' in value) {
      if (--left.comparisons < 0) {
        return beyond('is more than a rule has room for', `${MOST_COMPARISONS} comparisons in all`)
      }
      left.steps -= patternStepsOf(value.op, 'value' in value ? value.value : null)
      if (left.steps < 0) {
        const says = 'is too large together with the patterns before it'
        return {place: [...place, 'value'], says, accepted: [`patterns of ${mostStepsOfRule} steps in all`]}
      }
    }
    if (place.at(-1) === 'patterns' && Array.isArray(value)) {
      for (const pattern of value.slice(0, MOST_VALUES)) left.steps -= patternStepsOf('matches', pattern)
      if (left.steps < 0) {
        const says = 'are too large together with the patterns before them'
        return {place, says, accepted: [`patterns of ${mostStepsOfRule} steps in all`]}
      }
    }
    const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    if (inside.length > left.values) return beyond('is too long', `${MOST_VALUES} values in all`)
    // In their order: the first one that is too many is told.
    for (const [key, it] of inside.toReversed()) open.push({value: it, place: [...place, key]})
  }
  return null
}
