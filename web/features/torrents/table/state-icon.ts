/**
 * The state icon of a row. Its elements are made once and given other shapes: a `<use>` would build and throw away a tree
 * of its own with every change, which was a tenth of a frame while the list is scrolled.
 */
import {stateIconPaths, type StateIconName, type StateIconPath} from '../../../ui/state-icons.ts'

const SVG = 'http://www.w3.org/2000/svg'
const MOST_PATHS = Math.max(...Object.values(stateIconPaths).map((paths) => paths.length))
const nothing: StateIconPath = {d: ''}

export class StateIcon {
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
