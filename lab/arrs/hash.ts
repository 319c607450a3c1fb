import {createHash} from 'node:crypto'

/** The 31-bit number that the Arrs make of a text: ids of queue rows, the same after a restart. */
export function rowId(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE(0) & 0x7fff_ffff
}
