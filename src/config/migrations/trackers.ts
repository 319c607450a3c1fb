import {isInherited} from '#clients/kinds/kinds.ts'
import {isTable} from '../document/document.ts'
import type {KeyPath} from '../document/key-path.ts'
import type {Reading} from '../schema/read-table.ts'
import {arrAppOf, serverKindOf} from '../schema/sections.ts'

/**
 * Before 5.8.8 only Arrs had tracker rows. A qBittorrent section without rows of its own takes over those of the Arrs
 * (one per address, the first wins). An Arr keeps its own: its torrents may be on servers that took over none, of another
 * kind or added on the pages, and owe their trackers there, too.
 */
export function shareTrackers(reading: Reading): void {
  const {document} = reading
  const arrRows = document
    .sections()
    .filter((section) => arrAppOf(section) !== null)
    .flatMap((section) => rowPaths([section, 'Torrent', 'Trackers'], reading))
  const shared = firstPerAddress(arrRows, reading)
  const takers = document
    .sections()
    .filter((section) => {
      const kind = serverKindOf(section)
      return kind !== null && isInherited(kind) && document.table([section]) !== null
    })
    .filter((section) => !document.has([section, 'Trackers']))
  if (shared.length === 0 || takers.length === 0) return
  for (const section of takers) takeOver(section, shared, reading)
}

function takeOver(section: string, shared: readonly KeyPath[], reading: Reading): void {
  const {document} = reading
  reading.remark([section], {
    severity: 'notice',
    code: 'migrated',
    message: `This section has no Trackers; the ${shared.length} of the Arr sections are read as its own.`,
  })
  document.paste([section, 'Trackers'], {...document.cut(shared[0]!.slice(0, -1)), value: [], within: []})
  shared.forEach((from, i) => document.copy(from, [section, 'Trackers', i]))
}

function firstPerAddress(rows: readonly KeyPath[], reading: Reading): KeyPath[] {
  const first = new Map<string, KeyPath>()
  for (const row of rows) {
    const uri = reading.document.get([...row, 'URI'])
    if (typeof uri === 'string' && !first.has(uri)) first.set(uri, row)
  }
  return [...first.values()]
}

function rowPaths(path: KeyPath, reading: Reading): KeyPath[] {
  const rows = reading.document.get(path)
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: unknown, i) => (isTable(row) ? [[...path, i]] : []))
}
