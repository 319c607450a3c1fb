/** XML-RPC's tags and texts, read from bytes without making strings of what is not kept. */
import {decodeText, Garbled} from './rpc.ts'

const tagNames = [
  'value',
  'string',
  'i8',
  'i4',
  'int',
  'boolean',
  'double',
  'base64',
  'dateTime.iso8601',
  'nil',
  'ex:nil',
  'array',
  'data',
  'struct',
  'member',
  'name',
  'methodResponse',
  'params',
  'param',
  'fault',
] as const
export type Tag = (typeof tagNames)[number]

const tagBytes = tagNames.map((name) => Buffer.from(name))
const tagsByLength: number[][] = []
tagNames.forEach((name, index) => (tagsByLength[name.length] ??= []).push(index))

export function tagAt(bytes: Buffer, start: number, end: number): Tag {
  let stop = end
  while (stop > start && bytes[stop - 1]! <= 0x20) stop--
  for (const index of tagsByLength[stop - start] ?? []) {
    if (equals(bytes, start, tagBytes[index]!)) return tagNames[index]!
  }
  const shown = bytes.toString('latin1', start, Math.min(stop, start + 40))
  throw new Garbled(`<${shown}> has no place in an XML-RPC answer.`)
}

function equals(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

export function startsWith(bytes: Buffer, at: number, text: string): boolean {
  return equals(bytes, at, Buffer.from(text))
}

export function endOf(bytes: Buffer, mark: string, from: number): number {
  const at = mark === '>' ? bytes.indexOf(0x3e, from) : bytes.indexOf(mark, from, 'latin1')
  return at < 0 ? -1 : at + mark.length
}

/* ───────────────────────────── cells of rows ───────────────────────────── */

export interface PlainCell {
  value: string | number
  /** Index behind it. */
  end: number
}

const openString = Buffer.from('<value><string>')
const closeString = Buffer.from('</string></value>')
const openInteger = Buffer.from('<value><i8>')
const closeInteger = Buffer.from('</i8></value>')
/** Longer numbers lose digits on the way; they are left to the ordinary way. */
const MOST_DIGITS = 15

/** A string or an i8 in its plainest form at `from` (after line breaks). `false` = something else, or not whole. */
export function readPlainCell(bytes: Buffer, from: number, cell: PlainCell): boolean {
  let at = from
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  if (bytes[at + 8] === 0x69)
    return equals(bytes, at, openInteger) && readInteger(bytes, at + openInteger.length, cell)
  return equals(bytes, at, openString) && readString(bytes, at + openString.length, cell)
}

function readInteger(bytes: Buffer, from: number, cell: PlainCell): boolean {
  const isNegative = bytes[from] === 0x2d
  const first = isNegative ? from + 1 : from
  let at = first
  let number = 0
  for (let byte = bytes[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = bytes[++at]) {
    number = number * 10 + byte - 0x30
  }
  if (at === first || at - first > MOST_DIGITS || !equals(bytes, at, closeInteger)) return false
  cell.value = isNegative && number > 0 ? -number : number
  cell.end = at + closeInteger.length
  return true
}

function readString(bytes: Buffer, from: number, cell: PlainCell): boolean {
  let at = from
  for (let byte = bytes[at]; byte !== 0x3c; byte = bytes[++at]) {
    if (byte === undefined || byte >= 0x80 || byte === 0x26 || byte === 0x0d) return false
  }
  if (!equals(bytes, at, closeString)) return false
  cell.value = at === from ? '' : bytes.toString('latin1', from, at)
  cell.end = at + closeString.length
  return true
}

/* ───────────────────────────── texts ───────────────────────────── */

/** Most values are short and plain: one look at the bytes tells, and saves the two slower ways. */
export function decodeXmlText(bytes: Buffer, start: number, end: number): string {
  let isAscii = true
  let isPlain = true
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte >= 0x80) isAscii = false
    else if (byte === 0x26 || byte === 0x0d) isPlain = false
  }
  const text = isAscii ? bytes.toString('latin1', start, end) : decodeText(bytes.subarray(start, end))
  return isPlain ? text : unescaped(text.replace(/\r\n?/g, '\n'))
}

const entities: Readonly<Record<string, string>> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(x?)([0-9a-f]{1,8})|(\w{1,8}));/gi,
    (whole, hex: string, digits: string, name: string) => {
      if (name !== undefined) return entities[name] ?? whole
      const point = parseInt(digits, hex ? 16 : 10)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
