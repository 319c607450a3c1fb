/** XML-RPC and JSON-RPC as rTorrent reads and writes them. Answers are written piece by piece, a row each. */
import {SaxesParser} from 'saxes'

export type Value = string | number | Uint8Array | readonly Value[] | {readonly [name: string]: Value}

/** A list of rows, made while it is sent. */
export class Rows {
  readonly rows: Iterable<readonly Value[]>

  constructor(rows: Iterable<readonly Value[]>) {
    this.rows = rows
  }
}

export type Result = Value | Rows | RtFault

export class RtFault extends Error {
  readonly code: number

  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

export interface Call {
  readonly method: string
  readonly params: readonly Value[]
}

/* ───────────────────────────── XML ───────────────────────────── */

/** @throws {RtFault} −503 as xmlrpc-c says it */
export function readXmlCall(body: string): Call {
  const root = treeOf(body)
  const method = root.children.find(({name}) => name === 'methodName')?.text.trim()
  if (root.name !== 'methodCall' || !method) throw new RtFault(-503, 'Call XML not a proper XML-RPC call.')
  const params = root.children.find(({name}) => name === 'params')?.children ?? []
  return {method, params: params.map((param) => valueOf(param.children[0]))}
}

interface Node {
  readonly name: string
  readonly children: Node[]
  text: string
}

function treeOf(body: string): Node {
  const root: Node = {name: '', children: [], text: ''}
  const open = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({name}) => {
    const node: Node = {name, children: [], text: ''}
    open.at(-1)!.children.push(node)
    open.push(node)
  })
  parser.on('text', (text) => (open.at(-1)!.text += text))
  parser.on('closetag', () => void open.pop())
  parser.on('error', () => {
    throw new RtFault(-503, 'Call XML not a proper XML-RPC call.  Call is not valid XML.  not well-formed')
  })
  parser.write(body).close()
  return root.children[0] ?? root
}

function valueOf(value: Node | undefined): Value {
  const typed = value?.children[0]
  if (!value || !typed) throw new RtFault(-503, 'empty value element')
  switch (typed.name) {
    case 'string':
      return inBasicPlane(typed.text)
    case 'i4':
    case 'i8':
    case 'int':
      return Number(typed.text)
    case 'base64':
      return Buffer.from(typed.text, 'base64')
    case 'array':
      return (typed.children[0]?.children ?? []).map(valueOf)
    case 'struct':
      return structOf(typed)
    default:
      throw new RtFault(-501, `received unsupported value type: ${typed.name}`)
  }
}

/** The library below knows three bytes a character at most; as base64 it takes the rest [run 0.9.8, 0.16.17]. */
function inBasicPlane(text: string): string {
  if (!beyondBasicPlane.test(text)) return text
  throw new RtFault(
    -503,
    `Call XML not a proper XML-RPC call.  ${Buffer.byteLength(text)}-byte supposed UTF-8 string is not valid UTF-8.  UTF-8 string contains a character not in the Basic Multilingual Plane (first byte 0xfffffff0)`,
  )
}

const beyondBasicPlane = /[\u{10000}-\u{10ffff}]/u

/** tinyxml2 reads by order: the name first, then the value. */
function structOf(struct: Node): Value {
  return Object.fromEntries(
    struct.children.map(({children}) => [children[0]?.text ?? '', valueOf(children[1])]),
  )
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\r\n<methodResponse>\r\n'

/** What an answer does to text that the library below takes for no UTF-8. */
export type Bending = 'questionMarks' | 'percents'

export function* writeXml(result: Result, bending: Bending): Generator<string> {
  yield xmlHead
  if (result instanceof RtFault) {
    yield `<fault>\r\n<value>${xmlFault(result)}</value>\r\n</fault>\r\n`
  } else {
    yield '<params>\r\n<param>'
    yield* xmlResult(result, bending)
    yield '</param>\r\n</params>\r\n'
  }
  yield '</methodResponse>\r\n'
}

/** Of `system.multicall`: each result in an array of its own, a fault as its struct. */
export function* writeXmlMany(results: Iterable<Result>, bending: Bending): Generator<string> {
  yield `${xmlHead}<params>\r\n<param><value><array><data>\r\n`
  for (const result of results) {
    if (result instanceof RtFault) {
      yield `<value>${xmlFault(result)}</value>\r\n`
      continue
    }
    yield '<value><array><data>\r\n'
    yield* xmlResult(result, bending)
    yield '</data></array></value>\r\n'
  }
  yield '</data></array></value></param>\r\n</params>\r\n</methodResponse>\r\n'
}

function* xmlResult(result: Value | Rows, bending: Bending): Generator<string> {
  if (!(result instanceof Rows)) {
    yield xmlValue(result, bending)
    return
  }
  yield '<value><array><data>\r\n'
  for (const row of result.rows) yield xmlValue(row, bending)
  yield '</data></array></value>\r\n'
}

function xmlValue(value: Value, bending: Bending): string {
  if (typeof value === 'string')
    return `<value><string>${escaped(sayable(value, bending))}</string></value>\r\n`
  if (typeof value === 'number') return `<value><i8>${value}</i8></value>\r\n`
  if (value instanceof Uint8Array) return xmlValue(bent(value, bending), bending)
  if (Array.isArray(value)) {
    let cells = ''
    for (const item of value) cells += xmlValue(item, bending)
    return `<value><array><data>\r\n${cells}</data></array></value>\r\n`
  }
  const members = Object.entries(value as {readonly [name: string]: Value}).map(
    ([name, member]) => `<member><name>${name}</name>\r\n${xmlValue(member, bending)}</member>\r\n`,
  )
  return `<value><struct>\r\n${members.join('')}</struct></value>\r\n`
}

function xmlFault({code, message}: RtFault): string {
  return `<struct>\r\n<member><name>faultCode</name>\r\n<value><i4>${code}</i4></value></member>\r\n<member><name>faultString</name>\r\n<value><string>${escaped(message)}</string></value></member>\r\n</struct>`
}

/** Control characters go out as they are, which no strict parser takes. */
function escaped(text: string): string {
  return /[<>&]/.test(text)
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    : text
}

/**
 * One character of four bytes spoils all of its text, and what is no UTF-8 is bent as well. Elsewhere a carriage return
 * comes as a line feed, also before one [run 0.9.8, 0.16.17].
 */
function sayable(text: string, bending: Bending): string {
  return beyondBasicPlane.test(text) ? bent(Buffer.from(text), bending) : fed(text)
}

function bent(bytes: Uint8Array, bending: Bending): string {
  const text = Buffer.from(bytes).toString('latin1')
  if (bending === 'questionMarks') return fed(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x80-\xff]/g, '?')
  return text.replace(
    /[\0-\x1f\x7f-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

function fed(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
}

/* ───────────────────────────── JSON ───────────────────────────── */

interface JsonCall extends Call {
  readonly id: string | number | null
}

/** @throws {RtFault} with a JSON-RPC code */
export function readJsonCalls(body: string): {calls: (JsonCall | RtFault)[]; isBatch: boolean} {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw new RtFault(-32700, 'parse error')
  }
  const isBatch = Array.isArray(parsed)
  return {isBatch, calls: (isBatch ? (parsed as unknown[]) : [parsed]).map(jsonCall)}
}

function jsonCall(request: unknown): JsonCall | RtFault {
  const {method, params = [''], id} = (request ?? {}) as {method?: unknown; params?: unknown; id?: unknown}
  if (typeof method !== 'string') return new RtFault(-32600, 'invalid request')
  if (!Array.isArray(params)) return new RtFault(-32602, 'invalid params')
  return {method, params: params as Value[], id: typeof id === 'number' || typeof id === 'string' ? id : null}
}

export function* writeJson(
  answers: readonly {id: unknown; result: Result}[],
  isBatch: boolean,
): Generator<string> {
  if (isBatch) yield '['
  let isFirst = true
  for (const {id, result} of answers) {
    if (!isFirst) yield ','
    isFirst = false
    if (result instanceof RtFault) {
      yield JSON.stringify({error: {code: result.code, message: result.message}, id, jsonrpc: '2.0'})
    } else {
      yield `{"id":${JSON.stringify(id)},"jsonrpc":"2.0","result":`
      yield* jsonResult(result)
      yield '}'
    }
  }
  if (isBatch) yield ']'
}

function* jsonResult(result: Value | Rows): Generator<string> {
  if (!(result instanceof Rows)) {
    yield jsonValue(result)
    return
  }
  yield '['
  let isFirst = true
  for (const row of result.rows) {
    yield isFirst ? jsonValue(row) : `,${jsonValue(row)}`
    isFirst = false
  }
  yield ']'
}

function jsonValue(value: Value): string {
  return JSON.stringify(speakable(value))
}

/** Bytes that are no text go out as a list of numbers [run 0.16.17]. */
function speakable(value: Value): unknown {
  if (value instanceof Uint8Array) return {bytes: [...value], subtype: null}
  return Array.isArray(value) ? value.map(speakable) : value
}
