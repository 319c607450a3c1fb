/** Whether a file or folder of a torrent can be called so. Pure. */

/** shape: no server gives such a name, as some cut it. long: no disk takes it. */
export type NameFault = 'empty' | 'slash' | 'shape' | 'long'

/** Bytes of UTF-8 that a name may have on the disks of Linux. */
const MOST_BYTES = 255

/** @param name without blanks around it @returns `null` = it can */
export function faultOf(name: string): NameFault | null {
  if (name === '') return 'empty'
  if (/[\\/]/.test(name)) return 'slash'
  if (isMisshaped(name)) return 'shape'
  return new TextEncoder().encode(name).length > MOST_BYTES ? 'long' : null
}

/** Dots alone, control characters. */
function isMisshaped(name: string): boolean {
  return /^\.+$|[\0-\x1f\x7f]/.test(name)
}
