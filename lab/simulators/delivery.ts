/** How an answer reaches the client: with back-pressure, counted, and as badly as a fault wants it. */
import {setImmediate} from 'node:timers/promises'
import {sleep, type Clock} from '#lib/clock.ts'
import type {RequestCount} from './counters.ts'
import type {FaceAnswer, FaceBody} from './face.ts'
import {loginPage, type Fault} from './faults.ts'
import {seededRandom} from './random.ts'

/** One answer's way out, whatever the transport. */
export interface Outlet {
  /** @param length of the body when it is known */
  head(
    status: number,
    headers: Readonly<Record<string, string | readonly string[]>>,
    length: number | null,
  ): void
  /** Resolves when the client keeps up; rejects when it is gone. */
  write(chunk: Buffer): Promise<void>
  end(): void
  /** Closes the connection after what was written, whatever was promised. */
  cut(): void
  /** Resets the connection at once. */
  reset(): void
}

/** Answers that need no face. `null` = ask it. */
export function answerInstead(fault: Fault | null): FaceAnswer | null {
  if (fault?.kind === 'loginPage') {
    return {status: 200, headers: {'content-type': 'text/html; charset=utf-8'}, body: loginPage}
  }
  if (fault?.kind !== 'status') return null
  const retry = fault.retryAfter === undefined ? {} : {'retry-after': fault.retryAfter}
  return {status: fault.status, headers: {'content-type': 'text/plain', ...retry}, body: fault.body ?? ''}
}

interface DeliveryDeps {
  readonly count: RequestCount
  /** The client hung up. */
  readonly signal: AbortSignal
  /** By which slow answers are slow. */
  readonly clock: Clock
}

type Pause = (ms: number) => Promise<void>

/** Sends an answer, damaged by the fault. Rejects when the client hangs up on it. */
export async function deliver(
  outlet: Outlet,
  answer: FaceAnswer,
  fault: Fault | null,
  {count, signal, clock}: DeliveryDeps,
): Promise<void> {
  if (fault?.kind === 'slowHead') await sleep(clock, fault.ms, signal)
  if (fault?.kind === 'lost') {
    if (!fault.hang) outlet.reset()
    return
  }
  const body = damagedBody(answer.body, fault)
  const length = typeof body === 'string' || body instanceof Uint8Array ? Buffer.byteLength(body) : null
  outlet.head(answer.status, damagedHeaders(answer.headers ?? {}, fault), length)
  const pace = {fault, pause: (ms: number) => sleep(clock, ms, signal), isCut: false}
  for await (const chunk of paced(body, pace)) {
    count.bytesOut(chunk.length)
    await outlet.write(chunk)
  }
  // What ended before the cut came is whole: to close after it would hit whatever is asked next on that connection.
  if (pace.isCut) outlet.cut()
  else outlet.end()
}

function damagedHeaders(
  headers: NonNullable<FaceAnswer['headers']>,
  fault: Fault | null,
): NonNullable<FaceAnswer['headers']> {
  if (fault?.kind === 'contentType') return {...headers, 'content-type': fault.type}
  if (fault?.kind === 'hugeHeader') return {...headers, 'x-padding': 'x'.repeat(fault.bytes)}
  return headers
}

function damagedBody(body: FaceBody = '', fault: Fault | null): FaceBody {
  if (fault?.kind === 'garbage') return garbage(fault.bytes)
  if (fault?.kind === 'endless') return endless(body)
  return body
}

/** The same each time. */
function garbage(bytes: number): Uint8Array {
  const random = seededRandom(bytes)
  return Uint8Array.from({length: bytes}, () => random.below(256))
}

async function* endless(body: FaceBody): AsyncGenerator<Buffer> {
  let held: Buffer | null = null
  for await (const chunk of chunksOf(body)) {
    if (held) yield held
    held = chunk
  }
  if (held && held.length > 1) yield held.subarray(0, -1)
  const blanks = Buffer.alloc(65_536, ' ')
  for (;;) yield blanks
}

interface Pace {
  readonly fault: Fault | null
  readonly pause: Pause
  /** Something of the body was left out. */
  isCut: boolean
}

/** The body in chunks of a good size, trickling or ending where the fault says. */
async function* paced(body: FaceBody, pace: Pace): AsyncGenerator<Buffer> {
  const {fault, pause} = pace
  let left = fault?.kind === 'cut' ? fault.afterBytes : Infinity
  for await (const chunk of chunksOf(body)) {
    const sent = chunk.subarray(0, left)
    left -= sent.length
    if (fault?.kind === 'slowBody') yield* trickle(sent, fault.bytesPerSecond, pause)
    else if (sent.length > 0) yield sent
    pace.isCut = sent.length < chunk.length
    if (pace.isCut) return
  }
}

async function* trickle(chunk: Buffer, bytesPerSecond: number, pause: Pause): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20))
  for (let at = 0; at < chunk.length; at += step) {
    yield chunk.subarray(at, at + step)
    await pause((step / bytesPerSecond) * 1000)
  }
}

const goodSize = 65_536
const sliceMs = 10

/** Small pieces joined to chunks; the loop gets its turn so that one long list does not stop the other servers. */
async function* chunksOf(body: FaceBody): AsyncGenerator<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    yield asBuffer(body)
    return
  }
  let pieces: Buffer[] = []
  let size = 0
  let turnStartedAt = performance.now()
  for await (const piece of body) {
    const bytes = asBuffer(piece)
    pieces.push(bytes)
    size += bytes.length
    if (size < goodSize) continue
    yield Buffer.concat(pieces)
    pieces = []
    size = 0
    if (performance.now() - turnStartedAt < sliceMs) continue
    await setImmediate()
    turnStartedAt = performance.now()
  }
  if (size > 0) yield Buffer.concat(pieces)
}

function asBuffer(piece: string | Uint8Array): Buffer {
  return typeof piece === 'string'
    ? Buffer.from(piece)
    : Buffer.from(piece.buffer, piece.byteOffset, piece.length)
}
