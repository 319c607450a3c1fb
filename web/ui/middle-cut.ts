/**
 * Names are cut in the middle: the tail keeps group and extension, the head takes the rest. Dots stay, nothing is
 * prettified. Widths are measured with one canvas; what was cut once is remembered.
 */

import {Signal} from '../lib/signal.ts'

/** Width of a text in px. */
type Measure = (text: string) => number

const SHORTEST_TAIL = 5
const LONGEST_TAIL = 18
const USUAL_TAIL = 16
const LEAST_HEAD = 3
const ELLIPSIS = '…'

/** Where the tail begins: at the last token of 5 to 18 characters ("-GROUP.mkv"), else 16 from the end. */
export function tailStart(name: string): number {
  const token = /[-\].][^-.\s]{2,12}(?:\.[a-z0-9]{2,4})?$/i.exec(name)
  const length = token ? name.length - token.index : 0
  const tail = length >= SHORTEST_TAIL && length <= LONGEST_TAIL ? length : USUAL_TAIL
  return wholeCharacter(name, Math.max(0, name.length - tail))
}

/** The name, or as much of it as fits, with … in its middle. Too narrow for that, the end is cut. */
export function cutMiddle(name: string, width: number, measure: Measure): string {
  if (measure(name) <= width) return name
  const start = tailStart(name)
  const tail = name.slice(start)
  const head = longestThatFits(name, start, (length) => measure(headOf(name, length) + tail) <= width)
  if (head >= LEAST_HEAD) return headOf(name, head) + tail
  const plain = longestThatFits(name, name.length, (length) => measure(headOf(name, length)) <= width)
  return headOf(name, plain)
}

const MOST_REMEMBERED = 4000
const remembered = new Map<string, string>()

/** As `cutMiddle`, measured in a font of CSS ("420 13px Inter"). Width is rounded down to whole px. */
export function cutToWidth(name: string, width: number, font: string): string {
  const room = Math.floor(width)
  const key = `${room}\n${font}\n${name}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const cut = cutMiddle(name, room, canvasMeasure(font))
  // The oldest half goes: while a column is dragged wider each width is used once.
  if (remembered.size >= MOST_REMEMBERED) forgetOldest(MOST_REMEMBERED / 2)
  remembered.set(key, cut)
  return cut
}

/** A font has come in: widths are others now. Whoever shows cut names cuts them again. */
export const fontChanges = new Signal()
if (typeof document !== 'undefined') {
  document.fonts.addEventListener('loadingdone', () => {
    remembered.clear()
    fontChanges.emit()
  })
}

/** The font of an element as the canvas understands it. */
export function fontOf(element: Element): string {
  const {fontStyle, fontWeight, fontSize, fontFamily} = getComputedStyle(element)
  return `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`
}

function headOf(name: string, length: number): string {
  return name.slice(0, wholeCharacter(name, length)).replace(/[.\s-]+$/, '') + ELLIPSIS
}

/** Not between the halves of a character outside the basic plane. */
function wholeCharacter(name: string, at: number): number {
  const code = name.charCodeAt(at)
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

/** The greatest length up to `most` that fits; lengths that fit come first. */
function longestThatFits(name: string, most: number, fits: (length: number) => boolean): number {
  let low = 0
  let high = Math.min(most, name.length)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

function forgetOldest(count: number): void {
  let left = count
  for (const key of remembered.keys()) {
    if (left-- === 0) return
    remembered.delete(key)
  }
}

let context: CanvasRenderingContext2D | null = null

function canvasMeasure(font: string): Measure {
  context ??= document.createElement('canvas').getContext('2d')!
  const canvas = context
  canvas.font = font
  return (text) => canvas.measureText(text).width
}
