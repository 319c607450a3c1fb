import {useMemo, useState} from 'react'
import {matchesIn} from './file-filter.ts'
import type {FileTree} from './file-tree.ts'
import {useSliced} from './use-sliced.ts'

export interface FileMatches {
  /** What was typed when they were looked for. */
  readonly typed: string
  /** A 1 for each node that matches or holds a match; `null` = no filter. */
  readonly matches: Uint8Array | null
}

/** What a filter finds. Of a long list the last find stays until the next one is there. */
export function useFileMatches(tree: FileTree, typed: string): FileMatches {
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
