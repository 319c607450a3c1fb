/** Shapes of the packages that bring none along; only what we use of them. */
declare module 'bencode' {
  /** A dictionary comes as an object, a list as an array, an integer as a number, a string as its bytes. */
  export type Bencoded = number | Uint8Array | Bencoded[] | {[key: string]: Bencoded}
  type Encodable = number | string | Uint8Array | readonly Encodable[] | {readonly [key: string]: Encodable}
  const bencode: {decode(bytes: Uint8Array): Bencoded; encode(value: Encodable): Uint8Array}
  export default bencode
}

declare module 'magnet-uri' {
  export interface MagnetParts {
    readonly infoHash?: string
    readonly infoHashV2?: string
    readonly name?: string | string[]
    readonly announce: readonly string[]
  }
  export function decode(uri: string): MagnetParts
}
