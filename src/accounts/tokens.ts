/** What is shown once and kept as a hash: tokens of sessions, invitations, keys. */
import {createHash, createHmac, randomBytes, timingSafeEqual} from 'node:crypto'

/** 32 random bytes as 43 characters of base64url: nobody guesses it, so a fast hash keeps it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token: its SHA-256, hex. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

const tokenShape = /^[\w-]{43}$/

/** Could be one of ours: what is not need not be looked up. */
export function isToken(text: string): boolean {
  return tokenShape.test(text)
}

/** Takes as long for wrong text as for the right one, whatever its length. */
export function isSameText(offered: string, wanted: string): boolean {
  return timingSafeEqual(digest(offered), digest(wanted))
}

/**
 * The token that a page of ours sends along with the cookie. It follows from the session's own token, so nothing has to
 * be kept, and says nothing about it.
 */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('commodarr csrf').digest('base64url')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
