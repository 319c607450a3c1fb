/** Bytes for the fuzzer that were a request once, sent over a bare socket: cut, doubled, mixed up, in a row. */
import * as fc from 'fast-check'
import {statusOf} from '#http/answers/problems.ts'
import {errorCodes, type ErrorCode} from '#model/errors.ts'
import type {FuzzRequest} from './fuzz-requests.fixture.ts'
import {RawPeer} from './raw-socket.fixture.ts'

interface Change {
  readonly how: 'put in' | 'take out' | 'double' | 'replace' | 'cut off'
  /** Where, and how far: shares of the whole, 0 to 1. */
  readonly at: number
  readonly length: number
  readonly bytes: Buffer
}

const pieces = fc.oneof(
  fc
    .constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\0',
      ' ',
      '\t',
      ':',
      ',',
      ';',
      '\r\n\r\n',
      ' HTTP/1.1',
      ' HTTP/0.9',
      ' HTTP/9.9',
      '0\r\n\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip, chunked\r\n',
      'Content-Length: 5\r\n',
      'Content-Length: -1\r\n',
      'Content-Length: 99999999999999999999\r\n',
      'Host: evil.invalid\r\n',
      'Connection: Upgrade\r\nUpgrade: websocket\r\n',
      'Expect: 100-continue\r\n',
      'Expect: x\r\n',
      'FFFFFFFFFFFFFFFF\r\n',
      '5;x=y\r\nabcde\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\n\r\n',
      '\x16\x03\x01\x02\x00',
      'X: '.padEnd(20_000, 'x'),
    )
    .map((it) => Buffer.from(it, 'latin1')),
  fc.uint8Array({minLength: 1, maxLength: 30}).map((it) => Buffer.from(it)),
)

const change: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom('put in', 'take out', 'double', 'replace', 'cut off'),
  at: fc.double({min: 0, max: 1, noNaN: true}),
  length: fc.double({min: 0, max: 0.3, noNaN: true}),
  bytes: pieces,
})

/** What goes over one connection, in the pieces in which it is sent. */
export function byteStreams(requests: fc.Arbitrary<FuzzRequest>): fc.Arbitrary<readonly Buffer[]> {
  const broken = fc
    .tuple(requests, fc.array(change, {maxLength: 3}))
    .map(([request, changes]) => changes.reduce(changed, bytesOf(request)))
  return fc
    .tuple(
      fc.array(broken, {minLength: 1, maxLength: 5}),
      fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 3}),
    )
    .map(([all, cuts]) => cutAt(Buffer.concat(all), cuts))
}

function bytesOf({method, target, headers, body}: FuzzRequest): Buffer {
  const given = [['host', 'localhost'], ...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === null ? '' : `content-length: ${body.length}\r\n`
  const head = `${method} ${target} HTTP/1.1\r\n${given.join('')}${length}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)])
}

function changed(bytes: Buffer, {how, at, length, bytes: other}: Change): Buffer {
  const start = Math.floor(at * bytes.length)
  const end = Math.min(bytes.length, start + Math.ceil(length * bytes.length))
  const [before, inside, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)]
  if (how === 'put in') return Buffer.concat([before, other, inside, after])
  if (how === 'take out') return Buffer.concat([before, after])
  if (how === 'double') return Buffer.concat([before, inside, inside, after])
  return how === 'replace' ? Buffer.concat([before, other, after]) : before
}

function cutAt(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = [
    0,
    ...shares.map((it) => Math.floor(it * bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end))
}

/** Sends the pieces, says that nothing more comes, and waits for the other side to end it. */
export async function exchangePieces(address: string, sent: readonly Buffer[]): Promise<string> {
  const peer = await RawPeer.to(address)
  for (const piece of sent) {
    if (!peer.socket.destroyed) peer.send(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  peer.socket.end()
  return peer.all()
}

/** What is wrong with what came back. The last answer may be cut off. */
export function evaluateStream(text: string, canaries: readonly string[]): string[] {
  const objections: (string | false)[] = [
    text !== '' && !text.startsWith('HTTP/1.1 ') && `no HTTP: ${text.slice(0, 200)}`,
    /^x-injected/im.test(text) && 'has a header that the request made',
    ...canaries.map((it) => text.includes(it) && `tells the secret ${it}`),
    ...[
      ...text.matchAll(/^HTTP\/1\.1 (\d+) [^]*?\r\n\r\n(\{"type":"urn:commodarr[^]*?\})?(?=HTTP\/1\.1|$)/gm),
    ].map(([, status, body]) => objectionTo(Number(status), body)),
  ]
  return objections.filter((it) => it !== false)
}

/** A log-in provider that cannot be reached is no fault of ours; HEAD is told of it without a body. */
function objectionTo(status: number, body: string | undefined): string | false {
  if (status < 400 || body === undefined) {
    return status >= 500 && status !== statusOf.provider_failed && `answered with ${status}`
  }
  const {code} = JSON.parse(body) as {code: ErrorCode}
  if (!errorCodes.includes(code)) return `${status} without a known code`
  const isOurs = status >= 500 && code !== 'provider_failed'
  return (statusOf[code] !== status || isOurs) && `${code} with ${status}`
}
