import {useLayoutEffect, useMemo, useState, useSyncExternalStore} from 'react'
import type {FilePriority} from '#model/command.ts'
import type {WireKey} from '../../../api/actions.ts'
import {filesQuery, LOOK_AGAIN_MS, setFilePriority, type TorrentFile} from '../../../api/details.ts'
import {atOnce, browserTurn, inSlices, type Sliced} from '../../../lib/slices.ts'
import {usePart, type Part} from '../use-part.ts'
import type {FileEdits} from './file-edits.ts'
import {sumUp} from './file-figures.ts'
import {FileTable, type ShownFiles} from './file-table.ts'
import {buildTree} from './file-tree.ts'

export interface Files extends ShownFiles {
  /** Its data are there when there is a tree of them. */
  readonly part: Part<readonly TorrentFile[]>
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

const noTree = buildTree([])
const nothing: ShownFiles = {files: [], tree: noTree, figures: sumUp(noTree, [], () => 'normal')}

/** The files of a torrent as a tree, with what somebody wished of them. */
export function useFiles(of: WireKey): Files {
  const [book] = useState(() => new FileTable())
  const shown = useSyncExternalStore(book.changes.listen, book.shown)
  const part = usePart(of.server_id, filesQuery(of), (files) => everyMs(files, book.edits.isWaiting))
  const {data, readAt} = part
  useSliced(
    useMemo(() => data && {length: data.length, begin: () => book.take(data, readAt)}, [book, data, readAt]),
  )
  const setPriority = (places: readonly number[], priority: FilePriority) => {
    if (!shown) return
    const wish = book.wish(places, priority)
    const send = () =>
      setFilePriority(
        of,
        places.map((place) => shown.files[place]!.index),
        priority,
      )
    // Drawn first, then written down: 100,000 numbers take their time.
    browserTurn()
      .then(send)
      .then(
        () => (wish.answeredAt = Date.now()),
        (error: Error) => book.fail(wish, places, error.message),
      )
  }
  const known = shown ?? nothing
  return {...known, part: {...part, data: shown && known.files}, edits: book.edits, setPriority}
}

/** Work on so many nodes is not felt: done at once it is there before anything is drawn. */
const SHORT = 2_000

/**
 * Does some work whenever it is another one: what is short at once, what is long in slices, ended when it is not wanted
 * any more. @param work keep it (`useMemo`) as long as it is the same; `null` = nothing to do
 */
export function useSliced(work: {readonly length: number; readonly begin: () => Sliced<void>} | null): void {
  useLayoutEffect(() => {
    if (work === null) return undefined
    if (work.length <= SHORT) {
      atOnce(work.begin())
      return undefined
    }
    const ended = new AbortController()
    inSlices(work.begin(), ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error
    })
    return () => ended.abort()
  }, [work])
}
