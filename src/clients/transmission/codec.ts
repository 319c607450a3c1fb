/**
 * Cuts an answer of `torrent_get` into single torrents (or the files of one into single files) while its bytes arrive,
 * so that a list of any length is never in memory as a whole and never parsed in one go. What surrounds them (result,
 * removed ids, other answers of a batch) is small and comes back as one JSON text with empty lists in their place.
 *
 *   outside ──"torrents": [ below "arguments" or "result"──▶ inside ──row, row, …──▶ ] ──▶ outside
 *             "files": [ in a torrent there
 *
 * A row is found by counting brackets outside strings; it is parsed only when somebody asks for its values.
 */
import {ServerFault} from '#model/errors.ts'
import {snakeKeys, snakeName} from './names.ts'

/** One row, valid until the next call of `next()`: bytes `start` to `end`, its brackets included. */
export interface RawRow {
  bytes: Buffer
  start: number
  end: number
  /** Where the columns asked for begin; one that the row lacks: before its closing bracket. */
  readonly splits: number[]
  /** 0 = the row of column names. */
  index: number
}

export const MAX_ROW_BYTES = 4 * 1024 * 1024
const MAX_REST_BYTES = 8 * 1024 * 1024
const MAX_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

export class TorrentRowStream {
  readonly #list: 'torrents' | 'files'
  readonly #splitAt: readonly number[]
  readonly #rest: Buffer[] = []
  readonly #row: RawRow = {bytes: Buffer.alloc(0), start: 0, end: 0, splits: [], index: 0}
  #bytes: Buffer = Buffer.alloc(0)
  /** Next byte to look at, and the first byte still needed. */
  #at = 0
  #keep = 0
  #restBytes = 0
  #depth = 0
  /** The last key seen in the object at each depth. */
  #keys: string[] = ['']
  #lastString = ''
  #isBatch = false
  #inside = false
  #rowDepth = 0
  #commas = 0
  #index = 0

  /** @param list whose members are the rows @param splitAt numbers of columns before each of `RawRow.splits`, rising */
  constructor(list: 'torrents' | 'files' = 'torrents', splitAt: readonly number[] = []) {
    this.#list = list
    this.#splitAt = splitAt
  }

  push(chunk: Buffer): void {
    const left = this.#bytes.subarray(this.#keep)
    if (left.length > MAX_ROW_BYTES) throw tooLarge('One torrent in the answer')
    this.#row.start -= this.#keep
    for (let i = 0; i < this.#row.splits.length; i++) this.#row.splits[i]! -= this.#keep
    this.#at -= this.#keep
    this.#keep = 0
    this.#bytes = left.length === 0 ? chunk : Buffer.concat([left, chunk])
  }

  /** The next whole row, or `null` when more bytes are needed (or the answer is at its end). */
  next(): RawRow | null {
    while (this.#at < this.#bytes.length) {
      if (!this.#inside) {
        if (!this.#passOutside()) break
      } else if (this.#passInside()) {
        return this.#row
      } else if (this.#inside) {
        break
      }
    }
    if (!this.#inside) this.#setAside(this.#at)
    return null
  }

  /**
   * Everything but the rows.
   * @throws {ServerFault} the answer broke off
   */
  rest(): Buffer {
    if (this.#inside || this.#depth > 0 || this.#at < this.#bytes.length) {
      throw new ServerFault('answer_invalid', 'cut_answer', 'The answer broke off.', {outcomeUnknown: true})
    }
    return Buffer.concat(this.#rest)
  }

  /** Moves the bytes up to `end` to the rest. */
  #setAside(end: number): void {
    if (end <= this.#keep) return
    const part = this.#bytes.subarray(this.#keep, end)
    this.#restBytes += part.length
    if (this.#restBytes > MAX_REST_BYTES) throw tooLarge('What surrounds the list')
    this.#rest.push(Buffer.from(part))
    this.#keep = end
  }

  /** Goes on until a list of rows begins (true) or the bytes end (false). */
  #passOutside(): boolean {
    const bytes = this.#bytes
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at]
      if (byte === QUOTE) {
        const end = endOfString(bytes, this.#at)
        if (end < 0) return false
        // Only keys matter; a long text is never one.
        this.#lastString = end - this.#at > 64 ? '' : bytes.toString('latin1', this.#at + 1, end - 1)
        this.#at = end
        continue
      }
      this.#at++
      if (byte === COLON) this.#keys[this.#depth] = this.#lastString
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (byte === OPEN_LIST && this.#isList()) return this.#enter()
        if (this.#depth === 0) this.#isBatch = byte === OPEN_LIST
        if (++this.#depth > MAX_DEPTH) throw garbled('The answer is nested too deep.')
        this.#keys[this.#depth] = ''
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#depth--
    }
    return false
  }

  /** Only at its own place: a tracker's message or a file may be called `torrents` as well. */
  #isList(): boolean {
    const depth = this.#isBatch ? 3 : 2
    if (this.#keys[depth] !== 'torrents') return false
    if (this.#keys[depth - 1] !== 'arguments' && this.#keys[depth - 1] !== 'result') return false
    if (this.#list === 'torrents') return this.#depth === depth
    return this.#depth === depth + 2 && this.#keys[depth + 2] === 'files'
  }

  #enter(): true {
    this.#setAside(this.#at)
    this.#inside = true
    this.#index = 0
    this.#rowDepth = 0
    return true
  }

  /** True: a row is complete. False: the bytes ended, or the list did (`#inside` is off then). */
  #passInside(): boolean {
    const bytes = this.#bytes
    const end = bytes.length
    let at = this.#at
    for (; at < end; at++) {
      const byte = bytes[at]
      if (byte === QUOTE) {
        const after = endOfString(bytes, at)
        if (after < 0) break
        at = after - 1
      } else if (byte === COMMA) {
        if (this.#rowDepth === 1 && ++this.#commas === this.#nextSplit()) this.#row.splits.push(at)
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (this.#rowDepth++ === 0) this.#open(at)
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        if (this.#rowDepth === 0) return this.#leave(at)
        if (--this.#rowDepth === 0) return this.#complete(at + 1)
      }
    }
    this.#at = at
    if (this.#rowDepth === 0) this.#keep = at
    return false
  }

  #open(at: number): void {
    this.#keep = at
    this.#row.start = at
    this.#row.splits.length = 0
    this.#commas = 0
  }

  #nextSplit(): number | undefined {
    return this.#splitAt[this.#row.splits.length]
  }

  #complete(end: number): true {
    this.#row.bytes = this.#bytes
    this.#row.end = end
    while (this.#row.splits.length < this.#splitAt.length) this.#row.splits.push(end - 1)
    this.#row.index = this.#index++
    this.#at = end
    this.#keep = end
    return true
  }

  /** The list's own bracket belongs to the rest again. */
  #leave(at: number): false {
    this.#keep = at
    this.#at = at + 1
    this.#inside = false
    return false
  }
}

/** Index after the closing quote, or −1 when it is not there yet. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  return -1
}

/**
 * 53 bits that tell whether some bytes are the ones seen before: two hashes (FNV-1a, and the same with another prime)
 * in one number. Never 0, which is kept for "not known". 0.2 µs for the 150 bytes of a row.
 * @param before fingerprint of the bytes that come before these
 */
export function fingerprint(bytes: Buffer, start: number, end: number, before = 0): number {
  let high = 0x811c9dc5 ^ (before / 0x200000)
  let low = 0x9747b28c ^ (before % 0x200000)
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    high = Math.imul(high ^ byte, 0x01000193)
    low = Math.imul(low ^ byte, 0x85ebca6b)
  }
  return (high >>> 0) * 0x200000 + (low >>> 11) || 1
}

/** The first column as a number, without parsing the row; −1 when it is none. */
export function leadingNumber(row: RawRow): number {
  let number = 0
  let at = row.start + 1
  for (; at < row.end; at++) {
    const digit = row.bytes[at]! - 0x30
    if (digit < 0 || digit > 9) break
    number = number * 10 + digit
  }
  return at === row.start + 1 ? -1 : number
}

/** @throws {ServerFault} not JSON, or not a list */
export function valuesOf(row: RawRow): unknown[] {
  const values = parseJson(row.bytes.subarray(row.start, row.end))
  if (!Array.isArray(values)) throw garbled('A row of the list is not a list.')
  return values
}

/** A row that is a record, in our spelling. @throws {ServerFault} */
export function recordIn({bytes, start, end}: RawRow): RawTorrent {
  const record = parseJson(bytes.subarray(start, end))
  if (typeof record !== 'object' || Array.isArray(record)) throw garbled('A row of the list is not a record.')
  return snakeKeys(record) as RawTorrent
}

/** A row of names, in our spelling. @throws {ServerFault} */
export function columnsOf(row: RawRow): string[] {
  return valuesOf(row).map((name) => {
    if (typeof name !== 'string') throw garbled('The list does not begin with the names of its columns.')
    return snakeName(name)
  })
}

export type RawTorrent = Readonly<Record<string, unknown>>

/** @throws {ServerFault} when row and names do not match */
export function torrentOf(columns: readonly string[], row: RawRow): RawTorrent {
  const values = valuesOf(row)
  if (values.length !== columns.length) throw garbled('A row of the list has another number of columns.')
  const torrent: Record<string, unknown> = {}
  for (let i = 0; i < columns.length; i++) {
    const value = values[i]
    // Records inside (trackers) carry names of their own, which the old dialect spells in its way.
    torrent[columns[i]!] = typeof value === 'object' ? snakeKeys(value) : value
  }
  return torrent
}

/** @throws {ServerFault} `answer_invalid` */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw garbled('The answer is not JSON.', error)
  }
}

export function garbled(message: string, cause?: unknown): ServerFault {
  return new ServerFault('answer_invalid', 'garbled_answer', message, {cause, outcomeUnknown: true})
}

function tooLarge(what: string): ServerFault {
  return new ServerFault('answer_invalid', 'answer_too_large', `${what} is too large.`, {
    outcomeUnknown: true,
  })
}

/* Single values of the daemon's records. What has another type than it should have is not there. */

export function number(raw: RawTorrent, name: string): number | undefined {
  const value = raw[name]
  return typeof value === 'number' ? value : undefined
}

export function text(raw: RawTorrent, name: string): string | undefined {
  const value = raw[name]
  return typeof value === 'string' ? value : undefined
}
