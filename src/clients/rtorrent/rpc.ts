/** What is said over either dialect (XML-RPC, JSON-RPC): calls, values, faults, and what a fault means to us. */
import {isUtf8} from 'node:buffer'
import {
  BadArgument,
  CommandRefused,
  CommodarrError,
  NotSupported,
  ServerFault,
  TorrentNotFound,
} from '#model/errors.ts'

/** Nothing is guessed: a string stays a string even if it looks like a number. Booleans are 0 and 1, nil is ''. */
export type RpcValue =
  | string
  | number
  | Uint8Array
  | readonly RpcValue[]
  | {readonly [name: string]: RpcValue}

export interface RpcCall {
  readonly method: string
  readonly params: readonly RpcValue[]
}

export type RpcRow = readonly RpcValue[]

/** One call's refusal, as a value: in a batch the others went on. */
export class RpcFault {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    this.code = code
    this.text = text
  }
}

export type RpcResult = RpcValue | RpcFault

/**
 * Reads an answer from its bytes as they arrive. Rows of the list in it are handed out one by one and then
 * forgotten; everything else is kept.
 */
export interface AnswerScanner {
  feed(chunk: Buffer): void
  /** The next row, `null` = more bytes are needed. @throws {Garbled} */
  nextRow(): RpcRow | null
  /** One result per call; what has not arrived yet is missing at the end. Rows are not in it. */
  results(): RpcResult[]
  /** All of it. @throws {CutShort} when the answer is not whole. */
  finish(): RpcResult[]
}

/** The bytes are not what they should be. Wire turns it into a health fault. */
export class Garbled extends Error {}

/** What came was right, but it ended too early. */
export class CutShort extends Garbled {}

/** Nobody knows then what was done. */
export function garbled(error: Garbled): ServerFault {
  const reason = error instanceof CutShort ? 'cut_answer' : 'garbled_answer'
  return new ServerFault('answer_invalid', reason, error.message, {cause: error, outcomeUnknown: true})
}

export interface ScanBounds {
  /** Most bytes of a single value (XML) or row (JSON). */
  readonly maxValueBytes: number
  readonly maxDepth: number
}

export const scanBounds: ScanBounds = {maxValueBytes: 4 * 1024 * 1024, maxDepth: 32}

/**
 * Code families differ by version (unknown hash: −501 in 0.9.8, −503 in 0.16.17, −32602 in JSON), so the words decide.
 * @param about ids it concerns, for the error
 */
export function errorOfFault(fault: RpcFault, about: Readonly<Record<string, unknown>> = {}): CommodarrError {
  const {code, text} = fault
  if (/info-?hash/i.test(text)) return new TorrentNotFound(about)
  if (code === -507) return new NotSupported(`rTorrent does not trust this connection: ${text}`, about)
  if (code === -509 || /too (large|big|long)/i.test(text)) {
    return new BadArgument(`rTorrent says the request is too large: ${text}`, about)
  }
  if (code === -506 || code === -32601 || /does not exist|not defined|no such method/i.test(text)) {
    return new NotSupported(`This rTorrent has no such command: ${text}`, about)
  }
  return new CommandRefused(`rTorrent refused: ${text}`, {...about, faultCode: code})
}

/** @throws {CommodarrError} when it is a fault, {ServerFault} when it is missing */
export function valueOf(
  result: RpcResult | undefined,
  about: Readonly<Record<string, unknown>> = {},
): RpcValue {
  if (result instanceof RpcFault) throw errorOfFault(result, about)
  if (result === undefined) throw garbled(new Garbled('A result is missing in the answer.'))
  return result
}

/** UTF-8 where it is valid; names made elsewhere come through as latin-1 rather than as question marks. */
export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

/** @param said as `od -An -v -tx1` writes it */
export function textInHex(said: string): string {
  return decodeText(Buffer.from(said.replace(/\s/g, ''), 'hex'))
}

export function textOf(value: RpcValue | undefined): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return value instanceof Uint8Array ? decodeText(value) : ''
}

/** Whole numbers come as integers, from `cat` and custom fields as text. `NaN`-free: nonsense is 0. */
export function numberOf(value: RpcValue | undefined): number {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : 0
  return Number.isNaN(number) ? 0 : number
}

export function listOf(value: RpcValue | undefined): readonly RpcValue[] {
  return Array.isArray(value) ? value : []
}
