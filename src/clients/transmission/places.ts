import type {Category, CategorySource} from '#model/server.ts'
import type {SyncSink} from '../port.ts'
import {pathOfCategory} from './labels.ts'
import type {Session} from './session.ts'
import type {TorrentTable} from './torrent-table.ts'

/** Tells the sink which categories and tags there are: those that torrents carry, Transmission keeps no others. */
export class PlaceTeller {
  readonly #source: CategorySource
  readonly #session: {readonly current: Session}
  #used: {readonly categories: readonly string[]; readonly tags: readonly string[]} = {
    categories: [],
    tags: [],
  }
  #reported = ''

  constructor(source: CategorySource, session: {readonly current: Session}) {
    this.#source = source
    this.#session = session
  }

  /** @param isForced tell them though they are the same: after a whole list */
  emit(table: TorrentTable, sink: SyncSink, isForced: boolean): void {
    this.#used = table.placesIfChanged() ?? this.#used
    const root = this.#session.current.downloadDir
    const categories = categoriesOf(this.#source, root, this.#used.categories)
    const {tags} = this.#used
    const text = JSON.stringify([categories, tags])
    if (text === this.#reported && !isForced) return
    this.#reported = text
    sink.categories(categories)
    sink.tags(tags)
  }
}

/** Only categories that are folders have a path of their own. */
export function categoriesOf(source: CategorySource, root: string, names: readonly string[]): Category[] {
  return sortedOnce(names).map((name) =>
    source.from === 'path' ? {name, savePath: pathOfCategory(root, name)} : {name},
  )
}

export function sortedOnce(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
