import type {Reading} from '../schema/read-table.ts'
import {arrAppOf} from '../schema/sections.ts'

/** What 5.14.0 wrote for books; it refused every audiobook. */
const booksOnly = ['.epub', '.kepub', '.mobi', '.azw', '.azw3', '.pdf', '.cbz', '.cbr', '.!qB', '.parts']
const audio =
  '.flac .ape .wavpack .wav .alac .mp2 .mp3 .wma .m4a .m4p .m4b .aac .mp4a .ogg .oga .vorbis'.split(' ')

/** A list that nobody touched since 5.14.0 is read with the audiobook extensions. */
export function extendReadarrAllowlist(reading: Reading): void {
  for (const section of reading.document.sections()) {
    if (arrAppOf(section) !== 'readarr') continue
    const path = [section, 'Torrent', 'FileExtensionAllowlist']
    const list = reading.document.get(path)
    if (!Array.isArray(list) || !isSameSet(list, booksOnly)) continue
    reading.remark(path, {
      severity: 'notice',
      code: 'migrated',
      message: 'This is the untouched list of 5.14.0; it is read with the extensions of audiobooks added.',
    })
    reading.document.replace(path, [...booksOnly.slice(0, -2), ...audio, ...booksOnly.slice(-2)])
  }
}

function isSameSet(list: readonly unknown[], wanted: readonly string[]): boolean {
  return list.length === wanted.length && wanted.every((item) => list.includes(item))
}
