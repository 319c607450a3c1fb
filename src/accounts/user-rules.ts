/** Who counts as what, and what must not happen to whom. */
import type {User, UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'

type Administering = Pick<User, 'id' | 'role' | 'disabled'>

export function isAdministrator({role, disabled}: Pick<User, 'role' | 'disabled'>): boolean {
  return role === 'administrator' && !disabled
}

/** Of the file; when it declares him no longer he is disabled. */
export function isDeclared({origin, disabled}: Pick<User, 'origin' | 'disabled'>): boolean {
  return origin === 'file' && !disabled
}

export function declaredInFile(): CommodarrError {
  const how = 'The configuration file declares this user: change WebUI.Username and WebUI.PasswordHash there.'
  return new CommodarrError('forbidden', how)
}

/** @param after as he will be; `null` = he goes. @throws {CommodarrError} last_administrator */
export function keepAdministrator(
  all: readonly Administering[],
  before: Administering,
  after: Administering | null,
): void {
  if (!isAdministrator(before) || (after && isAdministrator(after))) return
  if (all.some((it) => it.id !== before.id && isAdministrator(it))) return
  throw new CommodarrError('last_administrator', 'No user could administer Commodarr any more.')
}

/**
 * To whom the servers of somebody go who goes: whoever acts when that is another administrator, else the first one.
 * @throws {CommodarrError} last_administrator: there is nobody to take them
 */
export function heirOf(all: readonly User[], id: UserId, by: Actor): User {
  const heirs = all.filter((it) => it.id !== id && isAdministrator(it))
  const heir = heirs.find((it) => it.id === by.userId) ?? heirs[0]
  if (heir) return heir
  throw new CommodarrError('last_administrator', 'There is no administrator to take the servers.')
}
