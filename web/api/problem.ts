/** What goes wrong when the server is asked: its problem document, or that it did not answer at all. */
import type {Confirmation} from '#model/command.ts'
import {withExactTimes} from '../i18n/format-time.ts'

interface FieldProblem {
  /** Parts joined by dots; '' = the whole. */
  readonly field: string
  readonly found?: unknown
  /** What may stand there: a sentence, or all there is to choose from. */
  readonly accepted: string | readonly string[]
  /** Of a text that was sent: all of it in a sentence, and where, from 1. */
  readonly says?: string
  readonly line?: number
  readonly column?: number
}

/** What the server sends; something in between may send anything. */
export interface ProblemDocument {
  readonly title?: string
  readonly detail?: string
  readonly code?: string
  /** By which the log of Commodarr has the cause. */
  readonly request_id?: string
  /** Sent as `true` it does what was refused; absent = nothing does. */
  readonly confirm_with?: Confirmation | undefined
  readonly errors?: readonly FieldProblem[]
  readonly servers?: readonly {readonly server_id: string; readonly server_name: string}[]
}

/** A refusal of the server. `code` is one of docs/reference/errors.md, `message` a sentence for people, its moments in the time of the browser. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly status: number
  readonly fields: readonly FieldProblem[]
  /** Seconds to wait before trying again; `null` = the server does not say. */
  readonly retryAfter: number | null
  /** The whole document. */
  readonly body: ProblemDocument

  constructor(status: number, body: ProblemDocument, retryAfter: number | null) {
    super(forPage(body.detail ?? body.title ?? `HTTP ${status}`))
    this.status = status
    this.code = body.code ?? 'internal'
    this.fields = body.errors ?? []
    this.retryAfter = retryAfter
    this.body = body
  }
}

/** No answer: the network, or Commodarr is not running. What was asked for may have been done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** It is known that nobody is there, so it was not even tried. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
}

const UNSENT = 'commodarr-unsent'

/**
 * Remembers what was refused because the session had ended: the page leads to the log-in then, and the next one tells it.
 * @param title as it is told: of an action, else of the page
 */
export function keepUnsent(error: unknown, title: string): void {
  if (!(error instanceof Problem) || error.code !== 'unauthorised') return
  sessionStorage.setItem(UNSENT, JSON.stringify([...kept(), title]))
}

/** Titles that were kept, each once: they are told by whoever takes them. */
export function takeUnsent(): readonly string[] {
  const titles = kept()
  sessionStorage.removeItem(UNSENT)
  return [...new Set(titles)]
}

function kept(): readonly string[] {
  return JSON.parse(sessionStorage.getItem(UNSENT) ?? '[]') as readonly string[]
}

/** What somebody confirms after being told what it does, as it travels. */
export type Confirmed = Partial<Readonly<Record<Confirmation, true>>>

/**
 * A refusal, or why something waits, as a page writes it: moments as people name them, and no names of flags, which
 * programs confirm with: on pages a button does.
 */
export function forPage(words: string, now = Date.now()): string {
  return withExactTimes(words.replaceAll(/ \(`accepts_\w+`\)/g, ''), now)
}

/**
 * What has to be confirmed so that a refusal does not stop it again; `null` = nothing can be. The server says it with
 * each refusal: of two with the same code one may be final. It confirms nothing for others.
 */
export function confirmedBy(asked: Confirmation | undefined): Confirmed | null {
  return asked === undefined ? null : {[asked]: true}
}
