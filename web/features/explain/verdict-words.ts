/** Verdicts as sentences in the language and the time zone of the page. */
import {writePhrase, writeValue, type PhraseValue, type PhraseWriter} from '#model/verdict.ts'
import type {WirePhrase} from '../../api/explanation.ts'
import {dayInSentence, daysAway, timeOfDay} from '../../i18n/format-time.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {count, percent, written} from '../../ui/format.ts'

/** @param now epoch ms */
export function phraseWords({key, values}: Pick<WirePhrase, 'key' | 'values'>, now: number): string {
  return writePhrase({key, values}, now, writerAt(now))
}

/** "10 days", "2". */
export function phraseValueWords(value: PhraseValue, now: number): string {
  return writeValue(value, now, writerAt(now))
}

function writerAt(now: number): PhraseWriter {
  return {
    text: (key, values) => text(key as TextKey, values),
    timeOfDay,
    date: (at) => dayInSentence(at, now),
    daysAway: (at) => daysAway(at, now),
    share: (value) => written(percent(value)).replace('\u00a0', ' '),
    number: numberWords,
  }
}

/** Two digits behind the point, or as many as are needed. */
function numberWords(value: number): string {
  return Number.isInteger(value) ? count(value) : String(Math.floor(value * 100 + 1e-6) / 100)
}
