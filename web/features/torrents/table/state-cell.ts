/** The cell of the state: word, how far it is, and a bar at its foot while something is missing. */
import {text} from '../../../i18n/text.ts'
import {cell, dress, put} from './dom.ts'
import type {StateFace} from './state-face.ts'

export class StateCell {
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
