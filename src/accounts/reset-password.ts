/** For whoever locked himself out and owns the machine: a link for a new password, made on the database itself. */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {deleteKeysOf} from '#store/repositories/api-keys.ts'
import {deleteResetsOf, insertInvitation, type KeptReset} from '#store/repositories/invitations.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {deleteSessionsOf} from '#store/repositories/sessions.ts'
import {clearTwoStep} from '#store/repositories/two-step.ts'
import {readUsers, updateUser} from '#store/repositories/users.ts'
import type {Store} from '#store/store.ts'
import {nameKey} from './names.ts'
import {RESET_MS} from './password-changes.ts'
import {latestTime} from './terms.ts'
import {newToken, tokenHash} from './tokens.ts'
import {declaredInFile, isDeclared} from './user-rules.ts'

const commandLine: Actor = {name: 'command line', origin: 'user', userId: null, address: null}

/**
 * While the program does not run. An account that was switched off is switched on by it, its second step is taken away
 * (the telephone may be what was lost), its sessions and keys end, and one that the file declares no longer becomes one
 * of ours.
 * @param name whatever its case and width
 * @param clock as the program goes by it: where that of the machine is behind, the link lasts anyway
 * @returns a token that works for a day, once: the new password is chosen with it (`POST /api/invitations/accept`)
 * @throws {CommodarrError} user_unknown, forbidden (the file declares him), or a storage fault
 */
export async function resetPassword(
  store: Pick<Store, 'read' | 'write'>,
  name: string,
  clock: Clock,
): Promise<string> {
  const user = (await store.read(readUsers)).find((it) => it.nameKey === nameKey(name))
  if (!user)
    throw new CommodarrError('user_unknown', `There is no user with the name ${JSON.stringify(name)}.`)
  if (isDeclared(user)) throw declaredInFile()
  const token = newToken()
  const now = clock.now()
  const createdAt = latestTime(clock)
  const link: KeptReset = {
    kind: 'reset',
    id: randomUUID(),
    tokenHash: tokenHash(token),
    userId: user.id,
    createdBy: null,
    createdAt,
    expiresAt: createdAt + RESET_MS,
  }
  await store.write(async (db) => {
    const origin = user.origin === 'file' ? 'local' : user.origin
    await updateUser(db, {...user, origin, disabled: false}, now)
    await clearTwoStep(db, user.id, now)
    await deleteSessionsOf(db, user.id, null)
    await deleteKeysOf(db, user.id)
    await deleteResetsOf(db, user.id)
    await insertInvitation(db, link)
    const event = {
      actor: commandLine,
      subject: 'user',
      verb: 'reset',
      name: user.name,
      serverId: null,
    } as const
    await appendEvent(db, {...event, args: {id: link.id, expiresAt: link.expiresAt}}, now)
  })
  return token
}
