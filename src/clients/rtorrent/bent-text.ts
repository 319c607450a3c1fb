/**
 * The library below rTorrent's XML-RPC knows characters of three bytes at most. A text that holds one of four (emoji, some
 * Chinese), or is no UTF-8, comes bent in all of its letters: 0.9.8 says `?` for each byte that is not ASCII and for most
 * that control, 0.16.17 says `%F0` and `%0A`. In all others each line break comes as a line feed, also one that is a
 * carriage return, or both. JSON-RPC bends nothing. [run 0.9.8, 0.16.17]
 *
 * The daemon compares texts as they are, byte by byte, so it can be asked for the truth: `equal` whether a guess is
 * right, `less` for each byte that was bent.
 */
import type {RpcCall, RpcResult} from './rpc.ts'
import {numberOf, RpcFault} from './rpc.ts'

/** One byte as 0.16.17 bends it, or letters that look so. */
export const percents = /%([01][0-9A-F]|7F|[89A-F][0-9A-F])/g
/** One bent byte or line break, or a letter that looks so. */
const slot = new RegExp(`\\?|\n|${percents.source}`)

/** `false` = it is the truth, in whatever dialect it was told. */
export function mayBeBent(text: string): boolean {
  return text.includes('\n') || (slot.test(text) && !/[^\0-\x7f]/.test(text))
}

/** How an answer may have bent it; nothing where it cannot. */
export function bentForms(text: string): string[] {
  const fed = text.replaceAll(/\r\n?/g, '\n')
  const forms = fed === text ? [] : [fed]
  if (!/[^\0-\x7f]/.test(text)) return forms
  const latin = (of: string): string => Buffer.from(of).toString('latin1')
  const percent = (byte: string): string =>
    `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  return [
    ...forms,
    latin(fed).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x80-\xff]/g, '?'),
    latin(text).replace(/[\0-\x1f\x7f-\xff]/g, percent),
  ]
}

/** What 0.16.17 would have bent to this. */
function withoutPercents(sent: string): Buffer {
  const bytes = sent.replace(percents, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

export interface Question {
  /** A hash, `HASH:f3` or ''. */
  readonly target: string
  /** `d.name` */
  readonly command: string
  readonly sent: string
  /** The best first. */
  readonly guesses: readonly Buffer[]
  /** The beginning of the truth, as far as another of its kind lets us hope. */
  readonly beginning: {readonly sent: string; readonly bytes: Buffer} | null
}

/** All that one `?` may stand for, in the order of the daemon. */
const possible = [0x3f, ...Array.from({length: 128}, (_, i) => 0x80 + i)]
/** No name and no path of a file system has more. */
const MOST_BYTES = 4096
/** The letter itself. */
const PERCENT = 0x25

type Step =
  | {readonly kind: 'guess'; readonly guesses: readonly Buffer[]}
  | {readonly kind: 'beginning'}
  | {readonly kind: 'search'; readonly low: number; readonly high: number; readonly at: readonly number[]}
  | {readonly kind: 'percent' | 'break' | 'proof'}

/** One text that is found out, question by question. */
export class Riddle {
  /** `null` = it cannot be found out; `undefined` = it goes on. */
  truth: Buffer | null | undefined
  readonly #question: Question
  /** The truth so far, and where in the told text it goes on. */
  #bytes: Buffer = Buffer.alloc(0)
  #rest: string
  #step: Step

  constructor(question: Question) {
    const {sent, guesses} = question
    this.#question = question
    this.#rest = sent
    const ways = [Buffer.from(sent), withoutPercents(sent)]
    this.#step = {kind: 'guess', guesses: different([...guesses, ...ways])}
    if (!isSayable(sent) || sent.length > MOST_BYTES) this.truth = null
  }

  /** All are answered with yes or no. @param most questions for a byte: with 3 four rounds find it, with 16 two */
  asks(most: number): readonly RpcCall[] {
    const step = this.#step
    switch (step.kind) {
      case 'guess':
        return step.guesses.map((guess) => this.#ask('equal', guess))
      case 'proof':
        return [this.#ask('equal', this.#bytes)]
      case 'break':
        return ['\r', '\r\n', '\r\r'].map((next) =>
          this.#ask('less', Buffer.concat([this.#bytes, Buffer.from(next)])),
        )
      case 'beginning': {
        const {bytes} = this.#question.beginning!
        // Whatever lies between these two begins so: no text holds the byte 255.
        return [this.#ask('less', bytes), this.#ask('less', followed(bytes, 0xff))]
      }
      case 'search':
        this.#step = {...step, at: split(step.low, step.high, most)}
        return this.#step.at.map((index) => this.#ask('less', followed(this.#bytes, possible[index]!)))
      case 'percent': {
        const isControl = this.#percent()[0]! < PERCENT
        return [this.#ask('less', followed(this.#bytes, isControl ? PERCENT : 0x7f))]
      }
    }
  }

  learn(results: readonly RpcResult[]): void {
    if (results.some((result) => result instanceof RpcFault)) {
      this.truth = null
      return
    }
    const answers = results.map((result) => numberOf(result as number) === 1)
    const step = this.#step
    switch (step.kind) {
      case 'guess':
        return this.#guessed(step.guesses[answers.indexOf(true)])
      case 'beginning':
        return this.#begun(!answers[0] && answers[1]!)
      case 'search':
        return this.#narrowed(step, answers)
      case 'percent': {
        const byte = this.#percent()
        const isByte = byte[0]! < PERCENT ? answers[0]! : !answers[0]
        return isByte ? this.#goOn(byte, 3) : this.#goOn(Buffer.from('%'), 1)
      }
      case 'break':
        return this.#goOn(Buffer.from(breakOf(answers)), 1)
      case 'proof':
        this.truth = answers[0] ? this.#bytes : null
    }
  }

  /** What the next three letters stand for, if they are no letters. */
  #percent(): Buffer {
    return withoutPercents(this.#rest.slice(0, 3))
  }

  #guessed(right: Buffer | undefined): void {
    if (right) {
      this.truth = right
      return
    }
    const {beginning} = this.#question
    if (beginning) this.#step = {kind: 'beginning'}
    else this.#goOn(Buffer.alloc(0), 0)
  }

  #begun(isSo: boolean): void {
    const {sent, bytes} = this.#question.beginning!
    this.#goOn(isSo ? bytes : Buffer.alloc(0), isSo ? sent.length : 0)
  }

  #narrowed({low, high, at}: Step & {kind: 'search'}, isLess: readonly boolean[]): void {
    const over = isLess.indexOf(true)
    const from = over < 0 ? (at.at(-1) ?? low) : (at[over - 1] ?? low)
    const to = over < 0 ? high : at[over]!
    if (to - from === 1) this.#goOn(Buffer.from([possible[from]!]), 1)
    else this.#step = searching(from, to)
  }

  /** @param bytes the next of the truth @param length of the told text that said them */
  #goOn(bytes: Buffer, length: number): void {
    const rest = this.#rest.slice(length)
    const next = slot.exec(rest)
    const plain = next ? rest.slice(0, next.index) : rest
    this.#bytes = Buffer.concat([this.#bytes, bytes, Buffer.from(plain)])
    this.#rest = rest.slice(plain.length)
    if (!next) this.#step = {kind: 'proof'}
    else if (next[0] === '?') this.#step = searching(0, possible.length)
    else this.#step = {kind: next[0] === '\n' ? 'break' : 'percent'}
  }

  #ask(method: 'equal' | 'less', bytes: Buffer): RpcCall {
    const {target, command} = this.#question
    return {method, params: [target, `${command}=`, asCommand(bytes)]}
  }
}

/** @param isLess whether it comes before `\r`, `\r\n` and `\r\r` at its place */
function breakOf([isFeed, isReturnAtEnd, isBoth]: readonly boolean[]): string {
  if (isFeed) return '\n'
  return isBoth && !isReturnAtEnd ? '\r\n' : '\r'
}

function searching(low: number, high: number): Step {
  return {kind: 'search', low, high, at: []}
}

/** Evenly between both. */
function split(low: number, high: number, most: number): number[] {
  const count = Math.min(most, high - low - 1)
  return Array.from({length: count}, (_, i) => low + Math.ceil(((i + 1) * (high - low)) / (count + 1)))
}

/**
 * In quotes only a `$` in front is a command of its own (`quoted` of `codec.ts`), and a line break is none. What is not
 * ASCII is none, so the told text says it of the truth and of all that may be asked.
 */
function isSayable(sent: string): boolean {
  return !/^\$|[\0-\x09\x0b-\x1f\x7f]/.test(sent)
}

function different(guesses: readonly Buffer[]): Buffer[] {
  return guesses.filter((guess, index) => guesses.findIndex((other) => other.equals(guess)) === index)
}

/** As bytes: no string of XML-RPC could say them. */
function asCommand(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/[\\"]/g, '\\$&')
  return Buffer.from(`cat="${text}"`, 'latin1')
}

function followed(bytes: Buffer, byte: number): Buffer {
  return Buffer.concat([bytes, Buffer.from([byte])])
}
