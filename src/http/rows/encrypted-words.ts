/** What a caller hands back as it was handed out, and can neither read nor make up: good until the program ends. */
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** Words come in few lengths: by its length one would tell how great the numbers in it are. */
const BLOCK_BYTES = 228

export class EncryptedWords {
  readonly #key = randomBytes(32)

  wordOf(value: unknown): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, iv)
    const text = Buffer.from(JSON.stringify(value))
    // White space after it is no part of JSON.
    const padded = Buffer.alloc(Math.ceil(text.length / BLOCK_BYTES) * BLOCK_BYTES, ' ')
    text.copy(padded)
    const encrypted = Buffer.concat([cipher.update(padded), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')
  }

  /** `null` = it is no word of this run. */
  valueOf(word: string): unknown {
    const bytes = Buffer.from(word, 'base64url')
    if (bytes.length <= IV_BYTES + TAG_BYTES) return null
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      return JSON.parse(text.toString('utf8')) as unknown
    } catch {
      return null
    }
  }
}
