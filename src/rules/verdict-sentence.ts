/** Phrases of verdicts as the API writes them: in English, moments in UTC. */
import {verdictTexts} from '#model/verdict-texts.ts'
import {writePhrase, type Phrase, type PhraseWriter} from '#model/verdict.ts'
import type {EpochMs} from '#model/units.ts'

export function sentenceOfPhrase(phrase: Phrase, now: EpochMs): string {
  return writePhrase(phrase, now, writerAt(now))
}

const texts: Readonly<Record<string, string>> = verdictTexts
const plurals = new Intl.PluralRules('en')
const numbers = new Intl.NumberFormat('en', {maximumFractionDigits: 2})
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const date = new Intl.DateTimeFormat('en-GB', {timeZone: 'UTC', day: 'numeric', month: 'long'})
const DAY_MS = 86_400_000
const YEAR_DAYS = 330

function writerAt(now: EpochMs): PhraseWriter {
  const daysAway = (at: EpochMs) => Math.floor(at / DAY_MS) - Math.floor(now / DAY_MS)
  return {
    text: textIn,
    timeOfDay: (at) => clock.format(at),
    // Within a year a day and a month say which.
    date: (at) =>
      Math.abs(daysAway(at)) < YEAR_DAYS
        ? date.format(at)
        : `${date.format(at)} ${new Date(at).getUTCFullYear()}`,
    daysAway,
    share: (value) => `${numbers.format(Math.floor(value * 1000) / 10)} %`,
    number: (value) => numbers.format(value),
  }
}

function textIn(key: string, values: Readonly<Record<string, string | number>>): string {
  const {count} = values
  const form = typeof count === 'number' ? plurals.select(count) : 'other'
  const template = texts[`${key}_${form}`] ?? texts[`${key}_other`] ?? texts[key] ?? key
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name] ?? ''
    return typeof value === 'number' ? numbers.format(value) : value
  })
}
