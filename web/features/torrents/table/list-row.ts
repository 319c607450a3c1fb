/** A row of two lines, for phones and as a card on wide screens: name, then state and what moves, then the bar. */
import {serverNow} from '../../../live/clock.ts'
import {bytes, fullSpeed, type Quantity} from '../../../ui/format.ts'
import {cell, put} from './dom.ts'
import {RowBase} from './row-base.ts'
import type {RowFace} from './row-face.ts'
import type {WireColumn} from './wire-columns.ts'

/** Margins, mark and gap beside the name. */
const BESIDE_NAME_PX = 14 + 22 + 10 + 14
const FAILURE_PX = 22

export class ListRow extends RowBase {
  readonly #meta = cell('div', 'tt-cell tt-meta', 'gridcell')
  readonly #figure = cell('span', 'tt-flow')
  readonly #unit = cell('u', 'tt-unit')
  readonly #server = cell('span', 'tt-c-server')

  constructor(face: RowFace, dirty: (row: RowBase) => void) {
    super(face, dirty)
    this.#figure.append('', this.#unit)
    this.#meta.append(this.#figure, this.#server)
    this.element.append(this.mark, this.name, this.state.element, this.#meta, this.state.bar)
  }

  override tick(now: number): void {
    this.tickState(now)
  }

  override widthOf(): number {
    return 0
  }

  override titleOf(target: Element): string | null {
    if (this.name.contains(target)) return this.nameTitle()
    return this.state.element.contains(target) ? this.state.title : null
  }

  protected override writeOthers(
    isChanged: (columns: readonly WireColumn[]) => boolean,
    isFresh: boolean,
  ): void {
    if (isChanged(['down_speed', 'up_speed', 'size', 'stale'])) this.#writeFlow()
    if (isFresh) this.#writeServer()
  }

  protected override beside(): string {
    return ''
  }

  protected override nameRoom(): number {
    return Math.max(0, this.face.width - BESIDE_NAME_PX - (this.failure === null ? 0 : FAILURE_PX))
  }

  protected override now(): number {
    return serverNow()
  }

  protected override clearOthers(): void {
    this.#put('', {text: '', unit: '', exact: ''})
    put(this.#server, '')
  }

  /** What moves, else how much it is. */
  #writeFlow(): void {
    const down = this.isStale ? 0 : Number(this.cells('down_speed') ?? 0)
    const up = this.isStale ? 0 : Number(this.cells('up_speed') ?? 0)
    const size = this.cells('size')
    if (down > 0) this.#put('↓\u2002', fullSpeed(down))
    else if (up > 0) this.#put('↑\u2002', fullSpeed(up))
    else if (typeof size === 'number' && size > 0) this.#put('', bytes(size))
    else this.#put('', {text: '', unit: '', exact: ''})
  }

  #put(arrow: string, {text, unit}: Quantity): void {
    put(this.#figure, arrow + text)
    put(this.#unit, unit === '' ? '' : `\u00a0${unit}`)
  }

  #writeServer(): void {
    const {name, colour, isOnline} = this.face.serverOf(this.row?.serverId ?? '')
    put(this.#server, name)
    this.#server.style.setProperty('--c', colour)
    this.#server.classList.toggle('tt-offline', !isOnline)
  }
}
