/** What values a field could have. */
import {serverKinds} from '#clients/kinds/kinds.ts'
import type {KnownRule} from '#model/query.ts'
import type {RuleMode} from '#model/rule.ts'
import {importStatuses, type ImportStatus} from '#model/torrent.ts'
import {isWords, noneWord, type Field, type NamesField} from './fields.ts'
import type {KnownArr, KnownServer} from './filter-of.ts'
import type {LanguageField} from './language.ts'
import {printedValue} from './printing.ts'
import {families, type UnitFamily} from './quantities.ts'
import {ruleField, ruleSpelling} from './rule-terms.ts'
import {serverSpelling} from './servers.ts'
import {stateWords} from './states.ts'
import {wallOf, type Calendar} from './times.ts'

/** Names that there are, and the days. */
export interface Vocabulary extends Calendar {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[]
  readonly categories: readonly string[]
  readonly tags: readonly string[]
  readonly trackers: readonly string[]
  /** Absent = which there are is not known (yet). */
  readonly rules?: readonly KnownRule[]
}

export interface Candidate {
  /** What typed letters are compared with. */
  readonly plain: string
  /** What else it is called; compared, too. */
  readonly also?: readonly string[]
  /** With quotes where they are needed. */
  readonly written: string
  readonly hint: string
}

/** @param typed what stands there so far, for units behind a number and months of a year */
export function valuesFor(field: Field, typed: string, vocabulary: Vocabulary): readonly Candidate[] {
  switch (field.takes) {
    case 'server':
      return vocabulary.servers.map(({id, name, kind}) => {
        const written = printedValue(serverSpelling(id, vocabulary.servers))
        return {plain: name, also: [id], written, hint: kind}
      })
    case 'kind':
      return serverKinds.map((kind) => plainly(kind))
    case 'state':
      return Object.keys(stateWords).map((state) => plainly(state, stateHints[state]))
    case 'private':
      return [plainly('yes'), plainly('no')]
    case 'is':
      return isWords.map((word) => plainly(word, isHints[word]))
    case 'names':
      return namesFor(field, vocabulary)
    case 'only':
      return vocabulary.trackers.map((host) => ({
        plain: host,
        written: printedValue(host, [noneWord]),
        hint: '',
      }))
    case 'arr':
      return [
        ...vocabulary.arrs.map(({id, name, kind}) => ({
          plain: name,
          also: [id, kind],
          written: printedValue(name, [noneWord]),
          hint: kind,
        })),
        plainly(noneWord, 'Of no Arr'),
      ]
    case 'import':
      return importStatuses.map((status) => plainly(status, importHints[status]))
    case 'quantity':
      return quantitiesFor(field.family, typed)
    case 'time':
      if (field.isAhead)
        return [...(typed === '' ? [plainly('today')] : []), ...quantitiesFor('duration', typed)]
      return withoutTwins([...timesFor(typed, vocabulary), ...quantitiesFor('duration', typed)])
    case 'piece':
    case 'item':
    case 'hash':
      return []
  }
}

/** The same of a fact of rules, and of what rules match. */
export function valuesOfFact(
  {name, takes, words}: LanguageField,
  typed: string,
  {rules = []}: Pick<Vocabulary, 'rules'>,
): readonly Candidate[] {
  if (name === ruleField) {
    return rules.map((rule) => ({
      plain: rule.name,
      also: [rule.id],
      written: ruleSpelling(rule.id, rules),
      hint: doesHint(rule),
    }))
  }
  if (words.length > 0) return words.map((word) => plainly(word))
  switch (takes) {
    case 'size':
    case 'speed':
    case 'duration':
    case 'share':
    case 'number':
    case 'count':
      return quantitiesFor(takes, typed)
    case 'word':
      return [plainly(noneWord, 'Without any')]
    default:
      return []
  }
}

const modeHints: Readonly<Record<RuleMode, string>> = {
  off: 'Off',
  simulate: 'Dry run',
  ask: 'Ask first',
  live: 'On',
}

/** "On: remove with data" */
function doesHint({mode, actions = []}: KnownRule): string {
  if (mode === undefined) return ''
  const words = actions.map((it) =>
    it.replaceAll('.', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  )
  return `${modeHints[mode]}: ${words.join(', ')}`
}

/** The first of those that are written alike. */
function withoutTwins(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map(candidates.toReversed().map((it) => [it.written, it]))
  return candidates.filter((it) => seen.get(it.written) === it)
}

function plainly(plain: string, hint = ''): Candidate {
  return {plain, written: plain, hint}
}

const stateHints: Readonly<Record<string, string>> = {
  seeding: 'Complete and offered, idle ones too',
  idle: 'Seeding, no peer is downloading',
  stalled: 'Stalled: no data flows',
  queued: 'Waits for a slot',
  stopped: 'Stopped on purpose',
  missing: 'Complete by record, files not found',
  metadata: 'A magnet without its file list',
}

const importHints: Readonly<Record<ImportStatus, string>> = {
  waiting: 'Complete, its Arr has yet to import it',
  rejected: 'Complete, its Arr does not import it',
  imported: 'All of it is imported',
  none: 'Nothing to import',
}

const isHints: Readonly<Record<string, string>> = {
  active: 'Bytes flow',
  inactive: 'No bytes flow',
  duplicate: 'On another server, too',
  problem: 'The tracker complains',
  attention: 'An error, missing files, or stalled for more than its first minute',
  stale: 'Shown from memory',
}

function namesFor({part, name}: NamesField, vocabulary: Vocabulary): readonly Candidate[] {
  const names = vocabulary[part].filter((it) => it !== '')
  return [
    ...names.map((plain) => ({plain, written: printedValue(plain, [noneWord]), hint: ''})),
    plainly(noneWord, `Without a ${name}`),
  ]
}

const beginnings: Readonly<Record<UnitFamily, readonly string[]>> = {
  size: ['100MB', '1GB', '10GB', '100GB'],
  speed: ['100KiB/s', '1MiB/s', '10MiB/s'],
  duration: ['1h', '1d', '7d', '30d', '1y'],
  share: ['50%', '100%'],
  number: ['0.5', '1', '2'],
  count: ['0', '1', '10'],
}

/** Behind a number, its units; a range goes on at its second end. */
function quantitiesFor(family: UnitFamily, typed: string): readonly Candidate[] {
  if (typed === '') return beginnings[family].map((it) => plainly(it))
  const number = /^(?:[^.]+(?:\.[^.]+)?\.\.)?\d+(?:\.\d+)?/.exec(typed)?.[0]
  if (number === undefined) return []
  return families[family].shown.map((unit) => plainly(`${number}${unit}`, unitHints[unit]))
}

const unitHints: Readonly<Record<string, string>> = {
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
  mo: 'months of 30 days',
  y: 'years of 365 days',
}

/* Days, weeks and months that a time could lie in. */

/** This month and the year before it. */
const MONTHS_OFFERED = 13

const near: readonly Candidate[] = [
  {plain: 'today', written: 'today', hint: ''},
  {plain: 'yesterday', written: 'yesterday', hint: ''},
  {plain: '7d', written: '7d', hint: 'One week back, from now'},
  {plain: '30d', written: '30d', hint: 'One month back, from now'},
]

const named: readonly Candidate[] = [
  plainly('last week', 'Monday to Sunday'),
  plainly('last month'),
  plainly('last year'),
  plainly('this week', 'Since Monday'),
  plainly('this month'),
  plainly('this year'),
  plainly('spring', 'March to May'),
  plainly('summer', 'June to August'),
  plainly('autumn', 'September to November'),
  plainly('winter', 'December to February'),
]

/**
 * @param typed `april` finds its months, `2024-` those of this year; behind `..` the second end of a range
 * @returns the latest month first
 */
function timesFor(typed: string, calendar: Calendar): readonly Candidate[] {
  const [begun, end] = typed.split(/(?<=\.\.)/)
  if (end === undefined && !typed.endsWith('..'))
    return [...near, ...(typed === '' ? [] : named), ...monthsFor(typed, calendar)]
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
