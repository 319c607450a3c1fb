/**
 * Priorities that somebody wished and the server has not shown yet, and wishes that failed, of each file by its place in
 * the list. A wish is shown at once, at most ten seconds; then it is as the server says.
 */
import {useLayoutEffect, useMemo, useState, useSyncExternalStore} from 'react'
import type {FilePriority} from '#model/command.ts'
import type {WireKey} from '../../../api/actions.ts'
import {filesQuery, LOOK_AGAIN_MS, setFilePriority, type TorrentFile} from '../../../api/details.ts'
import {Signal} from '../../../lib/signal.ts'
import {atOnce, browserTurn, inSlices, type Sliced} from '../../../lib/slices.ts'
import {usePart, type Part} from '../use-part.ts'
import {copyOf, figuresOf, setFile, sumUp, type TreeFigures} from './file-figures.ts'
import {buildTree, isTreeOf, NODES_AT_ONCE, treeOf, type FileTree} from './file-tree.ts'

/** Of some files together. */
interface FileWish {
  readonly priority: FilePriority
  /** Epoch ms; `null` = the server has not answered yet. */
  answeredAt: number | null
}

const BELIEVED_MS = 10_000

/** 100,000 files can be wished with one click: wishes stand in a plain array. */
export class FileEdits {
  readonly #wishes: (FileWish | undefined)[] = []
  /** In words. */
  readonly #failures = new Map<number, string>()
  #waiting = 0

  /** Some are not shown yet. */
  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  /** Of several wishes for a file the last one holds. */
  wish(places: readonly number[], priority: FilePriority): FileWish {
    const wish: FileWish = {priority, answeredAt: null}
    for (const place of places) {
      // Filled from the first on: an array with holes is a slow one.
      while (this.#wishes.length <= place) this.#wishes.push(undefined)
      if (this.#wishes[place] === undefined) this.#waiting++
      this.#wishes[place] = wish
      this.#failures.delete(place)
    }
    return wish
  }

  /** The server did not take it. */
  fail(wish: FileWish, places: readonly number[], reason: string): void {
    for (const place of places) {
      if (this.#wishes[place] !== wish) continue
      this.#end(place)
      this.#failures.set(place, reason)
    }
  }

  /** After a reading: what it shows, or should have shown by now, is no wish any more. @param readAt epoch ms */
  settle(place: number, shown: FilePriority, readAt: number): void {
    const wish = this.#wishes[place]
    if (!wish || wish.answeredAt === null) return
    if (wish.priority === shown || readAt >= wish.answeredAt + BELIEVED_MS) this.#end(place)
  }

  /** `undefined` = nothing is wished: it is as the server says. */
  wished(place: number): FilePriority | undefined {
    return this.#wishes[place]?.priority
  }

  failureOf(place: number): string | null {
    return this.#failures.get(place) ?? null
  }

  #end(place: number): void {
    this.#wishes[place] = undefined
    this.#waiting--
  }
}

/**
 * What the files of a torrent are known to be, reading after reading. Paths seldom change, so the tree stays; of a
 * reading only what differs is carried into the figures. All of it is work in slices: what is shown changes at its end.
 */

/** A new one with every change. */
export interface ShownFiles {
  readonly files: readonly TorrentFile[]
  readonly tree: FileTree
  readonly figures: TreeFigures
}

export class FileTable {
  readonly changes = new Signal()
  readonly edits = new FileEdits()
  #shown: ShownFiles | null = null
  /** Files that were wished otherwise while a reading was under way. */
  #late: number[] = []

  /** `null` = nothing was read yet. */
  readonly shown = (): ShownFiles | null => this.#shown

  /** Shown at once. @param places in the list of files */
  wish(places: readonly number[], priority: FilePriority): FileWish {
    const wish = this.edits.wish(places, priority)
    this.#touch(places)
    return wish
  }

  fail(wish: FileWish, places: readonly number[], reason: string): void {
    this.edits.fail(wish, places, reason)
    this.#touch(places)
  }

  /** One at a time: who begins another one ends the one before. @param readAt epoch ms */
  *take(files: readonly TorrentFile[], readAt: number): Sliced<void> {
    this.#late = []
    const before = this.#shown
    const isSame = before !== null && (yield* isTreeOf(before.tree, files))
    if (isSame) yield* this.#takeAgain(before, files, readAt)
    else yield* this.#takeFresh(files, readAt)
  }

  *#takeFresh(files: readonly TorrentFile[], readAt: number): Sliced<void> {
    const tree = yield* treeOf(files)
    yield* this.#settle(files, readAt)
    const figures = yield* figuresOf(tree, files, (place) => this.#priorityOf(files, place))
    this.#show({files, tree, figures})
  }

  *#takeAgain({tree, figures: before}: ShownFiles, files: readonly TorrentFile[], readAt: number) {
    const figures = copyOf(before)
    yield* this.#settle(files, readAt)
    for (let place = 0; place < files.length; place++) {
      setFile(figures, tree, place, files[place]!, this.#priorityOf(files, place))
      if (place % NODES_AT_ONCE === 0) yield
    }
    this.#show({files, tree, figures})
  }

  *#settle(files: readonly TorrentFile[], readAt: number): Sliced<void> {
    if (!this.edits.isWaiting) return
    for (const [place, {priority}] of files.entries()) {
      this.edits.settle(place, priority, readAt)
      if (place % NODES_AT_ONCE === 0) yield
    }
  }

  #show(shown: ShownFiles): void {
    this.#carry(shown, this.#late)
    this.#late = []
    this.#shown = shown
    this.changes.emit()
  }

  #touch(places: readonly number[]): void {
    if (!this.#shown) return
    const {files, tree, figures} = this.#shown
    this.#carry(this.#shown, places)
    for (const place of places) this.#late.push(place)
    this.#shown = {files, tree, figures: {...figures}}
    this.changes.emit()
  }

  /** What these files are now goes into the figures. */
  #carry({files, tree, figures}: ShownFiles, places: readonly number[]): void {
    for (const place of places) setFile(figures, tree, place, files[place]!, this.#priorityOf(files, place))
  }

  /** What somebody wished and the server has not shown yet goes before what it showed. */
  #priorityOf(files: readonly TorrentFile[], place: number): FilePriority {
    return this.edits.wished(place) ?? files[place]!.priority
  }
}

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
  const [table] = useState(() => new FileTable())
  const shown = useSyncExternalStore(table.changes.listen, table.shown)
  const part = usePart(of.server_id, filesQuery(of), (files) => everyMs(files, table.edits.isWaiting))
  const {data, readAt} = part
  useSliced(
    useMemo(
      () => data && {length: data.length, begin: () => table.take(data, readAt)},
      [table, data, readAt],
    ),
  )
  const setPriority = (places: readonly number[], priority: FilePriority) => {
    if (!shown) return
    const wish = table.wish(places, priority)
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
        (error: Error) => table.fail(wish, places, error.message),
      )
  }
  const known = shown ?? nothing
  return {...known, part: {...part, data: shown && known.files}, edits: table.edits, setPriority}
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
