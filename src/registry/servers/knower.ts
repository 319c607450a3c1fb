import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {SecretField} from './draft.ts'

/** Who typed each secret; absent = nobody here (it stands in the file). `null` = somebody without an account. */
export type GivenBy = {readonly [F in SecretField]?: UserId | null}

/** Whose knowledge of secrets somebody acts by. `nobody`: a key of a person has his rights, not what he knows. */
export type Knower = UserId | null | 'nobody'

export function knowerOf({origin, userId}: Actor): Knower {
  return origin === 'api' && userId !== null ? 'nobody' : userId
}

/** Did he enter it himself? What stands in the file nobody here did. */
export function isKnownTo(knower: Knower, field: SecretField, givenBy: GivenBy): boolean {
  return knower !== 'nobody' && givenBy[field] === knower
}
