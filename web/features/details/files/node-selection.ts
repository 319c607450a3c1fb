/** Which rows of a tree are chosen, and where somebody is in it. Pure: rows by their paths, which outlive readings. */

export interface NodeSelection {
  readonly chosen: ReadonlySet<string>
  /** The row that keys act on; `null` = none yet. */
  readonly at: string | null
  /** Where a range begins. */
  readonly anchor: string | null
}

export const nothingChosen: NodeSelection = {chosen: new Set(), at: null, anchor: null}

export type ChooseHow = 'only' | 'toggle' | 'range'

export function howOf({
  shiftKey,
  ctrlKey,
  metaKey,
}: {
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}): ChooseHow {
  if (shiftKey) return 'range'
  return ctrlKey || metaKey ? 'toggle' : 'only'
}

/** @param shown paths of the rows in sight, in their order */
export function choose(
  selection: NodeSelection,
  path: string,
  how: ChooseHow,
  shown: readonly string[],
): NodeSelection {
  if (how === 'range')
    return {...selection, chosen: new Set(range(selection.anchor ?? path, path, shown)), at: path}
  if (how === 'only') return {chosen: new Set([path]), at: path, anchor: path}
  const chosen = new Set(selection.chosen)
  if (!chosen.delete(path)) chosen.add(path)
  return {chosen, at: path, anchor: path}
}

/** @param by rows down; less than 0 = up @param isExtending the range grows */
export function step(
  selection: NodeSelection,
  by: number,
  shown: readonly string[],
  isExtending: boolean,
): NodeSelection {
  const from = selection.at === null ? -1 : shown.indexOf(selection.at)
  const to = from === -1 ? (by > 0 ? 0 : shown.length - 1) : from + by
  const path = shown[Math.max(0, Math.min(shown.length - 1, to))]
  return path === undefined ? selection : choose(selection, path, isExtending ? 'range' : 'only', shown)
}

function range(from: string, to: string, shown: readonly string[]): readonly string[] {
  const ends = [shown.indexOf(from), shown.indexOf(to)].filter((at) => at !== -1)
  return shown.slice(Math.min(...ends), Math.max(...ends) + 1)
}
