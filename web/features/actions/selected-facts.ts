/**
 * How the chosen torrents are: what dialogs begin with and menus tick. Read from a live view of its own; of very many only
 * the first are looked at, and the server says what is the same for all (`SelectionFigures`).
 */
import {useQuery} from '@tanstack/react-query'
import {useEffect, useMemo} from 'react'
import {liveLimits, type ViewWish} from '#model/live.ts'
import {frozenFigures, type SelectionFigures} from '../../api/actions.ts'
import {liveSocket} from '../../live/socket.ts'
import {useViewVersion} from '../../live/use-view.ts'
import {LiveView, type ViewRow, type Cell} from '../../live/view.ts'
import {partsOf} from '../torrent-rows/selection.ts'
import {countOf, figuresNow, targetText, type ActionTarget} from './target.ts'

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

export interface SelectedFact {
  readonly key: string
  readonly serverId: string
  readonly infoHash: string
  readonly of: Readonly<Record<FactColumn, Cell>>
}

export interface SelectedFacts {
  readonly rows: readonly SelectedFact[]
  /** All that are chosen were looked at. */
  readonly isWhole: boolean
  readonly count: number
  /** Of all of them, where not all were looked at; `null` = not known. */
  readonly figures: SelectionFigures | null
}

function factsWish(target: ActionTarget): ViewWish {
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

const factRanges = [[0, liveLimits.rows]] as const

/** `null` = not known yet. @param figures of the same torrents */
function factsIn(
  view: LiveView,
  target: ActionTarget,
  figures: SelectionFigures | null,
): SelectedFacts | null {
  if (!view.isCurrent || view.totals === null) return null
  const rows: SelectedFact[] = []
  for (let rank = 0; rank < Math.min(view.totals.count, liveLimits.rows); rank++) {
    const row = view.at(rank)
    if (row && isSelected(row, target)) rows.push(factOf(row))
  }
  const count = countOf(target)
  return {rows, count, isWhole: rows.length >= count, figures}
}

function isSelected({key}: ViewRow, target: ActionTarget): boolean {
  return target.kind === 'some' ? target.names.has(key) : !target.except.has(key)
}

function factOf(row: ViewRow): SelectedFact {
  const cells = factColumns.map((name, at) => [name, row.cells[at]] as const)
  return {
    key: row.key,
    serverId: row.serverId,
    infoHash: row.infoHash,
    of: Object.fromEntries(cells) as SelectedFact['of'],
  }
}

/** They differ, or not all are known. No word: a category may be called anything. */
export const mixed = Symbol('mixed')

/** What all of them have. */
export function common(facts: SelectedFacts, column: CommonColumn): Cell | typeof mixed {
  const {rows, isWhole, figures} = facts
  if (!isWhole) return figures?.common[column] === undefined ? mixed : figures.common[column]
  const [first, ...others] = rows
  if (!first) return mixed
  const value = first.of[column]
  return others.every((it) => it.of[column] === value) ? value : mixed
}

/** On or off in all of them; what a server does not have counts as off. */
export function switched(facts: SelectedFacts, column: CommonColumn): boolean | 'mixed' {
  if (!facts.isWhole) {
    const value = common(facts, column)
    return typeof value === 'boolean' ? value : 'mixed'
  }
  const on = facts.rows.filter((it) => it.of[column] === true).length
  if (on === 0) return false
  return on === facts.rows.length ? true : 'mixed'
}

export function firstName(facts: SelectedFacts): string {
  return String(facts.rows[0]?.of.name ?? '')
}

const noTorrents: ActionTarget = {kind: 'some', names: new Set()}

/**
 * How the chosen torrents are now; `null` = not known yet.
 * @param target `null` = nobody wants to know
 * @param figures of the same torrents: of very many nobody else says what is the same for all
 */
export function useSelectedFacts(
  target: ActionTarget | null,
  figures: SelectionFigures | null,
): SelectedFacts | null {
  const asText = target && targetText(target)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the text says the same as the target, by value
  const view = useMemo(() => new LiveView(liveSocket, factsWish(target ?? noTorrents), factRanges), [asText])
  useEffect(() => (asText === null ? undefined : view.start()), [view, asText])
  const version = useViewVersion(view)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the view changes in place and counts its versions
  const facts = useMemo(() => (target ? factsIn(view, target, null) : null), [view, version])
  const isPart = facts?.isWhole === false
  // The set may have been frozen a while ago: what its torrents have is another thing than which they are.
  const {data = null, error} = useQuery({
    queryKey: ['figures of facts', figures?.selection_id],
    queryFn: () => frozenFigures(figures!.selection_id),
    enabled: isPart && figures !== null,
    staleTime: 0,
    gcTime: 0,
  })
  if (!isPart) return facts
  return data === null && error === null ? null : {...facts, figures: data}
}

const LONGEST_WAIT_MS = 5000

/** The same once, for keys that act without a dialog. Empty when nothing is heard. */
export function selectedFacts(target: ActionTarget): Promise<SelectedFacts> {
  const view = new LiveView(liveSocket, factsWish(target), factRanges)
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      forget()
      const facts = factsIn(view, target, null) ?? {rows: [], isWhole: false, count: 0, figures: null}
      stop()
      resolve(facts.isWhole || facts.count === 0 ? facts : withFigures(facts, target))
    }
    const timer = setTimeout(end, LONGEST_WAIT_MS)
    const forget = view.changes.listen(() => view.isCurrent && end())
    const stop = view.start()
  })
}

async function withFigures(facts: SelectedFacts, target: ActionTarget): Promise<SelectedFacts> {
  // What hinders it is told when the action itself is sent.
  const figures = await figuresNow(target).catch(() => null)
  return {...facts, figures}
}
