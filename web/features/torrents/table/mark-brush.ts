/** Drawing over the marks: all rows from where it began become what the first one became. At the edges it scrolls. */
import type {GridBody} from './grid-body.ts'
import type {GridControl} from './grid-control.ts'
import type {HoldPolicy} from './hold-policy.ts'
import {HEAD_PX} from './row-face.ts'

const EDGE_PX = 24
const SCROLL_PX = 12

export class MarkBrush {
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
    this.#isOn = !this.#control.isChosen(item)
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
