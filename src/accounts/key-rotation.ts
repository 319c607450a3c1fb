/**
 * Changes the key that seals secrets. At every moment the keys on disk open all that is in the database:
 *
 *   1  the new key is written before the old ones          crash: both open; the next rotation begins again
 *   2  everything is sealed again, in one transaction       crash: nothing of it happened, or all
 *   3  the old keys are dropped                            crash: they lie there until the next rotation
 */
import {asUserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {changeEncrypted, type EncryptedPlace} from '#store/repositories/encrypted.ts'
import type {Store} from '#store/store.ts'
import {environmentKeys, keyPath, readKeyFile, writeKeyFile, type KeyPlace} from './key-file.ts'
import {
  arrSecretContext,
  keyIdOf,
  Sealer,
  EncryptionKey,
  serverSecretContext,
  totpContext,
} from './secrets.ts'

interface Rotation {
  readonly resealed: number
  /** What no key here opens; it stays as it is. */
  readonly unreadable: readonly Unreadable[]
  /** Where the key that seals from now on is kept. */
  readonly keptIn: 'environment' | 'file'
}

/** `keyId`: of the key it names; `null` = it is no sealed text. */
export type Unreadable = EncryptedPlace & {readonly keyId: string | null}

/** The key file as the rotation needs it; a test stands in between. */
interface KeyFiles {
  read: typeof readKeyFile
  write: typeof writeKeyFile
}

const terminalUser: Actor = {name: 'rotate-key', origin: 'user', userId: null, address: null}

/**
 * For the command line, while the program does not run. With keys in the environment everything is sealed again with the
 * first of them, and the file is left alone.
 * @throws {CommodarrError} config_invalid, secret_unreadable (the key file cannot be read) or a storage fault; then
 *   all that opened before still opens
 */
export async function rotateKey(
  store: Pick<Store, 'write'>,
  {dataFolder, env}: KeyPlace,
  now: EpochMs,
  files: KeyFiles = {read: readKeyFile, write: writeKeyFile},
): Promise<Rotation> {
  const path = keyPath(dataFolder)
  const {keys: old, problem} = files.read(path)
  const given = await environmentKeys(env)
  if (given.length > 0) {
    const done = await reseal(store, now, new Sealer(given[0]!, [...given.slice(1), ...old]))
    return {...done, keptIn: 'environment'}
  }
  if (problem === 'unreadable' || problem === 'damaged') {
    throw new CommodarrError(
      'secret_unreadable',
      `${path} ${problem === 'damaged' ? 'holds a line that is no key' : 'cannot be read'}; nothing was changed. ` +
        'Bring it back, or move it away to start with a new key.',
    )
  }
  const key = EncryptionKey.random()
  files.write(path, [key, ...old])
  const done = await reseal(store, now, new Sealer(key, old))
  // A key that some damaged value still names is not thrown away: it may be mended one day.
  const named = new Set(done.unreadable.map((it) => it.keyId))
  files.write(path, [key, ...old.filter(({id}) => named.has(id))])
  return {...done, keptIn: 'file'}
}

async function reseal(
  store: Pick<Store, 'write'>,
  now: EpochMs,
  sealer: Sealer,
): Promise<Pick<Rotation, 'resealed' | 'unreadable'>> {
  return store.write(async (db) => {
    const unreadable: Unreadable[] = []
    let resealed = 0
    await changeEncrypted(db, (place, encrypted) => {
      const context = contextOf(place)
      const secret = openOrNull(sealer, encrypted, context)
      if (secret === null) {
        unreadable.push({...place, keyId: keyIdOf(encrypted)})
        return null
      }
      resealed++
      return sealer.encrypt(secret, context)
    })
    const args = {resealed, unreadable: unreadable.length}
    const event = {subject: 'setting', verb: 'rotate-key', name: 'secret.key', serverId: null, args} as const
    await appendEvent(db, {...event, actor: terminalUser}, now)
    return {resealed, unreadable}
  })
}

function openOrNull(sealer: Sealer, encrypted: string, context: string): Secret | null {
  try {
    return sealer.open(encrypted, context)
  } catch {
    return null
  }
}

function contextOf(place: EncryptedPlace): string {
  switch (place.of) {
    case 'server':
      return serverSecretContext(asServerId(place.id), place.field)
    case 'arr':
      return arrSecretContext(place.id, place.field)
    case 'user':
      return totpContext(asUserId(place.id))
  }
}
