/**
 * One row of the list, without React: elements that are made once, and texts that are replaced where they changed. It
 * is bound to a torrent, told of its changes by `dirty`, and given another one when the torrent is scrolled away.
 */
import {text} from '../../../i18n/text.ts'
import type {ViewRow, Cell} from '../../../live/view.ts'
import {withExactTimes} from '../../../i18n/format-time.ts'
import {cutToWidth} from '../../../ui/middle-cut.ts'
import {stateIconPaths, type StateIconName, type StateIconPath} from '../../../ui/state-icons.ts'
import type {CellsOf} from './cell-text.ts'
import type {RowFace} from './row-face.ts'
import {stateFace, type StateFace} from './state-face.ts'
import type {WireColumn} from './wire-columns.ts'

interface RowMarks {
  readonly isSelected: boolean
  readonly isCurrent: boolean
  /** Its removal waits to be sent. */
  readonly isLeaving: boolean
  /** Why its last action failed; `null` = none did. */
  readonly failure: string | null
}

const stateReads: readonly WireColumn[] = [
  'state',
  'native_state',
  'message',
  'complete',
  'progress',
  'task_progress',
  'stale',
  'seen_at',
  'pending',
  'added_at',
]

export abstract class RowBase {
  readonly element = cell('div', 'tt-row', 'row')
  row: ViewRow | null = null
  item = -1
  protected readonly mark = cell('div', 'tt-cell tt-mark', 'gridcell')
  protected readonly name = cell('div', 'tt-cell tt-name', 'gridcell')
  protected readonly nameText = cell('span', 'tt-name-text')
  protected readonly state = new StateCell()
  protected face: RowFace
  protected failure: string | null = null
  readonly #icon = new StateIcon()
  readonly #dirty: (row: RowBase) => void
  #marks: RowMarks = {isSelected: false, isCurrent: false, isLeaving: false, failure: null}
  #top = -1
  #iconName: StateIconName | '' = ''
  #className = ''
  #isBound = false
  #isLate = false
  #isConnecting = false
  #written: readonly Cell[] | null = null
  #stop: (() => void) | null = null

  /** @param dirty told when a cell changed; answers with `write`, together with other rows */
  constructor(face: RowFace, dirty: (row: RowBase) => void) {
    this.face = face
    this.#dirty = dirty
    this.mark.append(this.#icon.element)
    this.name.append(this.nameText)
    this.element.tabIndex = -1
    this.element.ariaSelected = 'false'
  }

  /** Puts it in its place. @param top px */
  place(item: number, top: number): void {
    if (item !== this.item) this.element.ariaRowIndex = String(item + 2)
    this.item = item
    if (top === this.#top) return
    this.#top = top
    this.element.style.transform = `translateY(${top}px)`
  }

  /** Shows this torrent from now on; `null` = it has not come yet: its place is empty, and the texts are hidden only. */
  bind(row: ViewRow | null): void {
    if (row === this.row && this.#isBound) return
    this.#isBound = true
    this.#isLate = false
    this.#stop?.()
    this.#stop = row?.changes.listen(() => this.#dirty(this)) ?? null
    this.row = row
    this.#written = null
    if (row) this.write(false)
    else {
      this.name.ariaLabel = null
      this.#dressElement()
    }
  }

  /** The torrent is long in coming: bars stand where its texts will. */
  admitLate(): void {
    if (this.#isLate) return
    this.#isLate = true
    this.#clear()
  }

  dress(face: RowFace): void {
    this.face = face
    this.#written = null
  }

  is(marks: RowMarks): void {
    const {isSelected, isCurrent, isLeaving, failure} = marks
    const isReported = failure !== this.failure || isLeaving !== this.#marks.isLeaving
    if (isSelected !== this.#marks.isSelected) this.element.ariaSelected = String(isSelected)
    if (isCurrent !== this.#marks.isCurrent) this.element.tabIndex = isCurrent ? 0 : -1
    this.#marks = marks
    this.failure = failure
    if (isReported && this.row) this.writeName()
    this.#dressElement()
  }

  /** Writes what changed since the last time. @param mayFlash the torrent changed, not who is shown */
  write(mayFlash = true, now = this.now()): void {
    if (!this.row) return
    const before = this.#written
    this.#written = this.row.cells
    const isChanged = (columns: readonly WireColumn[]) => columns.some((it) => this.#differs(it, before))
    if (isChanged(stateReads)) this.#writeState(mayFlash && before !== null, now)
    if (isChanged(['name', 'tags', 'removal_waits'])) this.writeName()
    this.writeOthers(isChanged, before === null, now)
  }

  /** Time went on: ages, and what was withheld because it trembles. */
  abstract tick(now: number): void

  /** px that a column would need to show all that it says here. */
  abstract widthOf(column: string): number

  showsVerdict(target: Element): boolean {
    return this.state.element.contains(target)
  }

  /** What stands in a place of the row, for its title. @returns `null` = no more than is seen */
  abstract titleOf(target: Element, now: number): string | null

  /** @param isFresh all of it is to be written: another torrent, other columns */
  protected abstract writeOthers(
    isChanged: (columns: readonly WireColumn[]) => boolean,
    isFresh: boolean,
    now: number,
  ): void

  /** All of the name, and what is remarkable about its torrent. */
  protected nameTitle(): string {
    return [this.#nameAndFailure(String(this.cells('name') ?? '')), this.name.ariaDescription]
      .filter(Boolean)
      .join('. ')
  }

  /** px that the name has, without what stands behind it. */
  protected abstract nameRoom(): number

  protected abstract now(): number

  protected abstract clearOthers(): void

  protected readonly cells: CellsOf = (column) => {
    const at = this.face.cellAt.get(column)
    return at === undefined ? undefined : this.row?.cells[at]
  }

  protected get isStale(): boolean {
    return this.cells('stale') === true
  }

  protected isPending(columns: readonly WireColumn[]): boolean {
    const pending = this.cells('pending')
    return Array.isArray(pending) && columns.some((it) => pending.includes(it))
  }

  protected tickState(now: number): void {
    // What has come and is not written yet is written whole: an age never stands beside a speed of before.
    if (!this.row || this.#written !== this.row.cells) return
    if (this.isStale || this.#isConnecting) this.#writeState(false, now)
  }

  protected writeName(): void {
    const name = String(this.cells('name') ?? '')
    const shown = cutToWidth(name, this.nameRoom(), this.face.fonts.name)
    put(this.nameText, shown)
    this.writeLabel()
    const why = this.cells('removal_waits')
    const isLeaving = this.#marks.isLeaving || typeof why === 'string'
    const remark =
      typeof why === 'string'
        ? text('row.leaving.why', {why: withExactTimes(why, this.now())})
        : isLeaving
          ? text('row.leaving')
          : null
    if (this.name.ariaDescription !== remark) this.name.ariaDescription = remark
    this.name.classList.toggle('tt-failed', this.failure !== null)
    this.nameText.classList.toggle('tt-leaving', isLeaving)
  }

  /**
   * All of the name, and what is seen beside it: whoever says what he sees means this row. Then what went wrong last, if
   * something did.
   */
  protected writeLabel(): void {
    const seen = [String(this.cells('name') ?? ''), this.beside()].filter(Boolean).join(', ')
    const label = this.#nameAndFailure(seen)
    if (this.name.ariaLabel !== label) this.name.ariaLabel = label
  }

  /** Words in the cell of the name beyond the name; '' = none. */
  protected abstract beside(): string

  #nameAndFailure(name: string): string {
    return this.failure === null ? name : `${name}. ${text('row.failed', {reason: this.failure})}`
  }

  #differs(column: WireColumn, before: readonly Cell[] | null): boolean {
    const at = this.face.cellAt.get(column)
    return before === null || (at !== undefined && before[at] !== this.row!.cells[at])
  }

  #writeState(mayFlash: boolean, now: number): void {
    const face = stateFace(this.cells, now)
    this.#isConnecting = face.isConnecting
    this.state.write(face, this.isPending(['state', 'force_start']), mayFlash)
    this.#iconName = face.icon
    this.#icon.show(face.icon)
    this.#dressElement()
  }

  #clear(): void {
    this.#iconName = ''
    this.#icon.show(null)
    put(this.nameText, '')
    this.state.clear()
    this.clearOthers()
    this.#dressElement()
  }

  #dressElement(): void {
    const {isSelected, isCurrent} = this.#marks
    const className =
      'tt-row' +
      (this.row ? ` st-${this.#iconName}${this.isStale ? ' tt-aged' : ''}` : '') +
      (this.row ? '' : this.#isLate ? ' tt-skeleton' : ' tt-awaited') +
      (isSelected ? ' tt-selected' : '') +
      (isCurrent ? ' tt-current' : '')
    if (className === this.#className) return
    this.#className = className
    this.element.className = className
    // Its cells are hidden meanwhile, and a row without any says nothing.
    this.element.ariaBusy = this.row ? null : 'true'
  }
}

const SVG = 'http://www.w3.org/2000/svg'
const MOST_PATHS = Math.max(...Object.values(stateIconPaths).map((paths) => paths.length))
const nothing: StateIconPath = {d: ''}

/**
 * The state icon of a row. Its elements are made once and given other shapes: a `<use>` would build and throw away a tree
 * of its own with every change, which was a tenth of a frame while the list is scrolled.
 */
class StateIcon {
  readonly element = drawn('svg')
  readonly #paths: readonly SVGElement[]
  #shown: StateIconName | null = null

  constructor() {
    this.element.setAttribute('viewBox', '0 0 16 16')
    this.element.setAttribute('aria-hidden', 'true')
    this.element.setAttribute('class', 'tt-icon')
    this.#paths = Array.from({length: MOST_PATHS}, () => drawn('path'))
    this.element.append(...this.#paths)
  }

  /** @param icon `null` = none */
  show(icon: StateIconName | null): void {
    if (icon === this.#shown) return
    this.#shown = icon
    const paths = icon === null ? [] : stateIconPaths[icon]
    this.#paths.forEach((path, at) => draw(path, paths[at] ?? nothing))
  }
}

function draw(path: SVGElement, {d, fill, width, dash, cut}: StateIconPath): void {
  set(path, 'd', d)
  set(path, 'fill', fill ? 'currentColor' : null)
  set(path, 'stroke', fill ? 'none' : cut ? 'var(--surface)' : null)
  set(path, 'stroke-width', width === undefined ? null : String(width))
  set(path, 'stroke-dasharray', dash ?? null)
}

function set(element: SVGElement, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

function drawn(name: 'svg' | 'path'): SVGElement {
  return document.createElementNS(SVG, name)
}

/** The cell of the state: word, how far it is, and a bar at its foot while something is missing. */
class StateCell {
  readonly element = cell('div', 'tt-cell tt-state', 'gridcell')
  readonly bar = cell('i', 'tt-bar')
  title = ''
  readonly #word = cell('span', 'tt-word')
  readonly #aside = cell('span', 'tt-aside')
  readonly #fill = cell('i', 'tt-fill')
  #shownWord = ''

  constructor() {
    this.bar.append(this.#fill)
    this.element.append(this.#word, this.#aside, this.bar)
  }

  /** @param mayFlash a word that changes is shown to change */
  write(face: StateFace, isPending: boolean, mayFlash: boolean): void {
    if (mayFlash && face.word !== this.#shownWord) flash(this.#word)
    this.#shownWord = face.word
    put(this.#word, face.word)
    dress(this.#word, `tt-word${face.isLoud ? ' tt-loud' : ''}${isPending ? ' tt-pending' : ''}`)
    put(this.#aside, face.aside)
    dress(this.#aside, face.isFigure ? 'tt-aside tt-figure' : 'tt-aside')
    this.#writeBar(face.bar)
    this.title = isPending ? text('state.pending') : face.title
  }

  clear(): void {
    this.#shownWord = ''
    this.title = ''
    put(this.#word, '')
    put(this.#aside, '')
    this.#writeBar(null)
  }

  #writeBar(bar: StateFace['bar']): void {
    dress(this.bar, bar ? `tt-bar tt-${bar.kind}` : 'tt-bar tt-none')
    if (bar) this.#fill.style.transform = `translateX(${Math.min(1, bar.share) * 100 - 100}%)`
  }
}

/** A moment of colour behind a word that is another one now. */
function flash(element: HTMLElement): void {
  const duration = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--t-flash'))
  if (!(duration > 0)) return
  element.animate([{backgroundColor: 'var(--accent-soft)'}, {backgroundColor: 'transparent'}], {duration})
}

/* Elements of rows, which are made once and written often. */

export function cell(tag: 'div' | 'span' | 'i' | 'u', className: string, role?: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  if (role) element.role = role
  return element
}

/** Replaces the text that an element begins with, where it differs. */
export function put(element: HTMLElement, words: string): void {
  const node = element.firstChild
  if (!(node instanceof Text)) element.prepend(words)
  else if (node.nodeValue !== words) node.nodeValue = words
}

/** Gives an element its classes, where they differ: writing the same ones makes the browser look at its styles again. */
function dress(element: HTMLElement, className: string): void {
  if (element.className !== className) element.className = className
}
