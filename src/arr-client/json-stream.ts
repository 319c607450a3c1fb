/**
 * Cuts the elements out of a JSON array as its bytes arrive, so that a list of 250 MB is never held whole. The array is
 * the answer itself or, with `member`, what stands there in the answer's object: `{"page": 1, "records": […]}`.
 *
 *   bytes ─▶ outside ─'['─▶ between ─first byte─▶ inside (depth, string, escape) ─end of it─▶ one piece of text
 */
import {ServerFault} from '#model/errors.ts'

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

export class JsonStream {
  readonly #member: string | null
  readonly #mostBytes: number
  /** Where the elements lie: 1 in an array, 2 in a member of an object. */
  readonly #level: number
  #depth = 0
  #inString = false
  #escaped = false
  #inList = false
  #isOver = false
  /** The last string at depth 1, to find the member by. */
  #name: number[] | null = null
  #afterName = ''
  #kept: Buffer[] = []
  #keptBytes = 0
  #isPieceOpen = false

  /** @param mostBytes of one element */
  constructor(member: string | null, mostBytes: number) {
    this.#member = member
    this.#mostBytes = mostBytes
    this.#level = member === null ? 1 : 2
  }

  /** The elements that ended in this chunk. @throws {ServerFault} answer_invalid */
  *take(chunk: Buffer): Generator<string> {
    let start = this.#isPieceOpen ? 0 : -1
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      const isElement = this.#inList && this.#depth >= this.#level
      if (this.#inString) {
        this.#stringByte(byte)
        continue
      }
      if (isElement && this.#depth === this.#level && (byte === COMMA || byte === CLOSE_LIST)) {
        if (this.#isPieceOpen) {
          yield this.#close(chunk.subarray(start, at))
          start = -1
        }
        if (byte === COMMA) continue
      } else if (isElement && !this.#isPieceOpen && byte > 0x20) {
        this.#isPieceOpen = true
        start = at
      }
      this.#structure(byte)
    }
    if (this.#isPieceOpen) this.#keep(chunk.subarray(start))
  }

  /** The answer ended. @throws {ServerFault} when it did so too early, or held no such array */
  end(): void {
    if (!this.#isOver || this.#depth !== 0) throw garbled('The answer is no whole list.')
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) {
      this.#inString = false
      if (this.#name !== null) {
        this.#afterName = Buffer.from(this.#name).toString()
        this.#name = null
      }
      return
    }
    if (this.#name !== null && this.#name.length < 64) this.#name.push(byte)
  }

  #structure(byte: number): void {
    if (byte === QUOTE) {
      this.#inString = true
      if (!this.#inList && this.#depth === 1) this.#name = []
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (this.#isOver && this.#depth === 0) throw garbled('Something follows the answer.')
      if (byte === OPEN_LIST && !this.#isOver && this.#isWanted()) this.#inList = true
      this.#depth++
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (this.#inList && this.#depth === this.#level) {
        this.#inList = false
        this.#isOver = true
      }
      if (--this.#depth < 0) throw garbled('The answer closes what it did not open.')
    } else if (byte === COMMA) this.#afterName = ''
    else if (byte > 0x20 && byte !== COLON && this.#depth === 0) throw garbled('The answer is no list.')
  }

  #isWanted(): boolean {
    if (this.#depth !== this.#level - 1 || this.#inList) return false
    return this.#member === null || this.#afterName === this.#member
  }

  #keep(part: Buffer): void {
    this.#keptBytes += part.length
    if (this.#keptBytes > this.#mostBytes) {
      throw new ServerFault('answer_invalid', 'answer_too_large', 'One element of the list is too large.')
    }
    // A copy: the chunk's memory is used again.
    this.#kept.push(Buffer.from(part))
  }

  #close(last: Buffer): string {
    this.#isPieceOpen = false
    if (this.#keptBytes === 0) {
      if (last.length > this.#mostBytes) this.#keep(last)
      return last.toString('utf8')
    }
    this.#keep(last)
    const text = Buffer.concat(this.#kept).toString('utf8')
    this.#kept = []
    this.#keptBytes = 0
    return text
  }
}

function garbled(message: string): ServerFault {
  return new ServerFault('answer_invalid', 'garbled_answer', message)
}
