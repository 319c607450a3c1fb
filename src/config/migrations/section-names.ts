/** Sections that are read under another name than the one they have. Their keys still know where they stand. */
import type {Reading} from '../schema/read-table.ts'

/**
 * Files of v2.0 to v3.2 spell it `[QBit]`; it is `[qBit]`. Where that is there too, the old one stays what it is: which of
 * them is meant is for their owner to say.
 */
export function renameQBit(reading: Reading): void {
  const {document} = reading
  for (const section of document.sections()) {
    const rest = /^QBit(-.*)?$/s.exec(section)
    if (rest === null || document.table([section]) === null) continue
    const name = `qBit${rest[1] ?? ''}`
    if (!document.has([name])) rename(section, name, reading)
  }
}

/** `[Animarr…]` was a Sonarr for anime; it is read as `[Sonarr…]`, with `-migrated` behind a name that is taken. */
export function renameAnimarr(reading: Reading): void {
  const {document} = reading
  for (const section of document.sections()) {
    const rest = /^Animarr(.*)$/is.exec(section)?.[1]
    if (rest === undefined) continue
    const wanted = `Sonarr${rest}`
    rename(section, document.has([wanted]) ? `${wanted}-migrated` : wanted, reading)
  }
}

function rename(section: string, name: string, reading: Reading): void {
  reading.remark([section], {
    severity: 'notice',
    code: 'migrated',
    message: `This section is read as [${name}].`,
  })
  reading.document.move([section], [name])
}
