/** Parts of a filter that are about which torrent a row is, and how fresh. */
import type {Fleet} from '#fleet/fleet.ts'
import type {Rows} from '#fleet/rows.ts'
import type {InfoHash, TorrentKey} from '#model/torrent-key.ts'
import {no, type Refusals} from './filter-bits.ts'

export function byKeys(refused: Refusals, fleet: Fleet, keys: readonly TorrentKey[]): void {
  refuseOthers(refused, new Set(keys.map((key) => fleet.rowOf(key))))
}

export function byStaleness(refused: Refusals, fleet: Fleet, wanted: boolean): void {
  for (let row = 0; row < refused.length; row++) {
    // A row out of scope may be nobody's.
    if ((refused[row]! & no.scope) === 0 && fleet.isStale(row) !== wanted) refused[row]! |= no.rest
  }
}

const DIGITS = 40

/** Whole hashes are looked up; only for shorter beginnings every row is looked at. */
export function byHashes(refused: Refusals, rows: Rows, beginnings: readonly string[]): void {
  const sound = beginnings.filter((beginning) => /^[0-9a-f]{0,40}$/.test(beginning))
  const whole = sound.filter((beginning) => beginning.length === DIGITS)
  const found = new Set<number | null>(whole.flatMap((hash) => rows.withHash(hash as InfoHash)))
  const begins = beginsWith(sound.filter((beginning) => beginning.length < DIGITS))
  if (begins) {
    for (let row = 0; row < refused.length; row++) if (begins(rows.hashBytes(row))) found.add(row)
  }
  refuseOthers(refused, found)
}

function refuseOthers(refused: Refusals, found: ReadonlySet<number | null>): void {
  for (let row = 0; row < refused.length; row++) if (!found.has(row)) refused[row]! |= no.rest
}

/** Does a hash begin with one of these? `null` = there is none. */
function beginsWith(beginnings: readonly string[]): ((hash: Uint8Array) => boolean) | null {
  if (beginnings.length === 0) return null
  if (beginnings.includes('')) return () => true
  const byFirstDigit: number[][][] = Array.from({length: 16}, () => [])
  for (const beginning of beginnings) {
    const digits = Array.from(beginning, (digit) => Number.parseInt(digit, 16))
    byFirstDigit[digits[0]!]!.push(digits)
  }
  return (hash) => byFirstDigit[digitAt(hash, 0)]!.some((digits) => holds(hash, digits))
}

function holds(hash: Uint8Array, digits: readonly number[]): boolean {
  for (let place = 1; place < digits.length; place++) {
    if (digitAt(hash, place) !== digits[place]) return false
  }
  return true
}

function digitAt(hash: Uint8Array, place: number): number {
  return (hash[place >>> 1]! >>> (place % 2 === 0 ? 4 : 0)) & 15
}
