import {isTable} from '../document/document.ts'
import {showValue} from '../document/findings.ts'
import type {KeyPath} from '../document/key-path.ts'
import type {Reading} from '../schema/read-table.ts'
import {hitAndRunShape} from '../schema/schema-servers.ts'
import {arrAppOf, serverKindOf} from '../schema/sections.ts'

const keys = [...Object.keys(hitAndRunShape), 'HitAndRunClearMode']

/**
 * Before 5.8.8 an Arr said in `Torrent.SeedingMode` what is owed to trackers. Its tracker rows say it now, so rows
 * that do not say it themselves take it over: nobody loses an account to an upgrade.
 */
export function carryHitAndRun(reading: Reading): void {
  for (const section of reading.document.sections()) {
    if (arrAppOf(section) !== null) carryIn(section, reading)
  }
}

function carryIn(section: string, reading: Reading): void {
  const {document} = reading
  const seeding = [section, 'Torrent', 'SeedingMode']
  const given = keys.filter((key) => document.has([...seeding, key]))
  if (given.length === 0) return
  const trackers = [section, 'Torrent', 'Trackers']
  const rows = document.get(trackers)
  const rowCount = Array.isArray(rows) ? rows.filter(isTable).length : 0
  reading.remark([...seeding, given[0]!], {
    severity: rowCount > 0 || !isOwed(document.get([...seeding, 'HitAndRunMode'])) ? 'notice' : 'warning',
    code: 'migrated',
    message:
      rowCount > 0
        ? 'What is owed to trackers stands in the tracker rows now; rows without it take it over from here.'
        : 'What is owed to trackers stands in tracker rows now, and this section has none: nothing is owed any more.',
  })
  for (const key of given) {
    if (Array.isArray(rows))
      rows.forEach((row, i) => copyInto(row, [...trackers, i, key], [...seeding, key], reading))
    document.remove([...seeding, key])
  }
}

function copyInto(row: unknown, to: KeyPath, from: KeyPath, reading: Reading): void {
  if (isTable(row) && !reading.document.has(to)) {
    reading.document.copy(from, to)
  }
}

function isOwed(mode: unknown): boolean {
  return mode !== undefined && mode !== false && mode !== 'disabled'
}

/** Before 5.9.2 `HitAndRunMode` was yes or no and `HitAndRunClearMode` said how to pay; now it is one word. */
export function translateHitAndRunModes(reading: Reading): void {
  for (const path of tablesWithMode(reading)) translateIn(path, reading)
}

function tablesWithMode(reading: Reading): KeyPath[] {
  const {document} = reading
  const servers = document.sections().filter((section) => serverKindOf(section) !== null)
  const arrs = document.sections().filter((section) => arrAppOf(section) !== null)
  const rows = [
    ...servers.map((section) => [section, 'CategorySeeding', 'Categories']),
    ...servers.map((section) => [section, 'Trackers']),
    ...arrs.map((section) => [section, 'Torrent', 'Trackers']),
  ]
  const tables: KeyPath[] = servers.map((section) => [section, 'CategorySeeding'])
  return tables.concat(rows.flatMap((path) => rowsAt(path, reading)))
}

function rowsAt(path: KeyPath, reading: Reading): KeyPath[] {
  const rows = reading.document.get(path)
  return Array.isArray(rows) ? rows.map((_, i) => path.concat(i)) : []
}

function translateIn(table: KeyPath, reading: Reading): void {
  const {document} = reading
  const mode = [...table, 'HitAndRunMode']
  const clear = [...table, 'HitAndRunClearMode']
  const written = document.get(mode)
  const isOn = asOldFlag(written)
  if (isOn === null && !document.has(clear)) return
  const word = isOn === null ? written : isOn ? clearWord(document.get(clear)) : 'disabled'
  const from = document.has(mode) ? mode : clear
  reading.remark(from, {
    severity: 'notice',
    code: 'migrated',
    message:
      word === undefined
        ? 'HitAndRunClearMode has no meaning any more.'
        : `HitAndRunMode is one word now; this is read as ${showValue(word)}.`,
  })
  if (word !== undefined) document.paste(mode, {...document.cut(from), value: word})
  document.remove(clear)
}

function asOldFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return null
  return value.toLowerCase() === 'true'
}

/** Both must be paid unless the file says that either will do. */
function clearWord(written: unknown): string {
  const word = typeof written === 'string' ? written.trim().toLowerCase() : ''
  return word === 'or' || word === 'disabled' ? word : 'and'
}
