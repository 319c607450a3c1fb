/** A row of the table: one cell for each column; rows of two lines say some of them below the name. */
import {labelsOfPeople} from '#model/automation-state.ts'
import {text} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {ago, written, type Quantity} from '../../../ui/format.ts'
import {serverColour} from '../../../ui/server-colours.ts'
import {notYet} from './cell-text.ts'
import {MARK_PX, type ShownColumn} from './column-layout.ts'
import {RowBase, cell, put} from './row-base.ts'
import type {RowFace} from './row-face.ts'
import type {WireColumn} from './wire-columns.ts'

const widths = new Map<string, number>()

/** Paddings of a cell, of a tag with its gap, of the mark of a failure. */
const CELL_PX = 16
const TAG_PX = 18
const FAILURE_PX = 22
/** The square of a server with its gap. */
const SQUARE_PX = 15
/** The canvas measures without the font's own variants of letters. */
const SLACK_PX = 2
/** A tag takes no more, the rest of it is cut. */
const LONGEST_TAG_PX = 110

/** A cell that is text and a quiet unit. */
interface Figure {
  readonly shown: ShownColumn
  readonly element: HTMLElement
  unit: HTMLElement | null
  text: string
  unitText: string
  writtenAt: number
  /** Withheld: it was written a moment ago. */
  isLate: boolean
}

export class TableRow extends RowBase {
  readonly #line = cell('span', 'tt-line')
  readonly #tags = [cell('span', 'tt-tag'), cell('span', 'tt-tag')] as const
  /** What these say, and the second line. */
  #tagWords = ''
  #lineWords = ''
  #figures: Figure[] = []
  #tagsWidth = 0
  /** px that they would take. */
  #tagsNeed = 0
  #serverColour = ''

  constructor(face: RowFace, dirty: (row: RowBase) => void) {
    super(face, dirty)
    this.#build()
  }

  override dress(face: RowFace): void {
    const isSame = sameColumns(face, this.face)
    super.dress(face)
    if (!isSame) this.#build()
  }

  override tick(now: number): void {
    if (!this.row) return
    this.tickState(now)
    for (const figure of this.#figures) {
      if (figure.shown.column.ages) this.#writeFigure(figure, now)
      else if (figure.isLate) this.#offer(figure, now)
    }
    if (this.face.density === 'roomy') this.#writeLine(now)
  }

  override widthOf(column: string): number {
    const {name, tag} = this.face.fonts
    if (column === 'name') return this.#besideName() + this.#tagsNeed + Math.ceil(this.#wholeName())
    const figure = this.#figures.find(({shown}) => shown.column.id === column)
    if (!figure) return 0
    const unit = figure.unitText === '' ? 0 : textWidth(`\u00a0${figure.unitText}`, tag)
    const square = column === 'server' ? SQUARE_PX : 0
    return CELL_PX + square + textWidth(figure.text, name) + unit
  }

  override showsVerdict(target: Element): boolean {
    const isDate = ({element, shown}: Figure) =>
      shown.column.id === 'removable_at' && element.contains(target)
    return super.showsVerdict(target) || this.#figures.some(isDate)
  }

  override titleOf(target: Element, now: number): string | null {
    if (this.name.contains(target)) return this.nameTitle()
    if (this.state.element.contains(target)) return this.state.title
    const figure = this.#figures.find(({element}) => element.contains(target))
    return figure ? this.#quantity(figure.shown, now).exact : null
  }

  protected override writeOthers(
    isChanged: (columns: readonly WireColumn[]) => boolean,
    isFresh: boolean,
    now: number,
  ): void {
    // What trembles waits; that nobody knows it any more does not: no speed stands beside an age.
    const isAtOnce = isFresh || isChanged(['stale'])
    for (const figure of this.#figures) {
      if (isAtOnce) this.#writeFigure(figure, now)
      else if (isChanged(figure.shown.column.reads)) this.#offer(figure, now)
    }
    if (isChanged(['pending'])) this.#writePending()
    if (this.face.density === 'roomy' && isChanged(['category', 'tags', 'added_at'])) this.#writeLine(now)
  }

  protected override writeName(): void {
    this.#writeTags()
    super.writeName()
  }

  protected override beside(): string {
    return this.face.density === 'roomy' ? this.#lineWords : this.#tagWords
  }

  protected override nameRoom(): number {
    return Math.max(0, this.#nameSpace() - this.#tagsWidth)
  }

  protected override now(): number {
    return serverNow()
  }

  protected override clearOthers(): void {
    for (const figure of this.#figures) putFigure(figure, notYet())
    for (const tag of this.#tags) tag.remove()
    put(this.#line, '')
  }

  #build(): void {
    const {columns, density} = this.face
    this.#figures = []
    this.#serverColour = ''
    const cells = columns.map((shown) => {
      const element = this.#cellOf(shown)
      element.classList.toggle('tt-pinned', shown.isPinned)
      element.style.left = shown.isPinned ? `${leftOf(columns, shown)}px` : ''
      return element
    })
    this.element.replaceChildren(this.mark, ...cells)
    if (density === 'roomy') this.name.append(this.#line)
    else this.#line.remove()
  }

  #cellOf(shown: ShownColumn): HTMLElement {
    const {id, align} = shown.column
    if (id === 'name') return this.name
    if (id === 'state') return this.state.element
    const element = cell('div', `tt-cell tt-${align} tt-c-${id}`, 'gridcell')
    const figure = {shown, element, unit: null, text: '', unitText: '', writtenAt: 0, isLate: false}
    this.#figures.push(figure)
    return element
  }

  /** Writes it, unless it trembles and was written a moment ago. */
  #offer(figure: Figure, now: number): void {
    figure.isLate = now - figure.writtenAt < (figure.shown.column.everyMs ?? 0)
    if (!figure.isLate) this.#writeFigure(figure, now)
  }

  #writeFigure(figure: Figure, now: number): void {
    figure.writtenAt = now
    figure.isLate = false
    putFigure(figure, this.#quantity(figure.shown, now))
    if (figure.shown.column.id === 'server') this.#paintServer(figure.element)
    if (figure.shown.column.id === 'tracker_host') this.#paintTracker(figure.element)
  }

  #quantity({column}: ShownColumn, now: number): Quantity {
    if (column.reads.some((it) => !this.face.cellAt.has(it))) return notYet()
    return column.write(this.cells, {now, serverName: this.#server().name, trackers: this.face.trackers})
  }

  #paintServer(element: HTMLElement): void {
    const {colour, isOnline} = this.#server()
    if (colour !== this.#serverColour) element.style.setProperty('--c', colour)
    this.#serverColour = colour
    element.classList.toggle('tt-offline', !isOnline)
  }

  /** The colour of its profile; a host without one has none. */
  #paintTracker(element: HTMLElement): void {
    const named = this.face.trackers.get(String(this.cells('tracker_host') ?? ''))
    element.classList.toggle('tt-named', named !== undefined)
    if (named) element.style.setProperty('--c', serverColour(named.colour))
  }

  #writePending(): void {
    for (const {shown, element} of this.#figures) {
      element.classList.toggle('tt-pending', this.isPending(shown.column.reads))
    }
  }

  #writeLine(now: number): void {
    const added = ago(this.cells('added_at') as number | null | undefined, now)
    const parts = [
      this.#server().name,
      String(this.cells('category') ?? ''),
      ...this.#tagsOfPeople(),
      added.unit === '' ? '' : text('cell.added', {ago: written(added)}),
    ]
    // Em spaces: one text instead of an element for each part.
    this.#lineWords = parts.filter((it) => it !== '').join('\u2003')
    put(this.#line, apart(this.#lineWords))
    this.writeLabel()
  }

  /** One tag and how many more there are; none where rows have a second line for them, or names need the room. */
  #writeTags(): void {
    const [first, ...others] = this.face.density === 'roomy' ? [] : this.#tagsOfPeople()
    const shown = [first, others.length > 0 ? text('cell.more-tags', {more: others.length}) : undefined]
    const widths = shown.map((it) => (it === undefined ? 0 : this.#tagWidth(it)))
    const width = widths.reduce((sum, it) => sum + it, 0)
    // Names come first: a tag that would shorten one stands in its column only.
    const fits = width > 0 && width <= this.#nameSpace() - Math.ceil(this.#wholeName())
    this.#tagsNeed = width
    this.#tagsWidth = fits ? width : 0
    this.#tagWords = fits ? shown.filter((it) => it !== undefined).join(' ') : ''
    this.#tags.forEach((tag, at) => {
      const words = shown[at]
      if (!fits || words === undefined) return tag.remove()
      put(tag, apart(words))
      if (!tag.isConnected) this.name.append(tag)
    })
  }

  /** What rules remember of a torrent (`qBitrr-imported`) is for its column: beside every name it would say nothing. */
  #tagsOfPeople(): readonly string[] {
    const tags = this.cells('tags')
    return Array.isArray(tags) ? labelsOfPeople(tags as readonly string[]) : []
  }

  #tagWidth(tag: string): number {
    return Math.min(LONGEST_TAG_PX, Math.ceil(textWidth(tag, this.face.fonts.tag))) + TAG_PX
  }

  /** px that a name needs to be whole. */
  #wholeName(): number {
    return textWidth(String(this.cells('name') ?? ''), this.face.fonts.name)
  }

  /** px that there are for the name and its tags. */
  #nameSpace(): number {
    return this.#nameWidth() - this.#besideName()
  }

  /** px of its cell that are for neither. */
  #besideName(): number {
    return CELL_PX + SLACK_PX + (this.failure === null ? 0 : FAILURE_PX)
  }

  #nameWidth(): number {
    return this.face.columns.find(({column}) => column.id === 'name')?.width ?? 0
  }

  #server() {
    return this.face.serverOf(this.row?.serverId ?? '')
  }
}

/** A space that is not seen: without it two texts side by side are one word to whoever reads them. */
function apart(words: string): string {
  return ` ${words}`
}

function putFigure(figure: Figure, {text, unit}: Quantity): void {
  if (text !== figure.text) {
    put(figure.element, text)
    const isNothing = text === '–'
    if (isNothing !== (figure.text === '–')) figure.element.classList.toggle('tt-nothing', isNothing)
    figure.text = text
  }
  if (unit === figure.unitText) return
  figure.unitText = unit
  if (!figure.unit) {
    figure.unit = cell('u', 'tt-unit')
    figure.element.append(figure.unit)
  }
  put(figure.unit, unit === '' ? '' : `\u00a0${unit}`)
}

function leftOf(columns: readonly ShownColumn[], shown: ShownColumn): number {
  return columns.slice(0, columns.indexOf(shown)).reduce((sum, it) => sum + it.width, MARK_PX)
}

function sameColumns(one: RowFace, other: RowFace): boolean {
  const keyOf = ({columns, density}: RowFace) =>
    `${density} ${columns.map(({column, isPinned, width}) => `${column.id}${isPinned ? width : ''}`).join(' ')}`
  return keyOf(one) === keyOf(other)
}

/** Widths of short texts that come again and again: tags. */
const MOST_REMEMBERED = 2000
let context: CanvasRenderingContext2D | null = null

/** px of a text in a font as CSS writes it. */
export function textWidth(words: string, font: string): number {
  const key = `${font}\n${words}`
  const known = widths.get(key)
  if (known !== undefined) return known
  context ??= document.createElement('canvas').getContext('2d')!
  context.font = font
  const width = context.measureText(words).width
  if (widths.size >= MOST_REMEMBERED) widths.clear()
  widths.set(key, width)
  return width
}

/** They were measured in another font: the page's own has come in. */
export function forgetTextWidths(): void {
  widths.clear()
}
