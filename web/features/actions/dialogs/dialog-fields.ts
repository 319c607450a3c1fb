/** What the dialogs show of the selected torrents, and what is sent of what is typed: limits, tags. */
import type {SelectionFigures} from '../../../api/actions.ts'
import type {Cell} from '../../../live/view.ts'
import type {SelectedFacts, mixed} from '../selected-facts.ts'

// Limits as they are typed, and what is sent of them.

/** 'mixed' = the torrents differ: it stays on each as it is until somebody chooses. */
export type LimitMode = 'mixed' | 'inherit' | 'none' | 'value'

export interface LimitField {
  readonly mode: LimitMode
  /** In the unit of the field. */
  readonly value: number | null
}

/** @param per how many of what the server counts in are one of the field's units */
export function limitField(cell: Cell | typeof mixed, per: number): LimitField {
  if (cell === 'inherit') return {mode: 'inherit', value: null}
  if (cell === null || cell === undefined) return {mode: 'none', value: null}
  if (typeof cell !== 'number') return {mode: 'mixed', value: null}
  return {mode: 'value', value: Number((cell / per).toPrecision(6))}
}

/** `undefined` = it stays. @throws nothing; a value without a number is no change */
export function limitSent(
  field: LimitField,
  before: LimitField,
  per: number,
): number | null | 'inherit' | undefined {
  if (field.mode === before.mode && field.value === before.value) return undefined
  if (field.mode === 'mixed') return undefined
  if (field.mode === 'inherit') return 'inherit'
  if (field.mode === 'none') return null
  return field.value === null ? undefined : field.value * per
}

/** A limit was wanted and its number is missing. */
export function lacksValue({mode, value}: LimitField): boolean {
  return mode === 'value' && value === null
}

// Which tags the chosen torrents have, and what somebody wants to change of it.

/** Of a tag: on all of them, on none, or on some ('mixed'). */
type TagState = boolean | 'mixed'
type TagStates = ReadonlyMap<string, TagState>

/** Of all tags that are known. */
export function tagStates(facts: SelectedFacts, known: readonly string[]): TagStates {
  const counts = new Map<string, number>(known.map((name) => [name, 0]))
  for (const {of} of facts.rows) {
    for (const tag of tagsOf(of.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  const entries = [...counts].map(([name, count]) => [name, stateOf(name, count, facts)] as const)
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function tagsOf(cell: unknown): readonly string[] {
  return Array.isArray(cell) ? (cell as string[]) : []
}

function stateOf(name: string, count: number, {rows, isWhole, figures}: SelectedFacts): TagState {
  if (!isWhole) return figures ? stateIn(name, figures) : 'mixed'
  if (count === 0) return false
  return count === rows.length ? true : 'mixed'
}

/** Only the tags of most torrents are told: of the others not whether any torrent has them. */
function stateIn(name: string, {count, tags: {distinct, most}}: SelectionFigures): TagState {
  const share = most.find(({value}) => value === name)
  if (share) return share.count === count ? true : 'mixed'
  return distinct > most.length ? 'mixed' : false
}

export interface TagChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** What it takes from how it is to how it is wanted; what nobody touched stays. */
export function tagChange(now: TagStates, wanted: ReadonlyMap<string, boolean>): TagChange {
  const changed = [...wanted].filter(([name, on]) => (now.get(name) ?? false) !== on)
  return {
    add: changed.filter(([, on]) => on).map(([name]) => name),
    remove: changed.filter(([, on]) => !on).map(([name]) => name),
  }
}
