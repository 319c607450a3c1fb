/**
 * Which torrents are chosen. Either some, by name, or all that match a query but some: the server then knows which
 * those are. A chosen torrent stays chosen when it leaves the filter or the scope; only who chose takes it back. Whether
 * a row is among all that match can be told only in the list in which they were chosen: in any other it is not.
 */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'
import type {LiveView} from '../../live/view.ts'

/** `serverId~infoHash`. */
export type TorrentName = string

export type Selected =
  | {readonly kind: 'some'; readonly names: ReadonlySet<TorrentName>}
  | {
      readonly kind: 'matching'
      readonly q: string
      readonly servers: readonly string[] | null
      readonly except: ReadonlySet<TorrentName>
      /** How many matched when it was chosen. */
      readonly matched: number
    }

const none: Selected = {kind: 'some', names: new Set()}

/** A list of torrents on screen, as far as a choice is concerned. */
export type ListOnScreen = Pick<LiveView, 'shown' | 'changes'>

export class Selection {
  readonly changes = new Signal()
  selected: Selected = none
  #list: ListOnScreen | null = null
  /** Where a range begins: the torrent that was chosen by itself last. */
  anchor: TorrentName | null = null

  get count(): number {
    const {selected} = this
    return selected.kind === 'some' ? selected.names.size : selected.matched - selected.except.size
  }

  /** The list whose rows are on screen from now on; the answer ends it. */
  lookAt(list: ListOnScreen): () => void {
    this.#list = list
    let wasHere = this.isHere
    const forget = list.changes.listen(() => {
      if (this.isHere === wasHere) return
      wasHere = this.isHere
      this.changes.emit()
    })
    return () => {
      forget()
      this.#list = null
    }
  }

  /** Can rows on screen be told to be chosen? All that match were chosen in a list of the same query and servers. */
  get isHere(): boolean {
    return this.#isOfList(this.selected)
  }

  has(name: TorrentName): boolean {
    return this.holds(this.selected, name)
  }

  /** Is a row on screen one of these, which were chosen now or before? */
  holds(selected: Selected, name: TorrentName): boolean {
    return selected.kind === 'some'
      ? selected.names.has(name)
      : this.#isOfList(selected) && !selected.except.has(name)
  }

  #isOfList(selected: Selected): boolean {
    if (selected.kind === 'some') return true
    const shown = this.#list?.shown
    return shown?.q === selected.q && String(shown.servers ?? null) === String(selected.servers)
  }

  /** This one alone. */
  only(name: TorrentName): void {
    this.anchor = name
    this.#become({kind: 'some', names: new Set([name])})
  }

  toggle(name: TorrentName): void {
    this.anchor = name
    this.set([name], !this.has(name))
  }

  /** Chooses these too, or takes them back. Where all of another list were chosen, a choice begins again. */
  set(names: readonly TorrentName[], on: boolean): void {
    const {selected} = this
    if (!this.isHere) {
      if (on) this.replace(names)
      return
    }
    const listed = new Set(selected.kind === 'some' ? selected.names : selected.except)
    const isListed = selected.kind === 'some' ? on : !on
    for (const name of names) {
      if (isListed) listed.add(name)
      else listed.delete(name)
    }
    this.#become(selected.kind === 'some' ? {kind: 'some', names: listed} : {...selected, except: listed})
  }

  replace(names: readonly TorrentName[]): void {
    this.#become({kind: 'some', names: new Set(names)})
  }

  /** All that match, wherever they are; the server knows which. */
  matching(
    q: string,
    servers: readonly string[] | null,
    matched: number,
    except: readonly TorrentName[] = [],
  ): void {
    this.#become({kind: 'matching', q, servers, except: new Set(except), matched})
  }

  /** Of all that match, those that were not chosen. */
  invert(q: string, servers: readonly string[] | null, matched: number): void {
    const {selected} = this
    if (!this.isHere) return this.matching(q, servers, matched)
    if (selected.kind === 'matching') return this.replace([...selected.except])
    this.#become({kind: 'matching', q, servers, except: selected.names, matched})
  }

  clear(): void {
    this.anchor = null
    if (this.count > 0 || this.selected.kind === 'matching') this.#become(none)
  }

  #become(selected: Selected): void {
    this.selected = selected
    this.changes.emit()
  }
}

export const selection = new Selection()

export function useSelected(): Selected {
  return useSyncExternalStore(selection.changes.listen, () => selection.selected)
}

/** See `Selection.isHere`. */
export function useIsHere(): boolean {
  return useSyncExternalStore(selection.changes.listen, () => selection.isHere)
}

/** Server and hash of a name. */
export function partsOf(name: TorrentName): {readonly server_id: string; readonly info_hash: string} {
  const at = name.lastIndexOf('~')
  return {server_id: name.slice(0, at), info_hash: name.slice(at + 1)}
}
