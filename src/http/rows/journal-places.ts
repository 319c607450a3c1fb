/**
 * Places in the journal, as words. It is everybody's: by its numbers whoever reads his own deeds would learn how much
 * others did between two of them. A word is good until the program ends.
 */
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'
import {RequestInvalid} from '../field-errors.ts'

/** One block, never two alike: nothing more is asked of a cipher here. Eight bytes of place, eight that are zero. */
const CIPHER = 'aes-128-ecb'
const BLOCK_BYTES = 16

export class JournalPlaces {
  readonly #key = randomBytes(16)

  wordOf(place: number): string {
    const block = Buffer.alloc(BLOCK_BYTES)
    block.writeBigUInt64BE(BigInt(place))
    return createCipheriv(CIPHER, this.#key, null).setAutoPadding(false).update(block).toString('base64url')
  }

  /**
   * @param field the parameter that it stood in
   * @throws {RequestInvalid} for what is no word of this run
   */
  placeOf(word: string, field = 'before'): number {
    const sealed = Buffer.from(word, 'base64url')
    const block =
      sealed.length === BLOCK_BYTES
        ? createDecipheriv(CIPHER, this.#key, null).setAutoPadding(false).update(sealed)
        : null
    if (block === null || block.readBigUInt64BE(8) !== 0n) {
      throw new RequestInvalid('The page can not be found.', [
        {field, found: word, accepted: 'the end of a page since the last start'},
      ])
    }
    return Number(block.readBigUInt64BE())
  }
}
