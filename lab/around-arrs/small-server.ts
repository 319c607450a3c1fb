/**
 * A simulated program beside the Arrs: asked without a socket by `answer`, or at a loopback port once it listens. What it
 * was asked is written down.
 */
import type {ArrRequest} from '../arrs/asked.ts'
import type {Answer, Face} from '../arrs/face.ts'
import {listen, type HttpFace} from '../arrs/http-face.ts'
import {InsideDispatcher} from '../arrs/inside.ts'
import {Stats} from '../arrs/stats.ts'
import type {TimeLine} from '../arrs/time-line.ts'

export interface SmallReply {
  readonly status: number
  /** Written as JSON; absent = no body. */
  readonly value?: unknown
  /** In its place, as it is. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What comes instead of its answer: the page of a log-in that stands before it, another address, nothing, half of it, or
 * what is no JSON.
 */
export type SmallFault = 'loginPage' | 'silent' | 'cut' | 'garbled' | {readonly redirect: string}

export interface SmallServerOptions {
  readonly time: TimeLine
  readonly apiKey?: string
  /** Before every path. */
  readonly urlBase?: string
}

export abstract class SmallServer implements Face {
  readonly time: TimeLine
  apiKey: string
  readonly urlBase: string
  /** Until it is `null` again. */
  fault: SmallFault | null = null
  /** `METHOD path?query`, without the URL base. */
  readonly asked: string[] = []
  #isDown = false
  #http: HttpFace | null = null

  constructor({time, apiKey = 'a-key-of-32-digits'.padEnd(32, '0'), urlBase = ''}: SmallServerOptions) {
    this.time = time
    this.apiKey = apiKey
    this.urlBase = urlBase
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** With its URL base. @throws when it has no socket */
  get url(): string {
    if (this.#http === null) throw new Error('it has no socket')
    return `http://127.0.0.1:${this.#http.port}${this.urlBase}`
  }

  async answer(request: ArrRequest): Promise<Answer> {
    const path = request.path.startsWith(this.urlBase) ? request.path.slice(this.urlBase.length) : null
    const query = request.query.size === 0 ? '' : `?${request.query.toString()}`
    this.asked.push(`${request.method} ${path ?? request.path}${query}`)
    const reply = path === null ? {status: 404} : await this.reply({...request, path})
    return spoiled(written(reply, this.time.now()), this.fault)
  }

  /** For a client of ours without a socket. */
  dispatcher(): InsideDispatcher {
    const isDown = (): boolean => this.#isDown
    return new InsideDispatcher({
      answer: (request) => this.answer(request),
      arr: this,
      get isDown() {
        return isDown()
      },
    })
  }

  async listen(): Promise<void> {
    const stats = new Stats()
    this.#http = await listen({face: this, stats: () => stats, now: () => this.time.now(), port: 0})
  }

  /** Connections are refused. */
  async down(): Promise<void> {
    this.#isDown = true
    await this.#http?.down()
  }

  async up(): Promise<void> {
    this.#isDown = false
    await this.#http?.up()
  }

  async close(): Promise<void> {
    if (!this.#isDown) await this.#http?.down()
  }

  protected abstract reply(request: ArrRequest): SmallReply | Promise<SmallReply>
}

function written({status, value, text, headers = {}}: SmallReply, now: number): Answer {
  const body = text ?? (value === undefined ? '' : JSON.stringify(value))
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
  return {
    status,
    headers: {
      ...(body === '' ? {'content-length': '0'} : {'content-type': type}),
      date: new Date(now).toUTCString(),
      ...headers,
    },
    body: body === '' ? [] : [body],
    waitMs: 0,
    ends: null,
    bytesPerSec: null,
  }
}

const loginPage = '<!doctype html><form><input type="password" name="password"></form>'

function spoiled(answer: Answer, fault: SmallFault | null): Answer {
  if (fault === null) return answer
  if (fault === 'silent') return {...answer, waitMs: Infinity}
  if (fault === 'cut') return {...answer, ends: 'within'}
  if (fault === 'garbled') return {...answer, body: ['{"results": [']}
  if (fault === 'loginPage')
    return {...answer, status: 200, headers: {'content-type': 'text/html; charset=utf-8'}, body: [loginPage]}
  return {...answer, status: 302, headers: {location: fault.redirect, 'content-length': '0'}, body: []}
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}
