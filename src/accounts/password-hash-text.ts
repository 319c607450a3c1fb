/**
 * Hashes of passwords as text: `$argon2id$v=19$m=65536,t=3,p=1$<salt>$<hash>`, base64 without padding.
 * Source: github.com/P-H-C/phc-string-format; RFC 9106.
 */
export interface Argon2Cost {
  /** Memory, KiB. */
  readonly memoryKiB: number
  readonly passes: number
  /** Lanes. */
  readonly parallelism: number
}

export interface Argon2Hash {
  readonly cost: Argon2Cost
  readonly salt: Buffer
  readonly hash: Buffer
}

export function phcText({cost, salt, hash}: Argon2Hash): string {
  const {memoryKiB, passes, parallelism} = cost
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

const shape =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/

/** `null` = not such a text with a hash of 32 bytes, or one that asks for more than we are ready to spend on a guess. */
export function readPhc(text: string): Argon2Hash | null {
  const [, memory, passes, parallelism, salt, hash] = shape.exec(text) ?? []
  if (salt === undefined || hash === undefined) return null
  const cost = {memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism)}
  return isSane(cost) ? {cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64')} : null
}

export function isSameCost(one: Argon2Cost, other: Argon2Cost): boolean {
  return (
    one.memoryKiB === other.memoryKiB && one.passes === other.passes && one.parallelism === other.parallelism
  )
}

/** Argon2 wants 8 KiB per lane; a gigabyte or minutes per guess would be a way to bring us down. */
function isSane({memoryKiB, passes, parallelism}: Argon2Cost): boolean {
  return (
    parallelism >= 1 &&
    memoryKiB >= 8 * parallelism &&
    memoryKiB <= 1_048_576 &&
    passes >= 1 &&
    memoryKiB * passes <= 4_194_304
  )
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
