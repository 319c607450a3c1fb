/**
 * Reads bencoded bytes of strangers once, front to back. Nothing is built but what the reader asks for, nothing here
 * recurses, and depth and number of values are bounded; so no file can take more than its size's worth of time. (The
 * package `bencode` recurses without bound, and a negative length sends it round in circles: 4.0.1.)
 */
import {CommodarrError} from '#model/errors.ts'

export interface WalkBounds {
  readonly maxDepth: number
  readonly maxValues: number
}

type BencodeKind = 'integer' | 'list' | 'dictionary' | 'string'

const INTEGER = 0x69
const LIST = 0x6c
const DICTIONARY = 0x64
const END = 0x65
const COLON = 0x3a
const MINUS = 0x2d

/** One open list or dictionary of a value that is passed over. `key`: a dictionary's next value is a key. */
interface Open {
  readonly isDictionary: boolean
  key: boolean
}

/** Stands before one value at a time. Every method throws {CommodarrError} `torrent_invalid`. */
export class BencodeReader {
  readonly #bytes: Buffer
  readonly #bounds: WalkBounds
  #at = 0
  #values = 0
  #depth = 0

  constructor(bytes: Uint8Array, bounds: WalkBounds) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#bounds = bounds
  }

  /** Offset of the next value. */
  get at(): number {
    return this.#at
  }

  /** Of the next value. */
  get kind(): BencodeKind {
    const byte = this.#bytes[this.#at]
    if (byte === INTEGER) return 'integer'
    if (byte === LIST) return 'list'
    return byte === DICTIONARY ? 'dictionary' : 'string'
  }

  /**
   * Reads a dictionary: `visit` gets each key and must read its value, or answer `false` to have it passed over. A key
   * that was read comes once: which of two values a server would take is anybody's guess.
   */
  dictionary(visit: (key: string) => void | false): void {
    this.#enter('dictionary')
    const read = new Set<string>()
    while (!this.#leave()) {
      const key = this.text()
      if (visit(key) === false) this.skip()
      else if (read.has(key)) throw invalid(`The .torrent file has two values of "${shown(key)}".`)
      else read.add(key)
    }
  }

  /** Reads a list: `item` must read one value each time. */
  list(item: () => void): void {
    this.#enter('list')
    while (!this.#leave()) item()
  }

  /** A string as UTF-8; what is none becomes U+FFFD, so no trick of encoding makes a `/` or a `.` of it. */
  text(): string {
    this.#count()
    const {start, end} = this.#readString()
    return this.#bytes.toString('utf8', start, end)
  }

  /** Length of a string, in bytes. */
  length(): number {
    this.#count()
    const {start, end} = this.#readString()
    return end - start
  }

  /** A number beyond 2^53 comes out rounded: `Number.isSafeInteger` tells. */
  integer(): number {
    this.#count()
    if (this.#bytes[this.#at] !== INTEGER) throw malformed()
    return this.#readInteger()
  }

  /** Passes over one value, however deep. */
  skip(): void {
    const open: Open[] = []
    do {
      this.#step(open)
    } while (open.length > 0)
  }

  #enter(kind: 'list' | 'dictionary'): void {
    this.#count()
    if (this.kind !== kind) throw malformed()
    this.#goDown(0)
    this.#depth++
  }

  #leave(): boolean {
    if (this.#bytes[this.#at] !== END) return false
    this.#at++
    this.#depth--
    return true
  }

  #step(open: Open[]): void {
    this.#count()
    const inner = open.at(-1)
    const byte = this.#bytes[this.#at]
    if (inner && byte === END) {
      if (inner.isDictionary && !inner.key) throw invalid('A dictionary in the .torrent file lacks a value.')
      this.#at++
      open.pop()
      return
    }
    if (inner?.isDictionary) {
      inner.key = !inner.key
      if (!inner.key) return void this.#readString()
    }
    if (byte === INTEGER) return void this.#readInteger()
    if (byte !== LIST && byte !== DICTIONARY) return void this.#readString()
    this.#goDown(open.length)
    open.push({isDictionary: byte === DICTIONARY, key: true})
  }

  #goDown(passedOver: number): void {
    if (this.#depth + passedOver >= this.#bounds.maxDepth) {
      throw invalid('The .torrent file is nested too deep.')
    }
    this.#at++
  }

  #count(): void {
    if (++this.#values > this.#bounds.maxValues) throw invalid('The .torrent file has too many values.')
  }

  #readInteger(): number {
    this.#at++
    const isNegative = this.#bytes[this.#at] === MINUS
    if (isNegative) this.#at++
    const size = this.#readDigits(20)
    if (this.#bytes[this.#at] !== END) throw invalid('A number in the .torrent file is not well formed.')
    this.#at++
    return isNegative && size !== 0 ? -size : size
  }

  #readString(): {start: number; end: number} {
    const length = this.#readDigits(9)
    if (this.#bytes[this.#at] !== COLON) throw malformed()
    const start = this.#at + 1
    const end = start + length
    if (end > this.#bytes.length) throw invalid('The .torrent file is cut off.')
    this.#at = end
    return {start, end}
  }

  #readDigits(maxDigits: number): number {
    const start = this.#at
    let number = 0
    for (;;) {
      const digit = (this.#bytes[this.#at] ?? 0) - 0x30
      if (digit < 0 || digit > 9 || this.#at - start >= maxDigits) break
      number = number * 10 + digit
      this.#at++
    }
    if (this.#at === start) throw malformed()
    return number
  }
}

/** A name of the file as it may stand in a message. */
function shown(key: string): string {
  return key.replace(/[^\x20-\x7e]/g, '?').slice(0, 40)
}

function malformed(): CommodarrError {
  return invalid('The .torrent file is not well formed or cut off.')
}

function invalid(message: string): CommodarrError {
  return new CommodarrError('torrent_invalid', message)
}
