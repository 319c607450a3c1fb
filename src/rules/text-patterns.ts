/** Text against what a rule names: in any case unless it says otherwise, and in linear time whatever the pattern. */
import {
  BoundedPattern,
  mostSteps,
  PatternBudget,
  quotedPattern,
  stepsOf,
  type PatternFault,
} from '#lib/bounded-pattern.ts'
import {fold} from '#lib/fold-text.ts'
import {ofRecent} from '#lib/of-recent.ts'
import type {Leaf} from '#model/rule.ts'

/** Longer patterns are refused. */
export const longestPattern = 256

/**
 * Of all patterns of one rule together: a name of a hundred letters takes up to 100 ms then, where the library cannot
 * go through it in one go, and usually a hundredth of that.
 */
export const mostStepsOfRule = 4_000

export type TextTest = (text: string) => boolean

/** @returns what is wrong with it by itself */
export function faultOf(pattern: string): PatternFault | null {
  const read = BoundedPattern.read(pattern, {caseSensitive: false}, new PatternBudget(mostSteps))
  return read instanceof BoundedPattern ? null : read
}

/** What a comparison adds to the patterns of its rule, in steps; 0 = it has none. */
export function patternStepsOf(op: unknown, value: unknown): number {
  if (typeof value !== 'string') return 0
  if (op === 'matches') return stepsOf(value)
  return op === 'glob' ? stepsOf(globSource(value)) : 0
}

/** Of a rule that was read, whose patterns are known to be good. */
export function patternTest({op, value, cs = false}: Leaf): TextTest {
  const source = op === 'glob' ? globSource(value as string) : (value as string)
  const syntax = {caseSensitive: cs, dotAll: op === 'glob'}
  const read = BoundedPattern.read(source, syntax, new PatternBudget(mostSteps))
  if (!(read instanceof BoundedPattern))
    throw new Error(`A rule was read with "${source}", which ${read.detail}.`)
  return op === 'glob' ? (text) => read.isAll(text) : (text) => read.isIn(text)
}

/** `*` any characters, `?` one; all others stand for themselves. The whole text has to fit. */
function globSource(pattern: string): string {
  return pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : quotedPattern(part)))
    .join('')
}

/** Whole texts as they are compared: in any Unicode form, too, unless every character counts. */
export function folded(text: string, caseSensitive: boolean): string {
  return caseSensitive ? text : foldedText(text)
}

/** Many rules ask for the same text one after the other. */
const foldedText = ofRecent((text: string) => text.normalize('NFC').toLowerCase())

/** Pieces of texts, and texts that are looked through for them: as the search compares them, without accents. */
export function foldedPiece(text: string, caseSensitive: boolean): string {
  return caseSensitive ? text : foldedForSearch(text)
}

const foldedForSearch = ofRecent(fold)
