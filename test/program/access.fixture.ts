/** How tests come in where nobody needs an account, or nobody has one yet: with what a start prints, as people do. */
import {localCookieOf} from '#accounts/local-access.ts'
import type {People} from '#accounts/people.ts'
import {csrfTokenOf} from '#accounts/tokens.ts'
import {Secret} from '#model/secret.ts'

type Headers = Readonly<Record<string, string>>

export interface PrintedTokens {
  /** Makes the first administrator; `null` = there is one, or nobody needs an account. */
  readonly setUp: string | null
  /** Lets in whoever has no account; `null` = it takes one. */
  readonly local: string | null
}

/** What a program of this process would print. */
export function tokensOf({
  people: {setUp, localAccess},
}: {
  readonly people: Pick<People, 'setUp'> & {readonly localAccess: {readonly token: Secret} | null}
}): PrintedTokens {
  return {setUp: setUp.token.reveal(), local: localAccess?.token.reveal() ?? null}
}

/** @param text all that a start printed */
export function printedTokens(text: string): PrintedTokens {
  const behind = (page: string) => new RegExp(`/${page}#token=([\\w-]{43})`).exec(text)?.[1] ?? null
  return {setUp: behind('setup'), local: behind('login')}
}

/** What a browser sends that opened the printed address; nothing where everybody has to log in. */
export function localHeaders({local}: PrintedTokens): Headers {
  if (local === null) return {}
  const cookie = localCookieOf(new Secret(local)).reveal()
  return {cookie: `commodarr_local=${cookie}`, 'x-csrf-token': csrfTokenOf(cookie)}
}
