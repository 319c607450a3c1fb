/**
 * XML-RPC as rTorrent's two parsers (xmlrpc-c, tinyxml2) want it, and a scanner for its answers.
 *
 * A list of 10,000 torrents is 13 MB of XML. A document tree costs seconds; so the answer is scanned as bytes arrive,
 * tag by tag, and each row of the list is handed out and forgotten (26 MB: 0.25 s). It is tolerant where daemons are sloppy
 * (control characters, latin-1 names) and strict where an answer could be cut: every tag must close.
 * Source: rtorrent 0.9.8 to 0.16.20, `src/rpc/`.
 */
import {
  CutShort,
  decodeText,
  Garbled,
  numberOf,
  RpcFault,
  scanBounds,
  textOf,
  type AnswerScanner,
  type RpcCall,
  type RpcResult,
  type RpcRow,
  type RpcValue,
  type ScanBounds,
} from './rpc.ts'
import {
  decodeXmlText,
  endOf,
  readPlainCell,
  startsWith,
  tagAt,
  type PlainCell,
  type Tag,
} from './xml-bytes.ts'

/* ───────────────────────────── writing ───────────────────────────── */

/**
 * One call, or several as `system.multicall`. tinyxml2 reads its structs by order (`methodName` first), wants every
 * string in `<string>` and refuses an empty `<value/>` (0.15 and newer); xmlrpc-c takes that as well.
 */
export function writeXmlRpc(calls: readonly RpcCall[]): string {
  const [only] = calls
  const call = calls.length === 1 ? only! : {method: 'system.multicall', params: [calls.map(asStruct)]}
  const params = call.params.map((param) => `<param>${xmlValue(param)}</param>`).join('')
  return `<?xml version="1.0"?><methodCall><methodName>${escaped(call.method)}</methodName><params>${params}</params></methodCall>`
}

function asStruct({method, params}: RpcCall): RpcValue {
  return {methodName: method, params}
}

function xmlValue(value: RpcValue): string {
  if (typeof value === 'string') {
    // xmlrpc-c refuses characters of four bytes in strings and takes them as bytes [run 0.9.8, 0.16.17].
    if (/[\u{10000}-\u{10ffff}]/u.test(value)) return xmlValue(Buffer.from(value))
    return `<value><string>${escaped(value)}</string></value>`
  }
  if (typeof value === 'number') return `<value><i8>${Math.trunc(value)}</i8></value>`
  if (value instanceof Uint8Array) {
    return `<value><base64>${Buffer.from(value).toString('base64')}</base64></value>`
  }
  if (Array.isArray(value))
    return `<value><array><data>${value.map(xmlValue).join('')}</data></array></value>`
  const members = Object.entries(value).map(
    ([name, member]) => `<member><name>${escaped(name)}</name>${xmlValue(member)}</member>`,
  )
  return `<value><struct>${members.join('')}</struct></value>`
}

/** XML 1.0 has no way to write most control characters: they are left out. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
}

/* ───────────────────────────── scanning ───────────────────────────── */

const LESS = 0x3c
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f

/** Tags that hold tags and no text of their own. */
const structural = new Set<Tag>([
  'array',
  'data',
  'struct',
  'member',
  'methodResponse',
  'params',
  'param',
  'fault',
])
const numberTags = new Set<Tag>(['i8', 'i4', 'int', 'boolean', 'double'])

/** Where a row was: its value is handed out, not kept. */
const handedOut = Symbol('row')

/** Reused: a list has millions of cells. */
const cell: PlainCell = {value: '', end: 0}

interface OpenStruct {
  readonly members: Record<string, RpcValue>
  name: string
}

export class XmlRpcScanner implements AnswerScanner {
  readonly #bounds: ScanBounds
  /** Arrays nested so deep are rows. 0 = none. */
  readonly #rowDepth: number
  readonly #isBatch: boolean
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  /** Tags that are open, outermost first. */
  readonly #open: Tag[] = []
  /** Arrays and structs that are open. */
  readonly #containers: (RpcValue[] | OpenStruct)[] = []
  #arrayDepth = 0
  #text = ''
  #value: RpcValue | typeof handedOut | undefined
  #row: RpcRow | null = null
  #result: RpcValue | undefined
  #isFault = false
  #isWhole = false

  /**
   * @param calls how many were asked; more than one came as `system.multicall`
   * @param hasRows the last call's answer is a list of rows
   */
  constructor(calls: number, hasRows: boolean, bounds: ScanBounds = scanBounds) {
    this.#isBatch = calls > 1
    // multicall: all results, one result, the list, the row.
    this.#rowDepth = !hasRows ? 0 : this.#isBatch ? 4 : 2
    this.#bounds = bounds
  }

  feed(chunk: Buffer): void {
    const left = this.#bytes.length - this.#at
    if (left > this.#bounds.maxValueBytes) throw new Garbled(`A value is larger than ${left} bytes.`)
    this.#bytes = left === 0 ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk])
    this.#at = 0
  }

  nextRow(): RpcRow | null {
    for (;;) {
      if (this.#open.at(-1) === 'data') this.#plainCells()
      const less = this.#bytes.indexOf(LESS, this.#at)
      if (less < 0) return null
      const end = this.#endOfMarkup(less)
      if (end < 0) return null
      if (this.#isText()) this.#text += decodeXmlText(this.#bytes, this.#at, less)
      this.#at = end
      this.#markup(less, end)
      if (this.#row === null) continue
      const row = this.#row
      this.#row = null
      return row
    }
  }

  results(): RpcResult[] {
    if (this.#isFault && this.#result !== undefined) return [faultFrom(this.#result)]
    const soFar = this.#result ?? this.#containers[0]
    if (!this.#isBatch) return this.#result === undefined ? [] : [this.#result]
    if (!Array.isArray(soFar)) return []
    return soFar.map((entry: RpcValue) =>
      Array.isArray(entry) ? ((entry[0] ?? []) as RpcValue) : faultFrom(entry),
    )
  }

  finish(): RpcResult[] {
    const tail = this.#bytes.subarray(this.#at).toString('latin1').trim()
    if (!this.#isWhole) throw new CutShort('The XML-RPC answer is not whole.')
    if (tail !== '') throw new Garbled('Something follows the XML-RPC answer.')
    return this.results()
  }

  /**
   * Cells of a row as both of rTorrent's writers write them, `<value><i8>1</i8></value>`, without a detour over single
   * tags: nine tenths of a list. What looks otherwise, or is not whole yet, is left to the way of all tags.
   */
  #plainCells(): void {
    const items = this.#containers.at(-1) as RpcValue[]
    while (readPlainCell(this.#bytes, this.#at, cell)) {
      items.push(cell.value)
      this.#at = cell.end
    }
  }

  /** Index behind the `>` that ends what begins at `less`; −1 = not there yet. */
  #endOfMarkup(less: number): number {
    const bytes = this.#bytes
    const next = bytes[less + 1]
    if (next === undefined) return -1
    if (next === QUESTION) return endOf(bytes, '?>', less + 2)
    if (next !== BANG) return endOf(bytes, '>', less + 1)
    if (bytes.length < less + 9) return -1
    if (startsWith(bytes, less, '<!--')) return endOf(bytes, '-->', less + 4)
    if (startsWith(bytes, less, '<![CDATA[')) return endOf(bytes, ']]>', less + 9)
    throw new Garbled('A document type has no place in an XML-RPC answer.')
  }

  #markup(less: number, end: number): void {
    const bytes = this.#bytes
    const first = bytes[less + 1]
    if (first === QUESTION) return
    if (first === BANG) {
      if (bytes[less + 2] === 0x5b && this.#isText())
        this.#text += decodeText(bytes.subarray(less + 9, end - 3))
      return
    }
    const isClosing = first === SLASH
    const isEmpty = !isClosing && bytes[end - 2] === SLASH
    const tag = tagAt(bytes, isClosing ? less + 2 : less + 1, isEmpty ? end - 2 : end - 1)
    if (!isClosing) this.#begin(tag)
    if (isClosing || isEmpty) this.#finishTag(tag)
  }

  /** Character data counts inside a scalar, a member's name, and directly in a value (which is then a string). */
  #isText(): boolean {
    const open = this.#open.at(-1)
    return open !== undefined && !structural.has(open)
  }

  #begin(tag: Tag): void {
    if (this.#open.length === 0 && (tag !== 'methodResponse' || this.#isWhole)) {
      throw new Garbled(`<${tag}> where an answer should begin.`)
    }
    if (this.#open.length >= this.#bounds.maxDepth * 4) throw new Garbled('The answer is nested too deep.')
    this.#open.push(tag)
    this.#text = ''
    if (tag === 'value') this.#value = undefined
    else if (tag === 'array') this.#beginArray()
    else if (tag === 'struct')
      this.#containers.push({members: Object.create(null) as Record<string, RpcValue>, name: ''})
    else if (tag === 'fault') this.#isFault = true
  }

  #beginArray(): void {
    this.#containers.push([])
    this.#arrayDepth++
  }

  #finishTag(tag: Tag): void {
    if (this.#open.pop() !== tag) throw new Garbled(`</${tag}> closes what is not open.`)
    if (tag === 'value') this.#deliver(this.#value ?? this.#text)
    else if (tag === 'array') this.#finishArray()
    else if (tag === 'struct') this.#value = (this.#containers.pop() as OpenStruct).members
    else if (tag === 'name') this.#nameMember()
    else if (tag === 'methodResponse') this.#isWhole = this.#result !== undefined
    else if (!structural.has(tag)) this.#value = scalar(tag, this.#text)
  }

  #finishArray(): void {
    const items = this.#containers.pop() as RpcValue[]
    if (this.#arrayDepth-- === this.#rowDepth) {
      this.#row = items
      this.#value = handedOut
    } else {
      this.#value = items
    }
  }

  #nameMember(): void {
    const struct = this.#containers.at(-1)
    if (struct === undefined || Array.isArray(struct)) throw new Garbled('A name outside of a struct.')
    struct.name = this.#text
  }

  #deliver(value: RpcValue | typeof handedOut): void {
    if (value === handedOut) {
      this.#value = undefined
      return
    }
    const container = this.#containers.at(-1)
    if (container === undefined) this.#result = value
    else if (Array.isArray(container)) container.push(value)
    else container.members[container.name] = value
    this.#value = undefined
  }
}

function scalar(tag: Tag, text: string): RpcValue {
  if (numberTags.has(tag)) return numeric(text)
  if (tag === 'base64') return Buffer.from(text, 'base64')
  return tag === 'nil' || tag === 'ex:nil' ? '' : text
}

function numeric(text: string): number {
  const number = Number(text)
  if (Number.isNaN(number) || text.trim() === '') throw new Garbled(`"${text.slice(0, 40)}" is not a number.`)
  return number
}

function faultFrom(value: RpcValue): RpcFault {
  const members = value as {readonly [name: string]: RpcValue}
  return new RpcFault(numberOf(members['faultCode']), textOf(members['faultString']))
}
