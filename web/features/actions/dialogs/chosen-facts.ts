/**
 * How the chosen torrents are: what dialogs begin with and menus tick. Read from a live view of its own; of very many only
 * the first are looked at, and the server says what is the same for all (`SelectionFigures`).
 */
import {liveLimits, type ViewWish} from '#model/live.ts'
import type {SelectionFigures} from '../../../api/actions.ts'
import type {LiveView, ViewRow} from '../../../live/view.ts'
import type {Cell} from '../../../live/wire.ts'
import {partsOf} from '../../torrent-rows/selection.ts'
import {countOf, type ActionTarget} from '../target.ts'

const factColumns = [
  'name',
  'info_hash_v1',
  'info_hash_v2',
  'is_private',
  'state',
  'category',
  'tags',
  'save_path',
  'content_path',
  'down_limit',
  'up_limit',
  'ratio_limit',
  'seed_time_limit',
  'idle_limit',
  'priority',
  'sequential',
  'first_last',
  'super_seeding',
  'auto_managed',
] as const
type FactColumn = (typeof factColumns)[number]
/** What can be the same for all. */
export type CommonColumn = FactColumn & keyof SelectionFigures['common']

export interface ChosenFact {
  readonly key: string
  readonly serverId: string
  readonly infoHash: string
  readonly of: Readonly<Record<FactColumn, Cell>>
}

export interface ChosenFacts {
  readonly rows: readonly ChosenFact[]
  /** All that are chosen were looked at. */
  readonly isWhole: boolean
  readonly count: number
  /** Of all of them, where not all were looked at; `null` = not known. */
  readonly figures: SelectionFigures | null
}

export function factsWish(target: ActionTarget): ViewWish {
  const common = {sort: ['name'], group: null, columns: factColumns, facets: []}
  if (target.kind === 'matching') {
    const {q, servers} = target
    return {
      ...common,
      q,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...(servers && {servers}),
    }
  }
  const keys = [...target.names].slice(0, liveLimits.keysInWish).map(partsOf)
  return {...common, q: '', keys}
}

export const factRanges = [[0, liveLimits.rows]] as const

/** `null` = not known yet. @param figures of the same torrents */
export function factsIn(
  view: LiveView,
  target: ActionTarget,
  figures: SelectionFigures | null,
): ChosenFacts | null {
  if (!view.isCurrent || view.totals === null) return null
  const rows: ChosenFact[] = []
  for (let rank = 0; rank < Math.min(view.totals.count, liveLimits.rows); rank++) {
    const row = view.at(rank)
    if (row && isChosen(row, target)) rows.push(factOf(row))
  }
  const count = countOf(target)
  return {rows, count, isWhole: rows.length >= count, figures}
}

function isChosen({key}: ViewRow, target: ActionTarget): boolean {
  return target.kind === 'some' ? target.names.has(key) : !target.except.has(key)
}

function factOf(row: ViewRow): ChosenFact {
  const cells = factColumns.map((name, at) => [name, row.cells[at]] as const)
  return {
    key: row.key,
    serverId: row.serverId,
    infoHash: row.infoHash,
    of: Object.fromEntries(cells) as ChosenFact['of'],
  }
}

/** They differ, or not all are known. No word: a category may be called anything. */
export const mixed = Symbol('mixed')

/** What all of them have. */
export function common(facts: ChosenFacts, column: CommonColumn): Cell | typeof mixed {
  const {rows, isWhole, figures} = facts
  if (!isWhole) return figures?.common[column] === undefined ? mixed : figures.common[column]
  const [first, ...others] = rows
  if (!first) return mixed
  const value = first.of[column]
  return others.every((it) => it.of[column] === value) ? value : mixed
}

/** On or off in all of them; what a server does not have counts as off. */
export function switched(facts: ChosenFacts, column: CommonColumn): boolean | 'mixed' {
  if (!facts.isWhole) {
    const value = common(facts, column)
    return typeof value === 'boolean' ? value : 'mixed'
  }
  const on = facts.rows.filter((it) => it.of[column] === true).length
  if (on === 0) return false
  return on === facts.rows.length ? true : 'mixed'
}

export function firstName(facts: ChosenFacts): string {
  return String(facts.rows[0]?.of.name ?? '')
}
