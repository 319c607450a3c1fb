/** Views and preferences are somebody's own: what a key that he gave away may do with them. */
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'

/**
 * Views name servers that a key for others is not to know of.
 * @throws {CommodarrError} forbidden
 */
export function demandWholeKey({access}: Principal): void {
  if (access.everywhere) return
  throw new CommodarrError(
    'forbidden',
    'This key is for certain servers, so it does not see what its user keeps.',
  )
}

/** Also one that may only read has a user, whose pages it could spoil. @throws {CommodarrError} session_required */
export function refuseKeys({via}: Principal): void {
  if (via !== 'api_key') return
  throw new CommodarrError('session_required', 'A key cannot change views and preferences; log in.')
}
