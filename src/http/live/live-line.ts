/**
 * The wire of one page: what is told, how far the page is behind, whether it lives, how much it says. While it is behind
 * nothing more is told and nothing is read, so whoever takes nothing costs no more than one answer.
 *
 *   even ──more than 256 KiB wait──▶ behind ──taken──▶ even
 *                                      └── 30 s long, or 4 MiB ──▶ dropped (4408)
 */
import {WebSocket, type RawData} from 'ws'
import type {Clock} from '#lib/clock.ts'
import {liveCloseCodes, type LiveMessage} from '#model/live.ts'
import {liveTimes, socketLimits} from './parts.ts'

export class LiveLine {
  readonly #socket: WebSocket
  readonly #clock: Clock
  /** A message came; `null` = it is no text. */
  readonly #onMessage: (text: string | null) => void
  /** It took what waited; now it may be told again. */
  readonly #onEven: () => void
  /** Nothing is told or heard any more. */
  readonly #onClosed: () => void
  #heardAt: number
  #isAsked = false
  #behindSince: number | null = null
  #isOver = false
  #allowance: number = socketLimits.burst
  #allowedAt: number
  #cancelFarewell: () => void = () => undefined

  constructor(
    socket: WebSocket,
    clock: Clock,
    onMessage: (text: string | null) => void,
    onEven: () => void,
    onClosed: () => void,
  ) {
    this.#socket = socket
    this.#clock = clock
    this.#onMessage = onMessage
    this.#onEven = onEven
    this.#onClosed = onClosed
    this.#heardAt = clock.monotonic()
    this.#allowedAt = this.#heardAt
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => this.#heard())
    socket.on('close', () => {
      this.#cancelFarewell()
      this.#end()
    })
  }

  get isBehind(): boolean {
    return this.#behindSince !== null
  }

  send(message: LiveMessage): void {
    if (this.#isOver) return
    this.#socket.send(JSON.stringify(message), () => this.#taken())
    const {bufferedAmount} = this.#socket
    if (bufferedAmount > socketLimits.mostBytes) return this.#dropSlow()
    if (bufferedAmount <= socketLimits.behindBytes || this.isBehind) return
    this.#behindSince = this.#clock.monotonic()
    this.#socket.pause()
  }

  /** From now on it is over; the page has a moment to hear it. */
  close(code: number, reason: string): void {
    if (this.#isOver) return
    this.#socket.resume()
    this.#socket.close(code, reason)
    this.#cancelFarewell = this.#clock.after(liveTimes.farewellMs, () => this.#socket.terminate())
    this.#end()
  }

  /** Does the page still live, does it still take? To be asked now and then. */
  look(): void {
    if (this.#isOver) return
    const now = this.#clock.monotonic()
    if (this.#behindSince !== null) {
      if (now - this.#behindSince >= liveTimes.stuckMs) this.#dropSlow()
      return
    }
    const silentFor = now - this.#heardAt
    if (silentFor >= 2 * liveTimes.pingMs) this.#socket.terminate()
    else if (silentFor >= liveTimes.pingMs && !this.#isAsked) {
      this.#isAsked = true
      this.#socket.ping()
    }
  }

  #dropSlow(): void {
    this.close(liveCloseCodes.slow, 'The page was too slow to receive its messages.')
  }

  #taken(): void {
    if (!this.isBehind || this.#isOver || this.#socket.bufferedAmount > socketLimits.behindBytes) return
    this.#behindSince = null
    // It could not be heard meanwhile.
    this.#heard()
    this.#socket.resume()
    this.#onEven()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isOver) return
    this.#heard()
    if (this.#isTooMuch()) return this.close(liveCloseCodes.nonsense, 'Too many messages.')
    // One buffer, unless somebody asks ws for other shapes.
    this.#onMessage(isBinary ? null : (data as Buffer).toString('utf8'))
  }

  #isTooMuch(): boolean {
    const now = this.#clock.monotonic()
    const earned = ((now - this.#allowedAt) / 1000) * socketLimits.perSecond
    this.#allowance = Math.min(socketLimits.burst, this.#allowance + earned) - 1
    this.#allowedAt = now
    return this.#allowance < 0
  }

  #heard(): void {
    this.#heardAt = this.#clock.monotonic()
    this.#isAsked = false
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onClosed()
  }
}
