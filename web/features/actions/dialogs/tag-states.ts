/** Which tags the chosen torrents have, and what somebody wants to change of it. Pure. */
import type {SelectionFigures} from '../../../api/actions.ts'
import type {ChosenFacts} from './chosen-facts.ts'

/** Of a tag: on all of them, on none, or on some ('mixed'). */
type TagState = boolean | 'mixed'
type TagStates = ReadonlyMap<string, TagState>

/** Of all tags that are known. */
export function tagStates(facts: ChosenFacts, known: readonly string[]): TagStates {
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

function stateOf(name: string, count: number, {rows, isWhole, figures}: ChosenFacts): TagState {
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
