/** What the conditions of a rule are to a sentence: exceptions, what is always asked together, what matters most. Pure. */
import {shownCondition, type Part, type Place} from './form/rule-document.ts'
import {secondsIn} from './sentence-pieces.ts'

/** A word of the vocabulary. */
export interface FactSays {
  readonly says: string
  readonly unit: string | null
  readonly type: string
  /** Of a choice. */
  readonly values: readonly string[]
}

/** How many conditions that compare something are in one. */
export function leafCount(condition: unknown): number {
  const shown = shownCondition(condition)
  switch (shown.is) {
    case 'all':
    case 'any':
      return shown.parts.reduce<number>((sum, it) => sum + leafCount(it), 0)
    case 'not':
      return leafCount(shown.part)
    case 'leaf':
    case 'other':
      return 1
  }
}

/** What keeps a rule from something, the other way round: what is left out. `null` = it is a condition. */
export function exceptionIn(condition: unknown): {readonly condition: unknown; readonly place: Place} | null {
  const shown = shownCondition(condition)
  if (shown.is === 'not') {
    const part = shownCondition(shown.part)
    const isExistence = part.is === 'leaf' && part.leaf['op'] === 'exists'
    return isExistence ? null : {condition: shown.part, place: ['not']}
  }
  if (shown.is === 'leaf') {
    const {fact, op, value} = shown.leaf
    const turned = fact === 'progress' && (op === 'lte' || op === 'lt') ? (op === 'lte' ? 'gt' : 'gte') : null
    const other = turned ?? exceptions[String(op)]
    return other === undefined || value === null ? null : {condition: {...shown.leaf, op: other}, place: []}
  }
  // "No, or its server does not tell": only a yes is left out.
  if (shown.is !== 'any' || shown.parts.length !== 2) return null
  const [one, other] = shown.parts.map(shownCondition)
  if (one?.is !== 'leaf' || other?.is !== 'not') return null
  const {fact, op, value} = one.leaf
  const isSame = isLeaf(other.part, String(fact), 'exists')
  if (!isSame || op !== 'eq' || typeof value !== 'boolean') return null
  return {condition: {...one.leaf, value: !value}, place: ['any', 0]}
}

const exceptions: Readonly<Record<string, string>> = {ne: 'eq', notIn: 'in', hasNone: 'hasAny'}

/** The same as not this; `null` = there is no word for that. */
export function oppositeOf(condition: unknown): Part | null {
  const shown = shownCondition(condition)
  if (shown.is !== 'leaf') return null
  const op = opposites[String(shown.leaf['op'])]
  return op === undefined ? null : {...shown.leaf, op}
}

const opposites: Readonly<Record<string, string>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'gte',
  gte: 'lt',
  gt: 'lte',
  lte: 'gt',
  in: 'notIn',
  notIn: 'in',
  hasAny: 'hasNone',
  hasNone: 'hasAny',
  exists: 'unknown',
}

export function isLeaf(condition: unknown, fact: string, op: string, value?: unknown): boolean {
  const shown = shownCondition(condition)
  return (
    shown.is === 'leaf' &&
    shown.leaf['fact'] === fact &&
    shown.leaf['op'] === op &&
    (value === undefined || shown.leaf['value'] === value)
  )
}

export function isCategory(condition: unknown): boolean {
  return isLeaf(condition, 'category', 'in') || isLeaf(condition, 'category', 'startsWith')
}

/** Its server lost the category, and the queue of its Arr has it. */
export function isLostCategory(condition: unknown): boolean {
  const shown = shownCondition(condition)
  if (shown.is !== 'all' || shown.parts.length !== 2) return false
  const [lost, queued] = shown.parts
  return isLeaf(lost, 'category', 'eq', '') && isLeaf(queued, 'arr.queuePresent', 'eq', true)
}

/** Whether one of several is enough, and they are said one by one. */
export function hasWays(condition: unknown): boolean {
  const shown = shownCondition(condition)
  return shown.is === 'any' && shown.parts.length > 1 && !isStill(condition)
}

/** The time of a condition that `isStill`. */
export function stillTime(condition: unknown): unknown {
  const shown = shownCondition(condition)
  return shown.is === 'any' ? partOf(shown.parts[0])['value'] : undefined
}

/** Idle for so long; or never active; or, where its server keeps no last activity, nothing moved while we looked. */
export function isStill(condition: unknown): boolean {
  const shown = shownCondition(condition)
  if (shown.is !== 'any' || shown.parts.length !== 3) return false
  const [idle, never, seen] = shown.parts.map(shownCondition)
  if (!isLeaf(shown.parts[0], 'sinceActivity', 'gte') || idle?.is !== 'leaf') return false
  if (never?.is !== 'all' || seen?.is !== 'all' || never.parts.length !== 2 || seen.parts.length !== 3) {
    return false
  }
  const isNever = isLeaf(never.parts[0], 'lastActivityAt', 'eq', null) && isLeaf(never.parts[1], 'age', 'gte')
  const [silent, gained, sent] = seen.parts
  const isSilent = leafCount(silent) === 1 && isLeaf(partOf(silent)['not'], 'lastActivityAt', 'exists')
  return isNever && isSilent && isLeaf(gained, 'gained', 'lte', 0) && isLeaf(sent, 'upSpeed', 'lte', 0)
}

/** What somebody set comes first; what only keeps mistakes away last. */
export function weightOf({fact, op, value}: Part, facts: ReadonlyMap<string, FactSays>): number {
  const name = String(fact)
  if (op === 'exists' || op === 'unknown' || value === null || guarding.has(name)) return 3
  const word = facts.get(name)
  if (word?.type === 'boolean') return 2
  if (word?.type !== 'number') return 1
  // A torrent that is not judged in its first minutes is no condition that somebody thinks of.
  const seconds = name === 'age' ? secondsIn(value) : undefined
  return seconds !== undefined && seconds < 3_600 ? 3 : 0
}

const guarding = new Set(['obligation.met', 'arr.usesCategory', 'memory.filtered', 'server.altSpeed'])

export function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Part) : {}
}
