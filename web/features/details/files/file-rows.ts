/** The rows of the files that are shown, and which of them are selected. */
import {useDeferredValue, useMemo, useState, type KeyboardEvent} from 'react'
import {filesBelow, foldedAtFirst, matchesIn, shownNodes, topsOf, type FileTree} from './file-tree.ts'
import {useSliced} from './files.ts'

/** Which rows of a tree are chosen, and where somebody is in it. Pure: rows by their paths, which outlive readings. */
interface NodeSelection {
  readonly selected: ReadonlySet<string>
  /** The row that keys act on; `null` = none yet. */
  readonly at: string | null
  /** Where a range begins. */
  readonly anchor: string | null
}

export const nothingSelected: NodeSelection = {selected: new Set(), at: null, anchor: null}

type SelectHow = 'only' | 'toggle' | 'range'

export function howOf({
  shiftKey,
  ctrlKey,
  metaKey,
}: {
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}): SelectHow {
  if (shiftKey) return 'range'
  return ctrlKey || metaKey ? 'toggle' : 'only'
}

/** @param shown paths of the rows in sight, in their order */
export function select(
  selection: NodeSelection,
  path: string,
  how: SelectHow,
  shown: readonly string[],
): NodeSelection {
  if (how === 'range')
    return {...selection, selected: new Set(range(selection.anchor ?? path, path, shown)), at: path}
  if (how === 'only') return {selected: new Set([path]), at: path, anchor: path}
  const selected = new Set(selection.selected)
  if (!selected.delete(path)) selected.add(path)
  return {selected, at: path, anchor: path}
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
  return path === undefined ? selection : select(selection, path, isExtending ? 'range' : 'only', shown)
}

function range(from: string, to: string, shown: readonly string[]): readonly string[] {
  const ends = [shown.indexOf(from), shown.indexOf(to)].filter((at) => at !== -1)
  return shown.slice(Math.min(...ends), Math.max(...ends) + 1)
}

export interface FileRows {
  readonly typed: string
  readonly type: (typed: string) => void
  readonly isFiltered: boolean
  /** What is shown was looked for by this. */
  readonly pattern: string
  /** Numbers of the nodes in sight. */
  readonly shown: readonly number[]
  readonly isOpen: (path: string) => boolean
  readonly fold: (path: string, on: boolean) => void
  readonly selection: NodeSelection
  readonly select: (path: string, how: SelectHow) => void
  readonly selectAll: () => void
  /** These and no others, also those that are in no open folder. @param places in the list of files */
  readonly selectFiles: (places: readonly number[]) => void
  /** Arrows, pages, ends, folding; `true` = it was such a key. */
  readonly move: (event: KeyboardEvent, pageRows: number) => boolean
  /** Places in the list of files of what is chosen, or of all that the filter found. */
  readonly concerned: readonly number[]
  /** The same for a row: with the others if it is chosen, too. */
  readonly concernedBy: (path: string) => readonly number[]
}

/** What of the tree is in sight, what is chosen of it, and how keys go about in it. */
export function useFileRows(tree: FileTree): FileRows {
  const [typed, setTyped] = useState('')
  const [ownFolds, setFolds] = useState<ReadonlySet<string> | null>(null)
  const [selection, setSelection] = useState<NodeSelection>(nothingSelected)
  const folded = useMemo(() => ownFolds ?? foldedAtFirst(tree), [ownFolds, tree])
  const {matches, typed: pattern} = useFileMatches(tree, useDeferredValue(typed))
  const shown = useMemo(() => shownNodes(tree, folded, matches), [tree, folded, matches])
  const paths = useMemo(() => shown.map((at) => tree.nodes[at]!.path), [shown, tree])
  const isFiltered = matches !== null
  const below = (of: Iterable<string>) =>
    filesBelow(
      tree,
      [...of].flatMap((path) => tree.byPath.get(path) ?? []),
      matches,
    )
  const concerned = useMemo(() => {
    if (selection.selected.size > 0) return below(selection.selected)
    return isFiltered ? filesBelow(tree, topsOf(tree), matches) : []
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selection.selected, isFiltered, tree, matches])
  // What is found is what is meant from now on.
  const type = (next: string) => {
    setTyped(next)
    setSelection(nothingSelected)
  }
  const fold = (path: string, on: boolean) => {
    const next = new Set(folded)
    if (on) next.add(path)
    else next.delete(path)
    setFolds(next)
  }
  const foldByKey = (isFolding: boolean) => {
    const at = selection.at === null ? undefined : tree.byPath.get(selection.at)
    if (at === undefined) return
    const {path, file, parent} = tree.nodes[at]!
    const isOpenFolder = file === -1 && !folded.has(path)
    if (!isFolding) return isOpenFolder ? undefined : fold(path, false)
    if (isOpenFolder) return fold(path, true)
    if (parent !== -1) setSelection(select(selection, tree.nodes[parent]!.path, 'only', paths))
  }
  const move = (event: KeyboardEvent, pageRows: number) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      foldByKey(event.key === 'ArrowLeft')
      return true
    }
    const by = stepsOf(event.key, pageRows, paths.length)
    if (by !== null) setSelection(step(selection, by, paths, event.shiftKey))
    return by !== null
  }
  return {
    typed,
    type,
    isFiltered,
    pattern,
    shown,
    fold,
    selection,
    move,
    concerned,
    isOpen: (path) => isFiltered || !folded.has(path),
    select: (path, how) => setSelection((before) => select(before, path, how, paths)),
    selectAll: () => setSelection((before) => ({...before, selected: new Set(paths)})),
    selectFiles: (places) => {
      const found = places.map((at) => tree.paths[at]!)
      setSelection({selected: new Set(found), at: found[0] ?? null, anchor: found[0] ?? null})
    },
    concernedBy: (path) => (selection.selected.has(path) ? concerned : below([path])),
  }
}

function stepsOf(key: string, pageRows: number, rows: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: pageRows,
    PageUp: -pageRows,
    End: rows,
    Home: -rows,
  }
  return steps[key] ?? null
}

interface FileMatches {
  /** What was typed when they were looked for. */
  readonly typed: string
  /** A 1 for each node that matches or holds a match; `null` = no filter. */
  readonly matches: Uint8Array | null
}

/** What a filter finds. Of a long list the last find stays until the next one is there. */
function useFileMatches(tree: FileTree, typed: string): FileMatches {
  const [found, setFound] = useState<FileMatches & {readonly tree: FileTree}>({tree, typed, matches: null})
  useSliced(
    useMemo(() => {
      function* look() {
        setFound({tree, typed, matches: yield* matchesIn(tree, typed)})
      }
      return {length: typed.trim() === '' ? 0 : tree.nodes.length, begin: look}
    }, [tree, typed]),
  )
  // Numbers of another tree mean nothing in this one.
  return found.tree === tree ? found : {typed: '', matches: null}
}
