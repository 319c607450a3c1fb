/** Widths of short texts that come again and again: tags. */
const MOST_REMEMBERED = 2000
const widths = new Map<string, number>()
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
