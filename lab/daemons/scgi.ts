/**
 * A plain XML-RPC call to rTorrent over SCGI, for waiting until it answers and for seeing what it did without our own
 * client. Understands what rTorrent sends and no more.
 */
import {connect} from 'node:net'

/** A unix socket is named as we see it and as the daemon (and a web server beside it) sees it. */
export type ScgiAddress =
  | {readonly host: string; readonly port: number}
  | {readonly path: string; readonly serverPath: string}

export type RtorrentValue = string | number | RtorrentValue[]

/** @throws {Error} with rTorrent's own words when it answers a fault */
export async function callRtorrent(
  address: ScgiAddress,
  method: string,
  params: readonly (string | number | Uint8Array)[],
): Promise<RtorrentValue> {
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params
    .map((param) => `<param>${valueXml(param)}</param>`)
    .join('')}</params></methodCall>`
  const answer = await exchange(address, body)
  const xml = answer.slice(answer.indexOf('\r\n\r\n') + 4)
  const value = readValue(xml, xml.indexOf('<value>')).value
  if (xml.includes('<fault>'))
    throw new Error(`rTorrent refused ${method}: ${xml.replace(/<[^>]*>|\s+/g, ' ').trim()}`)
  return value
}

function exchange(address: ScgiAddress, body: string): Promise<string> {
  const bytes = Buffer.from(body)
  const head = ['CONTENT_LENGTH', String(bytes.length), 'SCGI', '1', 'CONTENT_TYPE', 'text/xml', ''].join(
    '\0',
  )
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = 'path' in address ? connect(address.path) : connect(address.port, address.host)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const answer = Buffer.concat(chunks).toString('utf8')
      if (answer === '') reject(new Error('rTorrent closed the connection without an answer.'))
      else resolve(answer)
    })
    socket.write(`${Buffer.byteLength(head)}:${head},`)
    socket.write(bytes)
  })
}

function valueXml(value: string | number | Uint8Array): string {
  if (typeof value === 'number') return `<value><i8>${value}</i8></value>`
  if (typeof value === 'string') return `<value><string>${escapeXml(value)}</string></value>`
  return `<value><base64>${Buffer.from(value).toString('base64')}</base64></value>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/** Reads the value that starts at `at`; `end` lies behind it. */
function readValue(xml: string, at: number): {value: RtorrentValue; end: number} {
  const open = at + '<value>'.length
  const tag = /^<(\w+)\/?>/.exec(xml.slice(open, open + 20))
  const close = xml.indexOf('</value>', open)
  if (!tag) return {value: unescapeXml(xml.slice(open, close)), end: close + '</value>'.length}
  if (tag[1] === 'array') return readArray(xml, open)
  if (tag[0].endsWith('/>')) return {value: '', end: close + '</value>'.length}
  const text = xml.slice(open + tag[0].length, xml.indexOf('</', open))
  const value = tag[1] === 'string' ? unescapeXml(text) : /^i\d|^int$/.test(tag[1]!) ? Number(text) : text
  return {value, end: close + '</value>'.length}
}

function readArray(xml: string, at: number): {value: RtorrentValue[]; end: number} {
  const values: RtorrentValue[] = []
  let here = xml.indexOf('<data', at)
  for (;;) {
    const next = xml.indexOf('<value>', here)
    const end = xml.indexOf('</data>', here)
    const isEmpty = xml.startsWith('<data/>', here)
    if (isEmpty || next === -1 || end < next) {
      return {value: values, end: xml.indexOf('</value>', isEmpty ? here : end) + '</value>'.length}
    }
    const read = readValue(xml, next)
    values.push(read.value)
    here = read.end
  }
}
