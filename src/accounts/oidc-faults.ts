/** What a provider's or the protocol's failure means, in words of ours; the provider's own go into the log. */
import * as client from 'openid-client'
import {CommodarrError} from '#model/errors.ts'

/** `error` itself when we said it. */
export function providerFault(error: unknown): CommodarrError {
  const ours = error instanceof Error && error.cause instanceof CommodarrError ? error.cause : error
  return ours instanceof CommodarrError ? ours : new CommodarrError('provider_failed', wordsFor(error))
}

/** The person himself, or somebody for him, said no there: nothing is broken. */
export function isRefusalThere(error: unknown): boolean {
  return error instanceof client.AuthorizationResponseError && error.error === 'access_denied'
}

function wordsFor(error: unknown): string {
  if (isRefusalThere(error)) return 'The login was refused or cancelled at the provider.'
  if (error instanceof client.AuthorizationResponseError) return 'The provider refused the login.'
  if (error instanceof client.ResponseBodyError)
    return bodyWords[error.error] ?? 'The provider refused the login.'
  if (error instanceof client.WWWAuthenticateChallengeError) return challengeWords(error)
  if (error instanceof client.ClientError)
    return codeWords[error.code ?? ''] ?? 'The provider did not answer as it should.'
  // What fetch throws when there is nobody.
  if (error instanceof TypeError) return 'The provider does not answer.'
  return 'The provider did not answer as it should.'
}

/** Of the token endpoint when we showed our secret in a header (RFC 6749 §5.2), or of the one for claims. */
function challengeWords({cause}: client.WWWAuthenticateChallengeError): string {
  const isOurs = cause.some(
    ({scheme, parameters}) => scheme === 'basic' || parameters.error === 'invalid_client',
  )
  return isOurs ? bodyWords['invalid_client']! : 'The provider did not answer as it should.'
}

/** RFC 6749 §5.2 */
const bodyWords: Readonly<Record<string, string>> = {
  invalid_grant: 'This login was used already, or took too long. Start again.',
  invalid_client: 'The provider does not accept our ClientId and ClientSecret.',
  unauthorized_client: 'The provider does not let this ClientId log people in.',
}

/** Of openid-client and the library below it. */
const codeWords: Readonly<Record<string, string>> = {
  OAUTH_TIMEOUT: 'The provider did not answer in time.',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'The provider answered for another user or another login.',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'What the provider sent is out of date; do both clocks go right?',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED:
    'The provider calls itself by another name than WebUI.OIDC.Authority.',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'The provider names addresses without HTTPS.',
}

/** For the log: codes and sentences, cut; no token, claim or secret. */
export function summaryOf(error: unknown): object {
  if (!(error instanceof Error)) return {error: 'unknown'}
  const {message, cause} = error
  return {
    error: cut(message),
    ...('code' in error && typeof error.code === 'string' && {code: error.code}),
    ...('error' in error && typeof error.error === 'string' && {provider: cut(error.error)}),
    ...('error_description' in error &&
      typeof error.error_description === 'string' && {description: cut(error.error_description)}),
    ...(cause instanceof Error && {because: cut(deepest(cause).message)}),
  }
}

function deepest(error: Error, left = 5): Error {
  return error.cause instanceof Error && left > 0 ? deepest(error.cause, left - 1) : error
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
