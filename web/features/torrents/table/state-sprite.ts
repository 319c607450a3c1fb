/** The state icons once in the page; rows refer to them, so that a change of state is one attribute. */
import {stateIconPaths, type StateIconName, type StateIconPath} from '../../../ui/state-icons.ts'

const SVG = 'http://www.w3.org/2000/svg'
const ID = 'state-icons'

/** What a `<use>` refers to. */
export function stateIconHref(icon: StateIconName): string {
  return `#state-${icon}`
}

/** May be called again; there is one sprite. */
export function placeStateSprite(): void {
  if (document.getElementById(ID)) return
  const sprite = drawn('svg', {id: ID, width: '0', height: '0', 'aria-hidden': 'true', class: 'tt-sprite'})
  for (const [icon, paths] of Object.entries(stateIconPaths)) {
    const symbol = drawn('symbol', {id: `state-${icon}`, viewBox: '0 0 16 16'})
    symbol.append(...paths.map(pathOf))
    sprite.append(symbol)
  }
  document.body.append(sprite)
}

/** `<svg><use/></svg>` of a row. */
export function stateIconElement(): {svg: SVGElement; use: SVGElement} {
  const use = drawn('use', {})
  const svg = drawn('svg', {viewBox: '0 0 16 16', 'aria-hidden': 'true', class: 'tt-icon'})
  svg.append(use)
  return {svg, use}
}

function pathOf({d, fill, width, dash, cut}: StateIconPath): SVGElement {
  return drawn('path', {
    d,
    ...(fill && {fill: 'currentColor', stroke: 'none'}),
    ...(width !== undefined && {'stroke-width': String(width)}),
    ...(dash !== undefined && {'stroke-dasharray': dash}),
    ...(cut && {stroke: 'var(--surface)'}),
  })
}

function drawn(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
