/** What was typed into a field of many lines. Pure. */
import {isAddress, type AddressKind} from '#model/torrent-addresses.ts'

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

/** The first line that is none; `null` = all are. */
export function firstWrong(lines: readonly string[], kind: AddressKind): string | null {
  return lines.find((line) => !isAddress(line, kind)) ?? null
}
