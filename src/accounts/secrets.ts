/**
 * How secrets lie in the database: sealed with AES-256-GCM by a key that is not in it. A sealed text carries the place
 * it was made for, so nobody can move one server's password into another row and have it opened there.
 *
 *   v1.<key id>.<nonce>.<ciphertext and tag>          base64url; the nonce has 96 random bits
 */
import {createCipheriv, createDecipheriv, createHash, createHmac, randomBytes} from 'node:crypto'
import type {UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerId} from '#model/torrent-key.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** 256 bits that seal and open. Its id says which key a text was sealed with, and nothing about the key. */
export class EncryptionKey {
  readonly id: string
  readonly #bytes: Buffer

  /** @param bytes exactly 32 */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== KEY_BYTES) throw new RangeError(`an encryption key has ${KEY_BYTES} bytes`)
    this.#bytes = Buffer.from(bytes)
    this.id = createHash('sha256')
      .update('commodarr sealing key\0')
      .update(bytes)
      .digest('base64url')
      .slice(0, 11)
  }

  static random(): EncryptionKey {
    return new EncryptionKey(randomBytes(KEY_BYTES))
  }

  /** Only for the key file. */
  reveal(): Buffer {
    return this.#bytes
  }
}

/** Where a secret of a server belongs; `field` as in the column `servers.secrets`. */
export function serverSecretContext(id: ServerId, field: string): string {
  return `server/${id}/${field}`
}

/** Where a secret of an Arr belongs; `field` as in the column `arrs.secrets`. */
export function arrSecretContext(id: string, field: string): string {
  return `arr/${id}/${field}`
}

export function totpContext(id: UserId): string {
  return `user/${id}/totp`
}

export class Sealer {
  readonly #current: EncryptionKey | null
  readonly #keys: ReadonlyMap<string, EncryptionKey>

  /**
   * @param current `null` = its key is lost: what was sealed stays as it is, nothing new can be sealed
   * @param opening older keys, which still open
   */
  constructor(current: EncryptionKey | null, opening: readonly EncryptionKey[] = []) {
    this.#current = current
    const keys = current === null ? opening : [current, ...opening]
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  /** For what need not outlive the program. */
  static ofThisRun(): Sealer {
    return new Sealer(EncryptionKey.random())
  }

  /**
   * @param context the place it belongs to; only there it opens again
   * @throws {CommodarrError} secret_unreadable, when there is no key to seal with
   */
  encrypt(secret: Secret, context: string): string {
    const key = this.#current
    if (key === null) {
      throw new CommodarrError(
        'secret_unreadable',
        'The key that encrypts secrets is lost. Restore secret.key, or make a new one with "rotate-key".',
      )
    }
    const nonce = randomBytes(NONCE_BYTES)
    return ['v1', key.id, nonce.toString('base64url'), encrypt(key, nonce, secret.reveal(), context)].join(
      '.',
    )
  }

  /** @throws {CommodarrError} secret_unreadable; the sealed text is as good as before */
  open(encrypted: string, context: string): Secret {
    const key = this.#keys.get(keyIdOf(encrypted) ?? '')
    if (key === undefined) throw unreadable(context, 'it was encrypted with a key that is not here')
    try {
      return new Secret(decrypt(key, encrypted, context))
    } catch {
      throw unreadable(context, 'it is damaged, or was made for another place')
    }
  }

  /**
   * By what a text is known again without being kept. Only who has the key can tell whether a guess is right; while the
   * key is lost it is a plain digest.
   * @param context where it belongs: the same text has another fingerprint elsewhere
   */
  fingerprint(text: string, context: string): Buffer {
    const hmac = createHmac('sha256', this.#current?.reveal() ?? '')
    return hmac.update(`commodarr fingerprint\0${context}\0${text}`).digest()
  }

  /**
   * A secret for one place that nobody has to keep: as long as the key is the same, so is it.
   * @returns `null` = the key is lost
   */
  derived(context: string): Secret | null {
    if (this.#current === null) return null
    const hmac = createHmac('sha256', this.#current.reveal())
    return new Secret(hmac.update(`commodarr derived\0${context}`).digest('base64url'))
  }

  /** Is it sealed with the key that seals now? */
  isCurrent(encrypted: string): boolean {
    return this.#current !== null && keyIdOf(encrypted) === this.#current.id
  }
}

/** Which key a text was sealed with; `null` = it is no sealed text. */
export function keyIdOf(encrypted: string): string | null {
  return /^v1\.([\w-]{11})\.[\w-]{16}\.[\w-]{22,}$/.exec(encrypted)?.[1] ?? null
}

function encrypt(key: EncryptionKey, nonce: Uint8Array, text: string, context: string): string {
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce, {authTagLength: TAG_BYTES})
  cipher.setAAD(Buffer.from(context))
  const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(parts).toString('base64url')
}

function decrypt(key: EncryptionKey, encrypted: string, context: string): string {
  const [nonce, body] = encrypted.split('.').slice(2).map(bytesOf) as [Buffer, Buffer]
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), nonce, {authTagLength: TAG_BYTES})
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  return decipher.update(body.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}

/** The last character has bits that say nothing: only the spelling that we write is one of ours. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new RangeError('not the base64url that was written')
  return bytes
}

function unreadable(context: string, why: string): CommodarrError {
  return new CommodarrError('secret_unreadable', `A secret cannot be read: ${why}.`, {secret: context})
}
