/** The user that `[WebUI]` declares, checked: `LocalAuthEnabled`, `Username` and `PasswordHash`. */
import type {Secret} from '#model/secret.ts'
import {isBcrypt} from './bcrypt.ts'
import {readName, type UserName} from './names.ts'
import {readPhc} from './password-hash-text.ts'

export interface FileLogIn {
  readonly LocalAuthEnabled: boolean
  readonly Username: string | null
  readonly PasswordHash: Secret | null
}

export interface DeclaredUser extends UserName {
  readonly hash: string
}

/** Why nobody is declared, although it was asked for. */
interface FileLogInFault {
  readonly key: keyof FileLogIn
  readonly accepted: string
  readonly message: string
}

/** `null` = no user is declared, and none was meant to be. */
export function readFileLogIn({
  LocalAuthEnabled,
  Username,
  PasswordHash,
}: FileLogIn): DeclaredUser | FileLogInFault | null {
  if (!LocalAuthEnabled) return null
  const hash = PasswordHash?.reveal() ?? ''
  if (Username === null) return missing('Username', 'a name')
  if (hash === '') return missing('PasswordHash', hashes)
  if (!isBcrypt(hash) && readPhc(hash) === null)
    return {key: 'PasswordHash', accepted: hashes, message: `This hash cannot be checked. ${effect}`}
  try {
    return {...readName(Username), hash}
  } catch (error) {
    const message = `This is not a valid name: ${(error as Error).message} ${effect}`
    return {key: 'Username', accepted: 'a name', message}
  }
}

const hashes = 'a hash by bcrypt up to cost 14, or by argon2id'
const effect = 'The user of the file cannot log in.'

function missing(key: 'Username' | 'PasswordHash', accepted: string): FileLogInFault {
  return {key, accepted, message: `LocalAuthEnabled takes ${key}, too. ${effect}`}
}
