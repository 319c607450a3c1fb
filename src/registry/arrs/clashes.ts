/**
 * Two Arrs with one category would each take the other's torrents for their own, two with one address would do
 * everything twice. Who of them stays off:
 *
 *   both of one person, or both of the house (the file, administrators)   both: nobody can tell which was meant
 *   a person's, and one of somebody else that he sees                     the person's, if it is the house's or was first
 *   one that he does not see                                              none: he is not told by this what others have
 *
 * Nobody switches off what is not his.
 */
import type {UserId} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'

export interface Claim {
  readonly id: ArrId
  /** `house`: of the file, or of somebody who administers everything. */
  readonly owner: UserId | 'house'
  readonly url: string
  readonly category: string
  /** Does its owner see this one? */
  readonly sees: (other: ArrId) => boolean
}

export interface Clash {
  readonly code: 'same_category' | 'same_address'
  readonly with: readonly ArrId[]
}

/** @param claims of those that are to be on, who was there first first. @returns those that stay off */
export function clashesAmong(claims: readonly Claim[]): ReadonlyMap<ArrId, Clash> {
  const clashes = new Map<ArrId, Clash>()
  for (const [at, claim] of claims.entries()) {
    const yieldsTo = (other: Claim, otherAt: number) => mustYield(claim, other, otherAt < at)
    const same = (key: 'url' | 'category') =>
      claims.filter((other, i) => other !== claim && other[key] === claim[key] && yieldsTo(other, i))
    const [category, url] = [same('category'), same('url')]
    if (category.length > 0) clashes.set(claim.id, {code: 'same_category', with: category.map(({id}) => id)})
    else if (url.length > 0) clashes.set(claim.id, {code: 'same_address', with: url.map(({id}) => id)})
  }
  return clashes
}

function mustYield(claim: Claim, other: Claim, otherIsFirst: boolean): boolean {
  if (claim.owner === other.owner) return true
  if (claim.owner === 'house') return false
  return claim.sees(other.id) && (other.owner === 'house' || otherIsFirst)
}
