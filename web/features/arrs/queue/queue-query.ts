/**
 * The text in the search box of the queue: the language of the search box of torrents, asked of downloads on the way to
 * Arrs. What is not known of a download is on neither side of a term, so that `-eta>1h` does not find what has none.
 * Pure.
 */
import {BoundedPattern, mostSteps, PatternBudget} from '#lib/bounded-pattern.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {QueryMistake} from '#model/live.ts'
import type {Range, TimeField} from '#model/query.ts'
import type {TorrentField} from '#model/torrent.ts'
import {excludes} from '#search-query/choice-terms.ts'
import {fieldCalled, type QuantityField, type TimeAsked} from '#search-query/fields.ts'
import {FilterDraft} from '#search-query/filter-draft.ts'
import {asWord, type KnownArr, type KnownServer} from '#search-query/filter-of.ts'
import {groupsOf, type Item} from '#search-query/groups.ts'
import {Mistakes} from '#search-query/mistakes.ts'
import {printedValue, quoted} from '#search-query/printing.ts'
import {compare} from '#search-query/range-filters.ts'
import {arrsCalled, serversCalled} from '#search-query/servers.ts'
import {stateCalledElsewhere, statesCalled, stateWords} from '#search-query/states.ts'
import type {AskingTerm, FieldTerm, PatternTerm, Value} from '#search-query/terms.ts'
import type {Calendar} from '#search-query/times.ts'
import {comesIn, isCompleted, isProblem, type QueueLine} from './queue-lines.ts'

/** `null` = it is not known of this download. */
type Judge = (line: QueueLine) => boolean | null

export interface QueueReader extends Calendar {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[]
}

export interface QueueQuery {
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
  /** What is not understood asks nothing. */
  readonly judge: Judge
}

/** Words of `is`, and what each asks. */
export const isWords = {
  problem: (line) => isProblem(line),
  complete: (line) => isCompleted(line),
  incomplete: (line) => !isCompleted(line),
  importing: ({stage}) => stage === 'importing',
  stalled: ({stage}) => stage === 'stalled',
  failed: ({row}) => row.state === 'failed' || row.state === 'failedPending',
  replaced: ({next}) => next?.replaces === true,
  stale: ({torrents: [torrent], asOf}) => asOf !== null || torrent?.stale === true,
} as const satisfies Readonly<Record<string, (line: QueueLine) => boolean>>

/** What `is` is called elsewhere. */
const elsewhere: Readonly<Record<string, keyof typeof isWords>> = {
  completed: 'complete',
  done: 'complete',
  problems: 'problem',
  away: 'stale',
  error: 'problem',
}

/** Texts in which a piece is looked for; none = not known. */
const pieces = {
  title: ({title}) => (title === null ? [] : [title]),
  release: ({row}) => [row.title],
  category: ({torrents}) => torrents.flatMap(({category}) => category ?? []),
  quality: ({row}) => (row.quality === '' ? [] : [row.quality]),
  indexer: ({row}) => (row.indexer === '' ? [] : [row.indexer]),
  client: ({row}) => (row.client === '' ? [] : [row.client]),
  protocol: ({row}) => (row.protocol === 'unknown' ? [] : [row.protocol]),
  message: ({sayings, torrents}) => [...sayings, ...torrents.flatMap(({message}) => message ?? [])],
} as const satisfies Readonly<Record<string, (line: QueueLine) => readonly string[]>>

/** Figures and times; `null` = not known. They are written as those of torrents. */
const figures = {
  size: ({row, torrents: [torrent]}) => torrent?.size ?? (row.size > 0 ? row.size : null),
  progress: ({torrents: [torrent]}) => torrent?.progress ?? null,
  eta: ({torrents: [torrent]}) => torrent?.eta ?? null,
  down: ({torrents: [torrent]}) => torrent?.down_speed ?? null,
  ratio: ({torrents: [torrent]}) => torrent?.ratio ?? null,
  added: ({row, torrents: [torrent]}) => row.added_at ?? torrent?.added_at ?? null,
} as const satisfies Readonly<Record<string, (line: QueueLine) => number | null>>

/** In the order in which they are offered. */
export const queueFields = [
  'arr',
  'state',
  'title',
  'release',
  'server',
  'size',
  'when',
  'is',
  'progress',
  'eta',
  'down',
  'quality',
  'indexer',
  'message',
  'category',
  'added',
  'ratio',
  'client',
  'protocol',
] as const
export type QueueFieldName = (typeof queueFields)[number]

const spellings: Readonly<Record<string, QueueFieldName>> = {
  item: 'title',
  for: 'title',
  media: 'title',
  name: 'release',
  arrs: 'arr',
  servers: 'server',
  status: 'state',
  next: 'when',
  error: 'message',
  cat: 'category',
}

/** By name or another spelling, also those that the search of torrents has for it. `null` = downloads have no such field. */
export function queueFieldCalled(word: string): QueueFieldName | null {
  const lower = word.toLowerCase()
  const own = queueFields.find((it) => it === lower) ?? spellings[lower]
  if (own !== undefined) return own
  const known = fieldCalled(lower)?.name
  return queueFields.find((it) => it === known) ?? null
}

export function isFigure(name: QueueFieldName): name is keyof typeof figures | 'when' {
  return name === 'when' || name in figures
}

/** It is written like the time of what is to come. */
const when: TimeAsked = {...(fieldCalled('removable') as TimeAsked), name: 'when'}

export function queueQuery(text: string, reader: QueueReader): QueueQuery {
  const mistakes = new Mistakes(text)
  const {items, faults} = groupsOf(text)
  for (const fault of faults) mistakes.add(fault)
  const judge = new Reading(text, reader, mistakes).ofItems(items)
  return {mistakes: mistakes.all, judge}
}

class Reading {
  readonly #text: string
  readonly #reader: QueueReader
  readonly #mistakes: Mistakes
  /** Of all patterns of the text: it may come with a link, and its patterns run in the page, for every download. */
  readonly #patterns = new PatternBudget(mostSteps)

  constructor(text: string, reader: QueueReader, mistakes: Mistakes) {
    this.#text = text
    this.#reader = reader
    this.#mistakes = mistakes
  }

  ofItems(items: readonly Item[]): Judge {
    return allOf(
      [...Map.groupBy(items, (item) => selectedOnce(item) ?? item).values()].map((together) =>
        anyOf(
          together
            .flat()
            .map((it) => this.#ofPart(it))
            .filter((it) => it !== null),
        ),
      ),
    )
  }

  /** `null` = it is not understood. */
  #ofPart(part: Item[number]): Judge | null {
    if (part.kind === 'group') return this.ofItems(part.items)
    const {term} = part
    const judge = this.#ofTerm(term)
    const isTurned = term.kind === 'field' ? excludes(term) : term.negated
    return judge !== null && isTurned ? turned(judge) : judge
  }

  #ofTerm(term: AskingTerm): Judge | null {
    if (term.kind === 'pattern') return this.#ofPattern(term)
    if (term.kind === 'word') return holding(term.text)
    const field = queueFieldCalled(term.field)
    // `Title:` is a word that ends so.
    if (field === null && term.values.length === 0) return holding(asWord(term, this.#text).text)
    if (field === null) return this.#complainOfField(term)
    if (term.values.length === 0) {
      this.#mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
      return null
    }
    return isFigure(field) ? this.#ofFigure(field, term) : this.#ofWords(field, term)
  }

  #ofPattern(term: PatternTerm): Judge | null {
    const {pattern, open} = term
    if (open) {
      const suggestion = `${this.#text.slice(term.from, term.to)}/`
      this.#mistakes.add({
        code: 'open_pattern',
        term,
        at: term,
        says: 'a pattern ends with a slash',
        suggestion,
      })
      return null
    }
    const read = BoundedPattern.read(pattern, {caseSensitive: false}, this.#patterns)
    if (!(read instanceof BoundedPattern)) {
      this.#mistakes.add({
        code: 'unknown_value',
        term,
        at: term,
        says: 'not a pattern that can be looked for',
      })
      return null
    }
    return ({title, row}) => [title ?? '', row.title].some((it) => read.isIn(it.slice(0, MOST_LETTERS)))
  }

  #complainOfField(term: FieldTerm): null {
    const {from} = term.fieldPart
    const meant = term.field.length < 3 ? '' : didYouMean(term.field, queueFields)
    this.#mistakes.add({
      code: 'unknown_field',
      term,
      says: 'unknown field',
      accepted: queueFields,
      ...(meant === ''
        ? {at: {from, to: term.to}, suggestion: quoted(this.#text.slice(from, term.to))}
        : {at: {from, to: from + term.field.length}, suggestion: meant}),
    })
    return null
  }

  /** Whether it is excluded is judged by who asks. */
  #ofFigure(name: keyof typeof figures | 'when', term: FieldTerm): Judge | null {
    const {now} = this.#reader
    const field = name === 'when' ? when : (fieldCalled(name) as QuantityField | TimeAsked)
    const plain: FieldTerm = {...term, negated: false, operator: term.operator === '!=' ? ':' : term.operator}
    const draft = new FilterDraft()
    compare(field, [plain], this.#reader, draft, this.#mistakes)
    const {ranges, ages} = draft.filter({arrs: []})
    const range = ranges?.[field.column as TorrentField]
    const age = ages?.[field.column as TimeField]
    if (range === undefined && age === undefined) return null
    return (line) => {
      const value = name === 'when' ? timeOfNext(line, now) : figures[name](line)
      if (value === null || value === undefined) return null
      return age === undefined ? isIn(range!, value) : isIn(age, (now - value) / 1_000)
    }
  }

  #ofWords(name: Exclude<QueueFieldName, keyof typeof figures | 'when'>, term: FieldTerm): Judge | null {
    if (!this.#mistakes.demandOperator(term, [':', '=', '!='])) return null
    const judges = term.values.map((value) => this.#ofValue(name, term, value)).filter((it) => it !== null)
    return judges.length === 0 ? null : anyOf(judges)
  }

  #ofValue(
    name: Exclude<QueueFieldName, keyof typeof figures | 'when'>,
    term: FieldTerm,
    value: Value,
  ): Judge | null {
    switch (name) {
      case 'arr': {
        const ids = arrsCalled(value.text, this.#reader.arrs)
        if (ids.length === 0) return this.#complainOfName('unknown_arr', term, value, this.#reader.arrs)
        return ({arrs}) => arrs.some(({id}) => ids.includes(id))
      }
      case 'server': {
        const ids = serversCalled(value.text, this.#reader.servers)
        if (ids.length === 0) return this.#complainOfName('unknown_server', term, value, this.#reader.servers)
        return ({torrents}) =>
          torrents.length === 0 ? null : torrents.some((it) => ids.includes(it.server_id))
      }
      case 'state': {
        const states: readonly string[] | null =
          value.text.toLowerCase() === 'connecting' ? ['connecting'] : statesCalled(value.text)
        if (states === null)
          return this.#complainOfWord(term, value, stateNames, stateCalledElsewhere(value.text))
        return ({state, torrents: [torrent]}) =>
          torrent === undefined ? null : [state, torrent.state].some((it) => states.includes(it ?? ''))
      }
      case 'is': {
        const word = value.text.toLowerCase()
        const known = Object.keys(isWords).find((it) => it === word) as keyof typeof isWords | undefined
        if (known === undefined)
          return this.#complainOfWord(term, value, Object.keys(isWords), elsewhere[word] ?? null)
        return isWords[known]
      }
      default: {
        const wanted = plain(value.text)
        return (line) => {
          const texts: readonly string[] = pieces[name](line)
          return texts.length === 0 ? null : texts.some((it) => plain(it).includes(wanted))
        }
      }
    }
  }

  #complainOfName(
    code: 'unknown_arr' | 'unknown_server',
    term: FieldTerm,
    value: Value,
    known: readonly {readonly name: string}[],
  ): null {
    const accepted = known.map(({name}) => name)
    const meant = didYouMean(value.text, accepted)
    const suggestion = meant && printedValue(meant)
    this.#mistakes.add({code, term, at: value, says: 'unknown name', accepted, suggestion})
    return null
  }

  #complainOfWord(term: FieldTerm, value: Value, accepted: readonly string[], meant: string | null): null {
    const suggestion = meant ?? didYouMean(value.text, accepted)
    this.#mistakes.add({code: 'unknown_value', term, at: value, says: 'unknown word', accepted, suggestion})
    return null
  }
}

/** The field of which a download has one value: `arr:radarr arr:sonarr` is either. */
function selectedOnce([part, ...others]: Item): QueueFieldName | null {
  if (others.length > 0 || part?.kind !== 'term' || part.term.kind !== 'field' || excludes(part.term))
    return null
  const field = queueFieldCalled(part.term.field)
  return field !== null && ['arr', 'server', 'state', 'category'].includes(field) ? field : null
}

/** What `state` knows. */
export const stateNames: readonly string[] = [
  'downloading',
  'stalled',
  'connecting',
  ...Object.keys(stateWords).filter((it) => !['downloading', 'stalled', 'unknown'].includes(it)),
]

/** When something happens with it, epoch ms; `null` = nobody knows. */
function timeOfNext(line: QueueLine, now: number): number | null {
  const seconds = comesIn(line, now)
  return Number.isFinite(seconds) ? now + seconds * 1_000 : null
}

function isIn({min = -Infinity, max = Infinity}: Range, value: number): boolean {
  return value >= min && value <= max
}

/** One that is met is enough, whatever is not known of the others. */
function anyOf(judges: readonly Judge[]): Judge {
  if (judges.length === 0) return () => true
  return (line) => {
    const all = new Set(judges.map((judge) => judge(line)))
    return all.has(true) || (all.has(null) ? null : false)
  }
}

function allOf(judges: readonly Judge[]): Judge {
  return (line) => {
    const all = new Set(judges.map((judge) => judge(line)))
    return !all.has(false) && (all.has(null) ? null : true)
  }
}

function turned(judge: Judge): Judge {
  return (line) => {
    const met = judge(line)
    return met === null ? null : !met
  }
}

/** A word stands in its title, its release, or the name of an Arr or a server. */
function holding(word: string): Judge {
  const wanted = plain(word)
  return ({title, row, arrs, torrents}) => {
    const names = [...arrs.map(({name}) => name), ...torrents.map((it) => it.server_name)]
    return [title ?? '', row.title, ...names].some((it) => plain(it).includes(wanted))
  }
}

/** Releases write dots where people write blanks. */
function plain(words: string): string {
  return words
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s._]+/g, ' ')
    .trim()
}

/** Of a name. */
const MOST_LETTERS = 400
