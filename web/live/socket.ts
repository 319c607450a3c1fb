/**
 * The page's one WebSocket. It comes back by itself, and everything that was open is opened again; what was shown stays
 * on screen until the first answer. While nobody looks at the page, nothing is asked for.
 *
 *   connecting ──hello──▶ live ──closed──▶ reconnecting ──hello──▶ live
 *                      signed out (4401) ◀────┘    └── refused at the door, as often as it is: who are we?
 */
import type {Query, QueryClient} from '@tanstack/react-query'
import {useSyncExternalStore} from 'react'
import {backoffMs} from '#lib/backoff.ts'
import {liveCloseCodes, type Hello, type LiveMessage, type LiveRequest} from '#model/live.ts'
import {liveAddress} from '../api/ask.ts'
import {Signal} from '../lib/signal.ts'

const RETRY_PACE = {firstMs: 500, mostMs: 10_000}
/** The server pings; a connection that is silent for longer than this is dead. */
const PING_MS = 25_000
const SILENCE_MS = 35_000

export type Connection =
  /** `failedSince`: epoch ms of the first attempt that led to nothing; the page has never been live. */
  | {readonly state: 'connecting'; readonly failedSince: number | null}
  | {readonly state: 'live'; readonly since: number}
  /** `isGone` = it was looked for again, and is not there: more than a connection that broke. */
  | {readonly state: 'reconnecting'; readonly since: number; readonly isGone: boolean}
  | {readonly state: 'signed out'}

/** Something that is open over the socket, and is opened again after a new connection. */
export interface Subscriber {
  /** Sends what it takes to be served. */
  open(): void
  receive(message: LiveMessage): void
}

export class LiveSocket {
  readonly changes = new Signal()
  connection: Connection = {state: 'connecting', failedSince: null}
  /** Of the server that answered last; another `instance` = it was started again. */
  hello: Hello | null = null
  /** Server's clock less ours, ms. */
  clockAhead = 0
  /** Called when the server says that nobody is signed in, or does not let us in: a page is not told why. */
  onDoubt: () => void = () => undefined
  readonly #subscribers = new Set<Subscriber>()
  #socket: WebSocket | null = null
  #isGreeted = false
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | null = null
  #heardAt = 0
  #beat: ReturnType<typeof setInterval> | null = null

  start(): void {
    if (this.#socket || this.#retry) return
    this.#connect()
    document.addEventListener('visibilitychange', this.#onVisibility)
    window.addEventListener('online', this.retryNow)
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility)
    window.removeEventListener('online', this.retryNow)
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#drop()
  }

  add(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber)
    if (this.isOpen) subscriber.open()
    return () => {
      this.#subscribers.delete(subscriber)
    }
  }

  /** Nobody is there whom anything could be sent to. A page that never had a live connection may still ask. */
  get isGone(): boolean {
    return this.connection.state === 'reconnecting' && this.connection.isGone
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.connection.state === 'live'
  }

  /** Nothing is kept for later, nor said before the server's greeting: whoever is open opens with each connection. */
  send(request: LiveRequest): void {
    if (this.isOpen) this.#socket?.send(JSON.stringify(request))
  }

  /** A person does not want to wait, or the network came back. */
  readonly retryNow = (): void => {
    if (this.connection.state === 'live' || this.#socket) return
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#connect()
  }

  #connect(): void {
    const socket = new WebSocket(liveAddress())
    this.#socket = socket
    this.#isGreeted = false
    this.#heardAt = performance.now()
    this.#beat = setInterval(() => this.#listenForLife(), PING_MS / 5)
    socket.addEventListener('message', ({data}) => this.#receive(JSON.parse(String(data)) as LiveMessage))
    socket.addEventListener('close', ({code}) => {
      if (this.#socket === socket) this.#lost(code)
    })
  }

  #receive(message: LiveMessage): void {
    this.#heardAt = performance.now()
    if (message.type === 'hello') this.#greeted(message)
    if (message.type === 'time') this.clockAhead = message.now - Date.now()
    for (const subscriber of this.#subscribers) subscriber.receive(message)
  }

  #greeted(hello: Hello): void {
    this.hello = hello
    this.#isGreeted = true
    this.clockAhead = hello.now - Date.now()
    this.#failures = 0
    this.#become({state: 'live', since: Date.now()})
    for (const subscriber of this.#subscribers) subscriber.open()
  }

  #listenForLife(): void {
    const silence = performance.now() - this.#heardAt
    if (silence > SILENCE_MS) this.#socket?.close()
    else if (silence > PING_MS) this.send({type: 'ping'})
  }

  #lost(code: number): void {
    this.#drop()
    if (code === liveCloseCodes.signedOut) {
      this.#become({state: 'signed out'})
      this.onDoubt()
      return
    }
    if (!this.#isGreeted) this.onDoubt()
    const {connection} = this
    if (connection.state === 'connecting' && connection.failedSince === null)
      this.#become({...connection, failedSince: Date.now()})
    if (connection.state === 'live') this.#become({state: 'reconnecting', since: Date.now(), isGone: false})
    else if (connection.state === 'reconnecting' && !connection.isGone)
      this.#become({...connection, isGone: true})
    this.#retry = setTimeout(
      () => {
        this.#retry = null
        this.#connect()
      },
      backoffMs(++this.#failures, Math.random(), RETRY_PACE),
    )
  }

  #drop(): void {
    if (this.#beat) clearInterval(this.#beat)
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #become(connection: Connection): void {
    this.connection = connection
    this.changes.emit()
  }

  readonly #onVisibility = (): void => {
    if (document.visibilityState === 'visible') this.retryNow()
  }
}

export const liveSocket = new LiveSocket()

/** Nobody is there whom anything could be sent to. */
export function useIsGone(): boolean {
  return useSyncExternalStore(liveSocket.changes.listen, () => liveSocket.isGone)
}

/** How the page's connection does. */
export function useConnection(): Connection {
  return useSyncExternalStore(liveSocket.changes.listen, () => liveSocket.connection)
}

// What was read by HTTP is read again when the connection is back: nobody has to reload a page for that.

/**
 * Changes that came meanwhile are told to nobody afterwards, so all that is shown counts as old.
 * @returns how to stop
 */
export function readAgainWhenBack(
  socket: Pick<LiveSocket, 'changes' | 'connection'>,
  queries: QueryClient,
): () => void {
  let before = socket.connection.state
  return socket.changes.listen(() => {
    const {state} = socket.connection
    const isBack = before === 'reconnecting' && state === 'live'
    before = state
    if (isBack) void queries.invalidateQueries({predicate: mayChange})
  })
}

/** What a form began with, or a set that was frozen, is not changed behind the back of who works with it. */
function mayChange(query: Query): boolean {
  if (query.state.error !== null) return true
  return !query.observers.some(
    ({options}) => options.refetchOnWindowFocus === false || options.staleTime === Number.POSITIVE_INFINITY,
  )
}
