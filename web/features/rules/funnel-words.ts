/** Where what a rule looks at drops out, in words. Pure. */
import type {RulePreview} from '../../api/rules.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {duration, written} from '../../ui/format.ts'
import {valueWords} from '../explain/fact-words.ts'

type FunnelPart = RulePreview['funnel']['parts'][number]
type Near = RulePreview['funnel']['nearest'][number]

/** "age at least 14 d". @param now epoch ms */
export function partWords({says, op, threshold, unit, window}: FunnelPart, now: number): string {
  if (says === null || op === null) return text('preview.funnel.several')
  const what = window === null ? says : text('why.over', {what: says, time: written(duration(window))})
  const asked = text(`why.op.${op}` satisfies TextKey, {value: valueWords(threshold, unit, now)})
  return text(op === 'eq' ? 'preview.funnel.is' : 'preview.funnel.part', {what, asked})
}

/** The part that none of those meets which meet all before it, and how many they are; `null` = some meet all. */
export function stopIn({in_scope: inScope, parts}: RulePreview['funnel']): {at: number; last: number} | null {
  const at = parts.findIndex(({count}) => count === 0)
  if (at < 0 || inScope === 0) return null
  return {at, last: parts[at - 1]?.count ?? inScope}
}

/** "age: 20 h to go". */
export function nearWords({says, unit, lacks, too_much: isTooMuch}: Near, now: number): string {
  const value = valueWords(lacks, unit, now)
  return text(isTooMuch ? 'preview.near.more' : 'preview.near.less', {what: says, value})
}
