/**
 * What the files of a torrent are known to be, reading after reading. Paths seldom change, so the tree stays; of a
 * reading only what differs is carried into the figures. All of it is work in slices: what is shown changes at its end.
 */
import type {FilePriority} from '#model/command.ts'
import type {TorrentFile} from '../../../api/details.ts'
import {Signal} from '../../../lib/signal.ts'
import type {Sliced} from '../../../lib/slices.ts'
import {FileEdits, type FileWish} from './file-edits.ts'
import {copyOf, figuresOf, setFile, type TreeFigures} from './file-figures.ts'
import {isTreeOf, NODES_AT_ONCE, treeOf, type FileTree} from './file-tree.ts'

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
    this.changes.tell()
  }

  #touch(places: readonly number[]): void {
    if (!this.#shown) return
    const {files, tree, figures} = this.#shown
    this.#carry(this.#shown, places)
    for (const place of places) this.#late.push(place)
    this.#shown = {files, tree, figures: {...figures}}
    this.changes.tell()
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
