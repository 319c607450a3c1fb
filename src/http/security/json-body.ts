/**
 * Bodies of JSON. What is refused here would break something further in: nesting that overflows the stack of whoever
 * writes it out again, names that reach for prototypes, and characters that no database and no torrent server can keep.
 * Of repeated names the last one counts, here and in what is checked: nobody else reads the body.
 */
import type {FastifyInstance} from 'fastify'
import {CommodarrError} from '#model/errors.ts'

export const deepestJson = 32

/** Takes JSON and nothing else. A command without arguments needs no body, also when it is said to be JSON. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', {parseAs: 'string'}, (request, body, done) => {
    const text = body as string
    if (text.length === 0) return done(null, undefined)
    const objection = objectionTo(text)
    if (objection === null) void parse(request, text, done)
    else done(new CommodarrError('bad_request', objection))
  })
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Why this text is not even parsed; `null` = it may be. One look at each character, whatever the text is. */
export function objectionTo(text: string): string | null {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at + 1)
      if (end === null) return 'The body holds characters that are no text.'
      at = end
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepestJson) return `The body is nested deeper than ${deepestJson} levels.`
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return null
}

/** Where the string ends that begins before `start`; `null` = it holds NUL or half a character. */
function endOfString(text: string, start: number): number | null {
  let at = start
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code !== BACKSLASH) continue
    at++
    if (text[at] !== 'u') continue
    const escaped = codeAt(text, at)
    if (escaped === 0 || isLow(escaped)) return null
    if (isHigh(escaped)) {
      if (text[at + 5] !== '\\' || text[at + 6] !== 'u' || !isLow(codeAt(text, at + 6))) return null
      at += 6
    }
    at += 4
  }
  return at
}

/** The code unit that the four hexadecimal digits behind a `u` give. */
function codeAt(text: string, at: number): number {
  return Number.parseInt(text.slice(at + 1, at + 5), 16)
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
