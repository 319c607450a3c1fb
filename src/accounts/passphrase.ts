/**
 * What people carry away, sealed with words of theirs instead of a key of ours. The text says itself how it was made, so
 * that a later version can stretch harder and still open it.
 *
 *   commodarr.v1.scrypt.<cost>.<salt>.<nonce>.<ciphertext and tag>          base64url; cost = log2 of scrypt's N
 */
import {createCipheriv, createDecipheriv, randomBytes, scrypt} from 'node:crypto'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'

/** log2 of scrypt's N, with r = 8 and p = 1: 128 MiB and about half a second of one core, off the main thread. */
const usualCost = 17
/** A text from elsewhere must not make us stretch for minutes. */
const costs = {least: 14, most: 18}
const LEAST_LENGTH = 10
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @throws {BadArgument} when the passphrase has fewer than ten characters */
export async function encryptWithPassphrase(
  text: string,
  passphrase: Secret,
  cost = usualCost,
): Promise<string> {
  if ([...passphrase.reveal()].length < LEAST_LENGTH) {
    throw new BadArgument(`A passphrase has at least ${LEAST_LENGTH} characters.`, {field: 'passphrase'})
  }
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)]
  const head = [
    'commodarr',
    'v1',
    'scrypt',
    cost,
    salt.toString('base64url'),
    nonce.toString('base64url'),
  ].join('.')
  const key = await stretch(passphrase, salt, cost)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, {authTagLength: TAG_BYTES})
  cipher.setAAD(Buffer.from(head))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${head}.${body.toString('base64url')}`
}

/** @throws {CommodarrError} import_invalid: wrong passphrase, changed text, or no such text at all */
export async function openWithPassphrase(encrypted: string, passphrase: Secret): Promise<string> {
  const {head, cost, salt, nonce, body} = partsOf(encrypted)
  const decipher = createDecipheriv('aes-256-gcm', await stretch(passphrase, salt, cost), nonce, {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(head))
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  try {
    return decipher.update(body.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    throw new CommodarrError('import_invalid', 'The passphrase is wrong, or the text was changed.')
  }
}

function partsOf(encrypted: string) {
  const match = /^(commodarr\.v1\.scrypt\.(\d\d)\.([\w-]{22})\.([\w-]{16}))\.([\w-]{22,})$/.exec(
    encrypted.trim(),
  )
  const cost = Number(match?.[2])
  if (match === null || cost < costs.least || cost > costs.most) {
    throw new CommodarrError(
      'import_invalid',
      'This is not a text that was encrypted with a passphrase here.',
    )
  }
  const [salt, nonce, body] = match.slice(3).map((part) => Buffer.from(part, 'base64url')) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  return {head: match[1]!, cost, salt, nonce, body}
}

/**
 * 32 bytes from words. The same words always give the same bytes, however the keyboard composed their letters.
 * @param cost log2 of scrypt's N
 */
export function stretch(passphrase: Secret, salt: Uint8Array | string, cost: number): Promise<Buffer> {
  const N = 2 ** cost
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.reveal().normalize('NFKC'),
      salt,
      32,
      {N, r: 8, p: 1, maxmem: 256 * N * 8},
      (error, key) => (error === null ? resolve(key) : reject(error)),
    )
  })
}
