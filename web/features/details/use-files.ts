import {useMemo, useState} from 'react'
import type {FilePriority} from '#model/command.ts'
import type {WireKey} from '../../api/actions.ts'
import {filesQuery, LOOK_AGAIN_MS, setFilePriority, type TorrentFile} from '../../api/details.ts'
import {confirmed, failed, noEdits, taken, wished, type FileEdits} from './file-edits.ts'
import {buildTree, figuresOf, isTreeOf, type FileTree, type TreeFigures} from './file-tree.ts'
import {usePart, type Part} from './use-part.ts'

export interface Files {
  readonly part: Part<readonly TorrentFile[]>
  readonly tree: FileTree
  readonly figures: TreeFigures
  readonly edits: FileEdits
  /** Shown at once, sent, and taken back in words on the row if it fails. @param places in the list of files */
  readonly setPriority: (places: readonly number[], priority: FilePriority) => void
}

/** A list of 100,000 files is megabytes: the longer, the more seldom. */
function everyMs(files: readonly TorrentFile[] | undefined, isWaiting: boolean): number {
  const length = files?.length ?? 0
  const usual = length > 20_000 ? 30_000 : length > 2_000 ? 10_000 : LOOK_AGAIN_MS
  return isWaiting ? Math.min(usual, 3_000) : usual
}

const none: readonly TorrentFile[] = []

/** The files of a torrent as a tree, with what somebody wished of them. */
export function useFiles(of: WireKey): Files {
  const [edits, setEdits] = useState(noEdits)
  const isWaiting = edits.wishes.size > 0
  const part = usePart(of.server_id, filesQuery(of), (files) => everyMs(files, isWaiting))
  const {data, readAt} = part
  const files = data ?? none
  const [seenAt, setSeenAt] = useState(readAt)
  if (data && seenAt !== readAt) {
    setSeenAt(readAt)
    setEdits(confirmed(edits, data, readAt))
  }
  const tree = useTree(files)
  const figures = useMemo(
    () => figuresOf(tree, files, ({index, priority}) => edits.wishes.get(index)?.priority ?? priority),
    [tree, files, edits],
  )
  const setPriority = (places: readonly number[], priority: FilePriority) => {
    const indexes = places.map((at) => files[at]!.index)
    setEdits((before) => wished(before, indexes, priority))
    setFilePriority(of, indexes, priority).then(
      () => setEdits((before) => taken(before, indexes, Date.now())),
      (error: Error) => setEdits((before) => failed(before, indexes, error.message)),
    )
  }
  return {part, tree, figures, edits, setPriority}
}

/** Built anew only when paths change, which they seldom do. */
function useTree(files: readonly TorrentFile[]): FileTree {
  const [built, setBuilt] = useState(() => ({files, tree: buildTree(files)}))
  if (built.files === files) return built.tree
  const tree = isTreeOf(built.tree, files) ? built.tree : buildTree(files)
  setBuilt({files, tree})
  return tree
}
