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

const announceShape = /^(https?|udp|wss?):\/\/[^\s/]+\S*$/i
const webShape = /^(https?|ftp):\/\/[^\s/]+/i
const peerShape = /^(\[[0-9a-f:.]+\]|[^\s:[\]/]+):\d{1,5}$/i

export type LineKind = 'tracker' | 'web' | 'peer'

const areRight: Readonly<Record<LineKind, (line: string) => boolean>> = {
  tracker: (line) => announceShape.test(line) && namesHost(line),
  web: (line) => webShape.test(line) && namesHost(line),
  // A peer has no port 0.
  peer: (line) => peerShape.test(line) && !/:0+$/.test(line) && namesHost(`http://${line}`),
}

/** The first line that is none; `null` = all are. */
export function firstWrong(lines: readonly string[], kind: LineKind): string | null {
  return lines.find((line) => !areRight[kind](line)) ?? null
}

/** A host that can be one, and a port up to 65535: read as HTTP, by which numbers are checked as those of an address. */
function namesHost(url: string): boolean {
  return URL.canParse(url.replace(/^[a-z]+:/i, 'http:'))
}
