/** Rows that say nothing: without the name by which their torrents are found, or about what nobody manages. */
import {mayBeInCategory} from '#model/torrent.ts'
import {isTable} from './document/document.ts'
import {isPlaceholder} from './schema/fields.ts'
import {showValue} from './document/findings.ts'
import type {KeyPath} from './document/key-path.ts'
import type {Reading} from './schema/read-table.ts'
import type {ServerRules} from './schema/schema-servers.ts'
import {trackerHost} from './tracker-host.ts'

/** @param path of the list of tracker rows */
export function reportIdleTrackers(path: KeyPath, reading: Reading): void {
  for (const {row, at} of rowsAt(path, reading)) {
    const uri = row['URI']
    if (isNamed(uri) && trackerHost(uri) !== '') continue
    if (isNamed(uri)) {
      reading.remark([...at, 'URI'], {
        severity: 'error',
        code: 'bad_value',
        found: showValue(uri),
        accepted: 'an announce address or a host',
        message: 'This names no host, so this row has no effect: nothing is owed by it.',
      })
      continue
    }
    report([...at, 'URI'], reading, {
      accepted: 'an announce address or a host',
      message: 'This row names no tracker, so it has no effect.',
    })
  }
}

/** @param section of a server, with its `ManagedCategories` */
export function reportIdleCategories(
  section: string,
  {
    ManagedCategories: managed,
    MatchSubcategories: subcategories,
  }: Pick<ServerRules, 'ManagedCategories' | 'MatchSubcategories'>,
  reading: Reading,
): void {
  for (const {row, at} of rowsAt([section, 'CategorySeeding', 'Categories'], reading)) {
    const name = row['Name']
    if (typeof name === 'string' && managed.some((it) => mayBeInCategory(name, it, subcategories))) continue
    report([...at, 'Name'], reading, {
      found: isNamed(name) ? showValue(name) : null,
      accepted: `one of ManagedCategories${managed.length === 0 ? ', which has none' : `: ${managed.join(', ')}`}`,
      message: 'This row is about no managed category, so it has no effect.',
    })
  }
}

function rowsAt(path: KeyPath, reading: Reading) {
  const rows = reading.document.get(path)
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: unknown, i) => (isTable(row) ? [{row, at: [...path, i]}] : []))
}

function isNamed(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !isPlaceholder(value)
}

function report(
  path: KeyPath,
  reading: Reading,
  about: {readonly found?: string | null; readonly accepted: string; readonly message: string},
): void {
  reading.remark(path, {severity: 'warning', code: 'without_effect', ...about})
}
