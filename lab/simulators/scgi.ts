/** Reads one SCGI request: a netstring of headers, then the body (rTorrent sheet §2). */
import type {Socket} from 'node:net'
import type {FaceRequest} from './face.ts'

const mostHeaderBytes = 2_000
const mostBodyBytes = 64 * 1024 * 1024

/** `null` = not a request rTorrent would take; it then closes without a word. */
export async function readScgi(socket: Socket): Promise<FaceRequest | null> {
  const chunks: Buffer[] = []
  let size = 0
  let need = 0
  // Not `for await` over the socket: leaving that loop would close it before the answer.
  for await (const chunk of socket.iterator({destroyOnReturn: false})) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size < need) continue
    const bytes = Buffer.concat(chunks)
    const request = scgiRequest(bytes)
    if (request === 'broken') return null
    if (request !== 'more') return request
    // What is large is put together once.
    const head = readHead(bytes)
    if (typeof head === 'object') need = head.bodyAt + head.bodyLength
  }
  return null
}

/** The request in these bytes; `more` = not all of it came yet, `broken` = rTorrent would not take it. */
export function scgiRequest(bytes: Buffer): FaceRequest | 'more' | 'broken' {
  const head = readHead(bytes)
  if (head === 'broken' || head === 'more') return head
  const end = head.bodyAt + head.bodyLength
  return bytes.length < end ? 'more' : asRequest(head.headers, bytes.subarray(head.bodyAt, end))
}

/** How an answer over SCGI begins. @param length of the body when it is known */
export function cgiHead(
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
  length: number | null,
): string {
  const lines = [`Status: ${status} ${status === 200 ? 'OK' : 'Error'}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${String(value)}`)
  if (length !== null) lines.push(`Content-Length: ${length}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

interface ScgiHead {
  readonly headers: ReadonlyMap<string, string>
  readonly bodyAt: number
  readonly bodyLength: number
}

function readHead(bytes: Buffer): ScgiHead | 'more' | 'broken' {
  const colon = bytes.subarray(0, 12).indexOf(':')
  if (colon < 0) return bytes.length < 12 ? 'more' : 'broken'
  const length = Number(bytes.toString('latin1', 0, colon))
  if (!Number.isInteger(length) || length > mostHeaderBytes) return 'broken'
  const bodyAt = colon + 1 + length + 1
  if (bytes.length < bodyAt) return 'more'
  const parts = bytes.toString('latin1', colon + 1, bodyAt - 2).split('\0')
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < parts.length; i += 2) headers.set(parts[i]!, parts[i + 1]!)
  const bodyLength = Number(headers.get('CONTENT_LENGTH'))
  const isFirst = parts[0] === 'CONTENT_LENGTH'
  if (!isFirst || !Number.isInteger(bodyLength) || bodyLength > mostBodyBytes) return 'broken'
  return {headers, bodyAt, bodyLength}
}

function asRequest(scgi: ReadonlyMap<string, string>, body: Buffer): FaceRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of scgi) headers[name.toLowerCase().replaceAll('_', '-')] = value
  const [path = '', query = ''] = (scgi.get('REQUEST_URI') ?? '').split('?')
  const method = scgi.get('REQUEST_METHOD') ?? 'POST'
  return {method, path, query: new URLSearchParams(query), headers, body, via: 'scgi'}
}
