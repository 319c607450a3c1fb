/** What fits an entry of a list, or a pattern, of a rule now: which live names, and the search that finds their torrents. Pure. */
import {labelKey} from '#model/torrent.ts'
import {printedValue, quoted} from '#search-query/printing.ts'
import type {Asked} from './sentence-pieces.ts'

/** Names that torrents have now, by the field of the search that takes them. */
export type LiveNames = Readonly<Record<'category' | 'tag' | 'tracker', readonly string[]>>

export interface Fitting {
  /** Categories, tags or trackers that fit; `null` = it is about no such names. */
  readonly names: readonly string[] | null
  /** Finds the torrents of these, or those whose name fits; `null` = no search finds them. */
  readonly q: string | null
}

const unknown: Fitting = {names: null, q: null}

const namesOf: Readonly<Record<string, keyof LiveNames>> = {
  category: 'category',
  tags: 'tag',
  'tracker.host': 'tracker',
  'tracker.hosts': 'tracker',
}

const fieldOf: Readonly<Record<string, string>> = {state: 'state', 'server.id': 'server', 'arr.id': 'arr'}

/** A longer search is not sent. */
const LONGEST = 1_500

export function fittingOf({fact, op}: Asked, entry: string, live: LiveNames): Fitting {
  if (entry === '') return unknown
  const field = namesOf[fact]
  if (field !== undefined) {
    const test = testOf(op, entry)
    if (test === null) return unknown
    const names = live[field].filter((name) => name !== '' && test(name))
    const q = `${field}:${names.map((it) => printedValue(it, ['none'])).join(',')}`
    return {names, q: names.length > 0 && q.length <= LONGEST ? q : null}
  }
  const word = fieldOf[fact]
  if (word !== undefined && isSame(op)) return {names: null, q: `${word}:${printedValue(entry)}`}
  if (fact === 'name') return {names: null, q: nameQuery(op, entry)}
  return fact === 'comment' && op === 'contains' ? {names: null, q: `comment:${quoted(entry)}`} : unknown
}

/** Whether torrents that fit can be named at all. */
export function isLookedUp({fact}: Asked): boolean {
  return fact in namesOf || fact in fieldOf || fact === 'name' || fact === 'comment'
}

function isSame(op: string): boolean {
  return ['eq', 'ne', 'in', 'notIn', 'hasAny', 'hasAll', 'hasNone'].includes(op)
}

/** As rules compare names; `null` = it is no pattern (yet). */
function testOf(op: string, entry: string): ((name: string) => boolean) | null {
  const wanted = folded(entry)
  switch (op) {
    case 'contains':
      return (name) => folded(name).includes(wanted)
    case 'startsWith':
      return (name) => folded(name).startsWith(wanted)
    case 'endsWith':
      return (name) => folded(name).endsWith(wanted)
    case 'glob':
      return matcher(`^${globSource(entry)}$`, 'isu')
    case 'matches':
      return matcher(entry, 'iu')
    case 'host':
      return entry.startsWith('*.')
        ? (name) => folded(name).endsWith(wanted.slice(1))
        : (name) => folded(name) === wanted
    default:
      return isSame(op) ? (name) => labelKey(name) === labelKey(entry) : null
  }
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function matcher(source: string, flags: string): ((name: string) => boolean) | null {
  try {
    const pattern = new RegExp(source, flags)
    return (name) => pattern.test(name)
  } catch {
    return null
  }
}

function globSource(pattern: string): string {
  return pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escaped(part)))
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

/** A pattern ends at a slash at the end of a word, and has no place for one. */
function nameQuery(op: string, entry: string): string | null {
  if (op === 'contains') return `name:${quoted(entry)}`
  const source = {
    startsWith: `^${escaped(entry)}`,
    endsWith: `${escaped(entry)}$`,
    eq: `^${escaped(entry)}$`,
    ne: `^${escaped(entry)}$`,
    glob: `^${globSource(entry)}$`,
    matches: entry,
  }[op]
  return source === undefined || /\/(\s|$)/.test(source) ? null : `/${source}/`
}
