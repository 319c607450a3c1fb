/** What was typed into a field of many lines. Pure. */

/** Announce addresses: a line each, an empty line begins the next tier. */
export function readTiers(typed: string): readonly (readonly string[])[] {
  return typed
    .split(/\n\s*\n/)
    .map(readLines)
    .filter(({length}) => length > 0)
}

/** Each once, without what is empty. */
export function readLines(typed: string): readonly string[] {
  return [...new Set(typed.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
}

const announceShape = /^(https?|udp|wss?):\/\/[^\s/]+/i
const webShape = /^(https?|ftp):\/\/[^\s/]+/i
const peerShape = /^(\[[0-9a-f:.]+\]|[^\s:[\]/]+):\d{1,5}$/i

export type LineKind = 'tracker' | 'web' | 'peer'

const shapes: Readonly<Record<LineKind, RegExp>> = {tracker: announceShape, web: webShape, peer: peerShape}

/** The first line that is none; `null` = all are. */
export function firstWrong(lines: readonly string[], kind: LineKind): string | null {
  return lines.find((line) => !shapes[kind].test(line)) ?? null
}
