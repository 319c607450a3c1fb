/**
 * Pointers over the rows. A click chooses, with Shift up to there, with Ctrl one more; on the mark it is one more, and
 * drawn over the marks all of them. A finger: a tap opens, a long press begins to choose, then taps choose.
 */
import {withWords} from '../../../i18n/text.ts'
import type {ViewRow} from '../../../live/view.ts'
import {isCommandHeld} from '../../../ui/keys.ts'
import {selection} from '../../torrent-rows/selection.ts'
import type {GridBody} from './grid-body.ts'
import type {GridControl} from './grid-control.ts'
import type {HoldPolicy} from './hold-policy.ts'
import {HEAD_PX} from './row-face.ts'
import {GroupRow} from './row-pool.ts'

/** Sooner than browsers show a title. */
const REST_MS = 250

const loadVerdicts = withWords(['verdict'], () => import('../../explain/verdict-title.ts'))

const askVerdict: AskVerdict = async (key) => (await loadVerdicts()).verdictTitle(key)

/**
 * Why a torrent stays or goes, in the title of its state. It is asked for when somebody rests on it: never for each row,
 * and not while a pointer only passes.
 */
export class VerdictTitles {
  readonly #ask: AskVerdict
  #timer: ReturnType<typeof setTimeout> | undefined
  #cell: Cell | null = null
  #key: string | null = null

  constructor(ask: AskVerdict = askVerdict) {
    this.#ask = ask
  }

  /** @param row whose state the cell shows; `null` = it shows something else */
  point(cell: Cell, row: Pick<ViewRow, 'key' | 'serverId' | 'infoHash'> | null): void {
    const key = row?.key ?? null
    if (key !== null && key === this.#key && cell === this.#cell) return
    this.stop()
    if (row === null) return
    this.#cell = cell
    this.#key = key
    this.#timer = setTimeout(() => void this.#write(cell, row), REST_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#cell = null
    this.#key = null
  }

  async #write(
    cell: Cell,
    {key, serverId, infoHash}: Pick<ViewRow, 'key' | 'serverId' | 'infoHash'>,
  ): Promise<void> {
    const said = await this.#ask({server_id: serverId, info_hash: infoHash}).catch(() => null)
    // The pointer may be elsewhere by now, and another torrent in its place.
    if (said === null || cell !== this.#cell || key !== this.#key) return
    cell.title = cell.title === '' ? said : `${said}\n${cell.title}`
  }
}

const LONG_PRESS_MS = 500
/** A finger is never quite still. */
const SLACK_PX = 10

export class RowPointer {
  readonly #body: GridBody
  readonly #control: GridControl
  readonly #hold: HoldPolicy
  readonly #brush: DragSelect
  readonly #titles = new VerdictTitles()
  #isTouch = false
  #press: {readonly timer: ReturnType<typeof setTimeout>; readonly x: number; readonly y: number} | null =
    null
  /** The click that ends a long press or a drawing is none. */
  #isSpent = false
  #pointerAt = ''

  constructor(body: GridBody, control: GridControl, hold: HoldPolicy) {
    this.#body = body
    this.#control = control
    this.#hold = hold
    this.#brush = new DragSelect(body, control, hold)
  }

  /** @returns how to stop */
  start(): () => void {
    const {scroller} = this.#body.parts
    const stop = new AbortController()
    const {signal} = stop
    scroller.addEventListener('pointerdown', this.#down, {signal})
    scroller.addEventListener('pointermove', this.#moved, {signal, passive: true})
    scroller.addEventListener('pointerup', this.#up, {signal})
    scroller.addEventListener('pointercancel', this.#up, {signal})
    scroller.addEventListener('click', this.#clicked, {signal})
    scroller.addEventListener('dblclick', this.#doubleClicked, {signal})
    scroller.addEventListener('contextmenu', this.#menu, {signal})
    scroller.addEventListener('pointerover', this.#over, {signal, passive: true})
    return () => {
      stop.abort()
      this.#titles.stop()
      this.#brush.end()
      this.#endPress()
    }
  }

  readonly #down = (event: PointerEvent): void => {
    this.#isTouch = event.pointerType === 'touch'
    this.#isSpent = false
    const item = this.#itemOf(event)
    if (item === null || event.button !== 0) return
    if (this.#isTouch) this.#beginPress(item, event)
    else if (isOnMark(event)) this.#brush.begin(item, event)
  }

  readonly #moved = (event: PointerEvent): void => {
    // While it scrolls under a still pointer, browsers tell of moves, too.
    const at = `${event.screenX} ${event.screenY}`
    if (at !== this.#pointerAt && !this.#isTouch) this.#hold.pointerMoved()
    this.#pointerAt = at
    const {x, y} = this.#press ?? event
    if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) this.#endPress()
  }

  readonly #up = (): void => {
    this.#endPress()
    this.#isSpent ||= this.#brush.end()
  }

  readonly #clicked = (event: MouseEvent): void => {
    const found = this.#found(event)
    if (!found || this.#isSpent) return
    if (found instanceof GroupRow) this.#control.fold(found.item)
    else if (this.#isTouch) this.#tapped(found.item)
    else if (isOnMark(event) && !event.shiftKey) this.#control.toggle(found.item)
    else
      this.#control.pick(found.item, {
        isRange: event.shiftKey,
        isFurther: isCommandHeld(event) || isOnMark(event),
      })
  }

  readonly #doubleClicked = (event: MouseEvent): void => {
    const item = this.#itemOf(event)
    if (item !== null && !this.#isTouch && !isOnMark(event)) this.#control.open(item)
  }

  readonly #menu = (event: MouseEvent): void => {
    const item = this.#itemOf(event)
    if (item === null) return
    event.preventDefault()
    // By key the event is at no place; the key has a command of its own.
    if (!this.#isTouch && event.button === 2) this.#control.menu(item, {x: event.clientX, y: event.clientY})
  }

  /** Exact values are written into the title when somebody points at them. */
  readonly #over = (event: PointerEvent): void => {
    const {target} = event
    if (!(target instanceof Element)) return
    const found = this.#body.rows.around(target)
    const cell = target.closest('[role=gridcell]')
    if (!(cell instanceof HTMLElement) || !found || found instanceof GroupRow) return
    const title = this.#body.rows.titleOf(found, target)
    if (title !== cell.title) cell.title = title
    this.#titles.point(cell, this.#isTouch ? null : this.#body.rows.verdictAt(found, target))
  }

  #tapped(item: number): void {
    if (selection.count > 0) this.#control.toggle(item)
    else this.#control.open(item)
  }

  #beginPress(item: number, {clientX, clientY}: PointerEvent): void {
    const timer = setTimeout(() => {
      this.#press = null
      this.#isSpent = true
      this.#control.toggle(item)
    }, LONG_PRESS_MS)
    this.#press = {timer, x: clientX, y: clientY}
  }

  #endPress(): void {
    if (this.#press) clearTimeout(this.#press.timer)
    this.#press = null
  }

  #found(event: Event) {
    return event.target instanceof Element ? this.#body.rows.around(event.target) : null
  }

  #itemOf(event: Event): number | null {
    const found = this.#found(event)
    return found && !(found instanceof GroupRow) ? found.item : null
  }
}

function isOnMark({target}: Event): boolean {
  return target instanceof Element && target.closest('.tt-mark') !== null
}

const EDGE_PX = 24
const SCROLL_PX = 12

/** Drawing over the marks: all rows from where it began become what the first one became. At the edges it scrolls. */
class DragSelect {
  readonly #body: GridBody
  readonly #control: GridControl
  readonly #hold: HoldPolicy
  #from = -1
  #to = -1
  #isOn = false
  #hasDrawn = false
  #y = 0
  #frame = 0
  #stop: AbortController | null = null

  constructor(body: GridBody, control: GridControl, hold: HoldPolicy) {
    this.#body = body
    this.#control = control
    this.#hold = hold
  }

  begin(item: number, {clientY}: PointerEvent): void {
    this.#from = item
    this.#to = item
    this.#isOn = !this.#control.isSelected(item)
    this.#hasDrawn = false
    this.#y = clientY
    this.#stop = new AbortController()
    const {signal} = this.#stop
    window.addEventListener('pointermove', this.#moved, {signal, passive: true})
    window.addEventListener('pointerup', () => this.end(), {signal})
    this.#hold.begin('brush')
  }

  /** @returns whether something was drawn */
  end(): boolean {
    this.#stop?.abort()
    this.#stop = null
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#hold.end('brush')
    return this.#hasDrawn
  }

  readonly #moved = ({clientY}: PointerEvent): void => {
    this.#y = clientY
    this.#frame ||= requestAnimationFrame(this.#draw)
  }

  readonly #draw = (): void => {
    this.#frame = 0
    const {scroller} = this.#body.parts
    const {top, bottom} = scroller.getBoundingClientRect()
    const isAbove = this.#y < top + HEAD_PX + EDGE_PX
    const isBelow = this.#y > bottom - EDGE_PX
    const item = this.#body.itemAtHeight(this.#y)
    if (item !== this.#to) {
      this.#to = item
      this.#hasDrawn = true
      void this.#control.paint(this.#from, item, this.#isOn)
    }
    if (!this.#hasDrawn || !(isAbove || isBelow)) return
    scroller.scrollTop += isAbove ? -SCROLL_PX : SCROLL_PX
    this.#frame = requestAnimationFrame(this.#draw)
  }
}

type AskVerdict = (key: {server_id: string; info_hash: string}) => Promise<string | null>

type Cell = Pick<HTMLElement, 'title'>
