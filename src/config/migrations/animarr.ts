import type {Reading} from '../schema/read-table.ts'

/** `[Animarr…]` was a Sonarr for anime; it is read as `[Sonarr…]`, with `-migrated` behind a name that is taken. */
export function renameAnimarr(reading: Reading): void {
  const {document} = reading
  for (const section of document.sections()) {
    const rest = /^Animarr(.*)$/is.exec(section)?.[1]
    if (rest === undefined) continue
    const wanted = `Sonarr${rest}`
    const name = document.has([wanted]) ? `${wanted}-migrated` : wanted
    reading.remark([section], {
      severity: 'notice',
      code: 'migrated',
      message: `This section is read as [${name}].`,
    })
    document.move([section], [name])
  }
}
