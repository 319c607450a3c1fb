/**
 * Colours of servers. The server keeps '#rrggbb'; the eight of the palette are kept as they are in the light theme and
 * shown as the present theme has them (`tokens.css`, `--srv-1` to `--srv-8`).
 */
export const palette = [
  '#3b6fd4',
  '#b5651d',
  '#2b8a78',
  '#9b4f96',
  '#7a7f2a',
  '#a8434f',
  '#4d5b8c',
  '#5f6a75',
] as const

/** As CSS. @param colour `null` = the palette's, by the place of the server in its list */
export function serverColour(colour: string | null, place = 0): string {
  const known = colour === null ? place % palette.length : palette.findIndex((it) => it === colour)
  return known === -1 ? colour! : `var(--srv-${known + 1})`
}

/** '#rrggbb' of what was typed, also without # and in short; `null` = no colour. */
export function readColour(typed: string): string | null {
  const digits = typed.trim().replace(/^#/, '').toLowerCase()
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${[...digits].map((digit) => digit + digit).join('')}`
  return null
}
