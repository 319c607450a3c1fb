/**
 * What keys and pointers do to the list: who is current, who is chosen, what is folded. Items that have no row yet are
 * waited for: the person has gone there already.
 */
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {LISTED_AT_MOST, presentTarget, type ActionTarget} from '../../actions/target.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {rowFailures} from '../../torrent-rows/row-states.ts'
import {selection, type TorrentName} from '../../torrent-rows/selection.ts'
import type {GridBody} from './grid-body.ts'
import type {HoldPolicy} from './hold-policy.ts'
import {namesBeside, namesBetween} from './row-layout.ts'

/** Also chosen alone; left as it is; chosen together with all between it and where the choice began. */
type Step = 'choose' | 'plain' | 'extend'

export interface MenuPlace {
  readonly x: number
  readonly y: number
}

export interface GridHooks {
  onOpen(name: TorrentName): void
  onContextMenu(place: MenuPlace, target: ActionTarget): void
  onFold(group: string, isFolded: boolean): void
  /** What all of the list matches. */
  matching(): {readonly q: string; readonly servers: readonly string[] | null}
}

export class GridControl {
  readonly #body: GridBody
  readonly #hold: HoldPolicy
  readonly #hooks: GridHooks
  #awaited: {readonly item: number; readonly step: Step} | null = null
  /** Where the choice began; the torrent itself may be out of sight. */
  #anchorItem = 0
  #rangeAsked = 0

  constructor(body: GridBody, hold: HoldPolicy, hooks: GridHooks) {
    this.#body = body
    this.#hold = hold
    this.#hooks = hooks
  }

  start(): () => void {
    return this.#body.placed.listen(this.#settle)
  }

  moveBy(items: number, step: Step): void {
    this.#body.hasten()
    const {currentItem} = this.#body
    // The next one has taken the place of one that left the list.
    const by = items > 0 && this.#hasLeft ? items - 1 : items
    this.moveTo(currentItem === -1 ? this.#body.firstSeenItem : currentItem + by, step)
  }

  movePage(direction: -1 | 1, step: Step): void {
    this.moveBy(direction * this.#body.pageItems, step)
  }

  moveTo(wanted: number, step: Step): void {
    const last = this.#body.rows.layout.count - 1
    if (last < 0) return
    const item = Math.max(0, Math.min(last, wanted))
    this.#body.currentItem = item
    this.#body.reveal(item)
    this.#awaited = {item, step}
    this.#settle()
  }

  /** Out of a dialog: the rows are asked for at once, but the dialog gives the focus back first. */
  goToRank(rank: number): void {
    const item = this.#body.rows.layout.itemOf(rank)
    this.#body.reveal(item)
    requestAnimationFrame(() => this.moveTo(item, 'plain'))
  }

  first(): void {
    this.moveTo(0, 'choose')
  }

  last(): void {
    this.moveTo(this.#body.rows.layout.count - 1, 'choose')
  }

  /** By pointer: alone, one more or less, or all between. */
  pick(item: number, {isRange, isFurther}: {isRange: boolean; isFurther: boolean}): void {
    const name = this.#nameAt(item)
    if (name === null) return
    this.#become(item, name)
    if (isRange) this.#extendTo(item, isFurther)
    else if (isFurther) this.#toggle(item, name)
    else {
      selection.only(name)
      this.#anchorItem = item
    }
  }

  toggle(item = this.#meantItem): void {
    const name = this.#nameAt(item)
    if (name === null) return
    this.#become(item, name)
    this.#toggle(item, name)
  }

  /** All between two items, as a pointer draws over their marks. */
  async paint(from: number, to: number, isOn: boolean): Promise<void> {
    const names = await namesBetween(this.#body.view, this.#body.rows.layout, from, to)
    if (names !== null) selection.set(names, isOn)
  }

  isSelected(item: number): boolean {
    const name = this.#nameAt(item)
    return name !== null && selection.has(name)
  }

  selectAll(): void {
    const {q, servers} = this.#hooks.matching()
    const count = this.#body.view.totals?.count ?? 0
    selection.matching(q, servers, count)
    announce(text('torrents.chosen', {count}))
  }

  invert(): void {
    const {q, servers} = this.#hooks.matching()
    selection.invert(q, servers, this.#body.view.totals?.count ?? 0)
  }

  open(item = this.#meantItem): void {
    if (item === -1) return
    if (this.#body.rows.layout.rankOf(item) === null) {
      this.fold(item)
      return
    }
    const name = this.#nameAt(item)
    if (name === null) return
    this.#become(item, name)
    rowFailures.take([name])
    this.#hooks.onOpen(name)
  }

  /** Wherever its row is. */
  openCurrent(): void {
    const {name} = currentRow
    if (name === null) return
    rowFailures.take([name])
    this.#hooks.onOpen(name)
  }

  focusCurrent(): void {
    this.#body.focus(this.#body.currentItem)
  }

  /** @param isFolded absent = the other way round @returns whether the item is in a group */
  fold(item = this.#body.currentItem, isFolded?: boolean): boolean {
    const {view, rows} = this.#body
    const {layout, look} = rows
    const at = layout.groupOf(item)
    const group = view.groups?.[at]
    if (!group) return false
    const next = isFolded ?? !look.folded.has(group.value)
    this.#body.currentItem = layout.headOf(at)
    this.#hooks.onFold(group.value, next)
    this.moveTo(layout.headOf(at), 'plain')
    return true
  }

  /** For what is chosen, if the item is among that; else for the item. */
  menu(item: number, place: MenuPlace): void {
    const name = this.#nameAt(item)
    if (name === null) return
    this.#become(item, name)
    if (!selection.has(name)) selection.only(name)
    const target = presentTarget(name)
    if (target) this.#hooks.onContextMenu(place, target)
  }

  /** By key: below the current row. */
  menuAtCurrent(): void {
    const item = this.#meantItem
    const element = this.#body.rows.elementOf(item)
    if (!element) return
    const {left, bottom} = element.getBoundingClientRect()
    this.menu(item, {x: left + 48, y: bottom})
  }

  #become(item: number, name: TorrentName): void {
    currentRow.become(name)
    this.#body.focus(item)
  }

  #toggle(item: number, name: TorrentName): void {
    this.#anchorItem = item
    selection.toggle(name)
  }

  #extendTo(item: number, isFurther: boolean): void {
    const known = selection.anchor === null ? null : this.#body.itemOf(selection.anchor)
    const from = selection.anchor === null ? item : (known ?? this.#anchorItem)
    this.#anchorItem = from
    if (selection.anchor === null) selection.anchor = this.#nameAt(item)
    void this.#choose(from, item, isFurther)
  }

  /** Of several ranges that were asked for the last one holds. */
  async #choose(from: number, to: number, isFurther: boolean): Promise<void> {
    const asked = ++this.#rangeAsked
    this.#hold.begin('range')
    const names = await namesBetween(this.#body.view, this.#body.rows.layout, from, to)
    const others = names && (await this.#othersThan(names, from, to))
    if (asked !== this.#rangeAsked) return
    this.#hold.end('range')
    // What was chosen stays when nobody answers.
    if (names === null) return
    const {q, servers} = this.#hooks.matching()
    if (isFurther) selection.set(names, true)
    else if (others) selection.matching(q, servers, names.length + others.length, others)
    else selection.replace(names)
  }

  /** So many cannot be named to the server, but the rest may be few; `null` = they can be named, or neither can. */
  async #othersThan(
    names: readonly TorrentName[],
    from: number,
    to: number,
  ): Promise<readonly TorrentName[] | null> {
    const {view, rows} = this.#body
    const count = view.totals?.count ?? 0
    if (names.length <= LISTED_AT_MOST || count - names.length > LISTED_AT_MOST) return null
    return namesBeside(view, rows.layout, [from, to], count)
  }

  /** Who is current is not in the list any more; the list goes on from his place. */
  get #hasLeft(): boolean {
    return (
      this.#awaited === null && currentRow.name !== null && this.#body.view.rankOf(currentRow.name) === null
    )
  }

  /**
   * What a key means; -1 = nothing yet. While nobody has told where the current torrent went, its item is of whoever took its
   * place.
   */
  get #meantItem(): number {
    const {currentItem, rows, view} = this.#body
    const isHead = rows.layout.rankOf(currentItem) === null
    const isHere =
      isHead ||
      this.#awaited !== null ||
      currentRow.name === null ||
      view.rankOf(currentRow.name) !== undefined
    return isHere ? currentItem : -1
  }

  #nameAt(item: number): TorrentName | null {
    if (item === -1) return null
    return this.#body.rows.rowAt(item)?.key ?? null
  }

  /** Who is current keeps his place in the list; where somebody went, the row may have come. */
  readonly #settle = (): void => {
    const {currentItem} = this.#body
    if (this.#awaited && this.#awaited.item === currentItem) this.#arrive(this.#awaited)
    else if (currentRow.name !== null) this.#follow(currentRow.name)
  }

  /** In another list the element that has the focus may show another torrent: the focus goes along with its own. */
  #follow(name: TorrentName): void {
    this.#showSought(name)
    const item = this.#body.itemOf(name)
    if (item === null) return
    this.#body.currentItem = item
    const {activeElement} = document
    const focused = activeElement && this.#body.rows.around(activeElement)
    if (focused && 'row' in focused && focused.item !== item) this.#body.focus(item)
  }

  /** An address has named it: the list goes there, once, if it is in the list. */
  #showSought(name: TorrentName): void {
    if (!currentRow.isSought) return
    const {view, rows, parts} = this.#body
    // On a telephone details hide the list, and what is hidden cannot be scrolled.
    const isSeen = parts.scroller.clientHeight > 0
    const rank = isSeen && view.isCurrent ? view.rankOf(name) : undefined
    if (rank === undefined) return
    currentRow.found()
    if (rank !== null) this.#body.reveal(rows.layout.itemOf(rank))
  }

  #arrive({item, step}: {readonly item: number; readonly step: Step}): void {
    if (this.#body.rows.layout.rankOf(item) === null) {
      if (this.#body.focus(item)) this.#awaited = null
      return
    }
    const name = this.#nameAt(item)
    if (name === null) return
    currentRow.become(name)
    if (!this.#body.focus(item)) return
    this.#awaited = null
    if (step === 'extend') this.#extendTo(item, false)
    else if (step === 'choose') {
      selection.only(name)
      this.#anchorItem = item
    }
  }
}
