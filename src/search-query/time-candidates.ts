/** Days, weeks and months that a time could lie in. */
import {wallOf, type Calendar} from './times.ts'
import type {Candidate} from './value-candidates.ts'

/** This month and the year before it. */
const MONTHS_OFFERED = 13

const near: readonly Candidate[] = [
  {plain: 'today', written: 'today', hint: ''},
  {plain: 'yesterday', written: 'yesterday', hint: ''},
  {plain: '7d', also: ['last week'], written: '7d', hint: 'One week back, from now'},
  {plain: '30d', also: ['last month'], written: '30d', hint: 'One month back, from now'},
]

/**
 * @param typed `april` finds its months, `2024-` those of this year; behind `..` the second end of a range
 * @returns the latest month first
 */
export function timesFor(typed: string, calendar: Calendar): readonly Candidate[] {
  const [begun, end] = typed.split(/(?<=\.\.)/)
  if (end === undefined && !typed.endsWith('..')) return [...near, ...monthsFor(typed, calendar)]
  return monthsFor(end ?? '', calendar).map(({written, hint}) => ({
    plain: `${begun}${written}`,
    written: `${begun}${written}`,
    hint,
  }))
}

function monthsFor(typed: string, calendar: Calendar): readonly Candidate[] {
  const here = wallOf(calendar)
  const [year, month] = [here.getUTCFullYear(), here.getUTCMonth()]
  const asked = Number(/^(\d{4})-/.exec(typed)?.[1] ?? year)
  if (asked < year) return monthsBefore(asked, 11, 12)
  return monthsBefore(year, month, MONTHS_OFFERED)
}

/** @param month 0 to 11, the first one that is offered */
function monthsBefore(year: number, month: number, count: number): readonly Candidate[] {
  return Array.from({length: count}, (_, back) => {
    const begin = new Date(Date.UTC(year, month - back, 1))
    const plain = begin.toISOString().slice(0, 'yyyy-mm'.length)
    const name = monthName.format(begin)
    return {plain, also: [name], written: plain, hint: name}
  })
}

const monthName = new Intl.DateTimeFormat('en', {month: 'long', year: 'numeric', timeZone: 'UTC'})
