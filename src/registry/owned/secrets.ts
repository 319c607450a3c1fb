/**
 * Secrets of what people own: sealed in the database, opened here, and never sent a new way because of somebody who does
 * not know them.
 */
import type {Sealer} from '#accounts/secrets.ts'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {Secret} from '#model/secret.ts'
import type {DraftFault} from './draft.ts'

/** Given again; `null` = none, what was there is erased; `undefined` = as it was. */
export type DraftSecret = Secret | null | undefined

/** `unreadable`: sealed with a key that is not here; it stays until it is given again or erased. */
export type KeptSecret = Secret | 'unreadable' | null
export type KeptSecrets<Field extends string> = {readonly [F in Field]: KeptSecret}

/** As they lie in the database, also those that nobody here can open. */
type EncryptedSecrets = Readonly<Record<string, string>>

/** Who typed each secret; absent = nobody here (it stands in the file). `null` = somebody without an account. */
export type GivenBy<Field extends string> = {readonly [F in Field]?: UserId | null}

/** Whose knowledge of secrets somebody acts by. `nobody`: a key of a person has his rights, not what he knows. */
export type Knower = UserId | null | 'nobody'

/** What the secrets of one are to be, and which of them were given again or erased. */
interface DraftedSecrets<Field extends string> {
  readonly secrets: KeptSecrets<Field>
  readonly given: readonly Field[]
}

export function knowerOf({origin, userId}: Actor): Knower {
  return origin === 'api' && userId !== null ? 'nobody' : userId
}

/** Did he enter it himself? What stands in the file nobody here did. */
export function isKnownTo<Field extends string>(
  knower: Knower,
  field: Field,
  givenBy: GivenBy<Field>,
): boolean {
  return knower !== 'nobody' && givenBy[field] === knower
}

/**
 * Who changes where a secret is sent must know it: else it could be led to a machine of his.
 * @param isLedElsewhere it would go another way than before
 */
export function secretFaults<Field extends string>(
  {secrets, given}: DraftedSecrets<Field>,
  givenBy: GivenBy<Field>,
  knower: Knower,
  wireName: Readonly<Record<Field, string>>,
  isLedElsewhere: (field: Field) => boolean,
): DraftFault[] {
  const fields = Object.keys(secrets) as Field[]
  const isKnown = (field: Field) => given.includes(field) || isKnownTo(knower, field, givenBy)
  return fields
    .filter((field) => secrets[field] !== null && !isKnown(field) && isLedElsewhere(field))
    .map((field) => ({
      field: wireName[field],
      accepted: 'to be sent again (or null): the address changes, and another user entered it',
    }))
}

/**
 * What was given is sealed again, what was erased is gone, the rest stays as it lies there.
 * @param contextOf where a secret belongs (`accounts/secrets.ts`)
 */
export function encryptedSecrets<Field extends string>(
  {secrets, given}: DraftedSecrets<Field>,
  before: EncryptedSecrets,
  sealer: Sealer,
  contextOf: (field: Field) => string,
): EncryptedSecrets {
  const encrypted: Record<string, string> = {...before}
  for (const field of Object.keys(secrets) as Field[]) {
    const secret = secrets[field]
    if (secret === null) delete encrypted[field]
    else if (given.includes(field) && secret !== 'unreadable') {
      encrypted[field] = sealer.encrypt(secret, contextOf(field))
    }
  }
  return encrypted
}

/** Sealed with another key: said of its owner's thing, and nothing is erased. */
export function openedSecrets<Field extends string>(
  fields: readonly Field[],
  encrypted: EncryptedSecrets,
  sealer: Sealer,
  contextOf: (field: Field) => string,
): KeptSecrets<Field> {
  const opened = (field: Field): KeptSecret => {
    const text = encrypted[field]
    if (text === undefined) return null
    try {
      return sealer.open(text, contextOf(field))
    } catch {
      return 'unreadable'
    }
  }
  return Object.fromEntries(fields.map((field) => [field, opened(field)])) as KeptSecrets<Field>
}

export type SecretStates<Field extends string> = {readonly [F in Field]: 'none' | 'set' | 'unreadable'}

/** All that anybody is shown of them. */
export function secretStates<Field extends string>(secrets: KeptSecrets<Field>): SecretStates<Field> {
  const stateOf = (secret: KeptSecret) =>
    secret === null ? 'none' : secret === 'unreadable' ? secret : 'set'
  const states = Object.entries<KeptSecret>(secrets).map(([field, secret]) => [field, stateOf(secret)])
  return Object.fromEntries(states) as SecretStates<Field>
}
