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
    if (document.has([name])) continue
    reading.remark([section], {
      severity: 'notice',
      code: 'migrated',
      message: `This section is read as [${name}].`,
    })
    document.move([section], [name])
  }
}
