/** Facts of rules as people read them: what they are now, and what is asked of them. */
import type {Leaf, Verdict} from '../../api/explanation.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {bytes, count, duration, exactDuration, fullSpeed, percent, ratio, written} from '../../ui/format.ts'

type Value = Leaf['threshold']

/** @param now epoch ms */
export function valueWords(value: Value, unit: string | null, now: number, timeWords = roundedTime): string {
  if (value === undefined || value === null) return text('why.value.none')
  if (typeof value === 'boolean') return text(value ? 'why.value.yes' : 'why.value.no')
  if (Array.isArray(value)) {
    const all = value.map((one) => valueWords(one, unit, now, timeWords))
    return all.length === 0 ? text('why.value.none') : all.join(', ')
  }
  if (typeof value === 'string') return value === '' ? text('why.value.empty') : value
  return figureWords(value, unit, now, timeWords)
}

function figureWords(value: number, unit: string | null, now: number, timeWords = roundedTime): string {
  switch (unit) {
    case 'bytes':
      return written(bytes(value))
    case 'bytesPerSecond':
      return written(fullSpeed(value))
    case 'seconds':
      return timeWords(value)
    case 'share':
      return written(percent(value))
    case 'epochMs':
      return exactTime(value, now)
    default:
      return Number.isInteger(value) ? count(value) : String(Math.round(value * 100) / 100)
  }
}

/** What a value is compared with: a time that somebody set is not rounded. */
export function thresholdWords(value: Value, unit: string | null, now: number): string {
  return valueWords(value, unit, now, exactDuration)
}

function roundedTime(seconds: number): string {
  return written(duration(seconds))
}

/** "seeding time", "amount gained over 10 m". */
export function factWords({says, window}: Leaf): string {
  return window === null ? says : text('why.over', {what: says, time: exactDuration(window)})
}

/** What it is now; where nobody knows, since when. */
export function actualWords({actual, unit}: Leaf, now: number): string {
  if (!('unknown' in actual)) return valueWords(actual.value, unit, now)
  const {since} = actual
  return since === null ? text('why.never-known') : text('why.unknown-since', {time: exactTime(since, now)})
}

/** "at least 2"; where nobody knows what it is, why not. */
export function askedWords({op, threshold, unit, actual}: Leaf, now: number): string {
  if ('unknown' in actual) return text(`why.because.${actual.unknown}` satisfies TextKey)
  return text(`why.op.${op}` satisfies TextKey, {value: thresholdWords(threshold, unit, now)})
}

type Counted = Verdict['reasons'][number]['counted'][number]

/** How far what is counted has come: "4 h of 10 d". */
export function countedWords({done, needed, unit}: Counted): string {
  return text('why.held.of', {
    done: amountWords(done, unit),
    needed: unit === 'seconds' ? exactDuration(needed) : amountWords(needed, unit),
  })
}

function amountWords(value: number, unit: Counted['unit']): string {
  switch (unit) {
    case 'seconds':
      return written(duration(value))
    case 'share':
      return written(percent(value))
    case 'plain':
      return written(ratio(value))
    case 'count':
      return count(value)
  }
}
