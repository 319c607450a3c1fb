import {isTable} from '../document/document.ts'
import type {Reading} from '../schema/read-table.ts'
import {arrAppOf} from '../schema/sections.ts'

/**
 * `MainQualityProfile` and `TempQualityProfile` (text, or lists of equal length) became `QualityProfileMappings`.
 * They are read at any generation while the mappings are empty.
 */
export function pairQualityProfiles(reading: Reading): void {
  for (const section of reading.document.sections()) {
    if (arrAppOf(section) !== null) pairIn(section, reading)
  }
}

function pairIn(section: string, reading: Reading): void {
  const {document} = reading
  const main = [section, 'EntrySearch', 'MainQualityProfile']
  const temp = [section, 'EntrySearch', 'TempQualityProfile']
  const mappings = [section, 'EntrySearch', 'QualityProfileMappings']
  if (!document.has(main) && !document.has(temp)) return
  const from = document.has(main) ? main : temp
  const pairs = pairsOf(document.get(main), document.get(temp))
  if (isFilledTable(document.get(mappings))) {
    reading.remark(from, {
      severity: 'notice',
      code: 'ignored',
      message: 'QualityProfileMappings is set and wins over MainQualityProfile and TempQualityProfile.',
    })
  } else if (pairs) {
    document.paste(mappings, {...document.cut(from), value: pairs})
    reading.remark(from, {
      severity: 'notice',
      code: 'migrated',
      message: 'MainQualityProfile and TempQualityProfile are read as QualityProfileMappings.',
    })
  } else {
    reading.remark(from, {
      severity: 'warning',
      code: 'ignored',
      accepted: 'two names, or two lists of the same length',
      message: 'MainQualityProfile and TempQualityProfile do not pair up; neither is used.',
    })
  }
  document.remove(main)
  document.remove(temp)
}

function pairsOf(main: unknown, temp: unknown): Record<string, string> | null {
  const [mains, temps] = [asNames(main), asNames(temp)]
  if (!mains || !temps || mains.length !== temps.length) return null
  return Object.fromEntries(
    mains.map((name, i) => [name, temps[i]!]).filter(([name, other]) => name && other),
  )
}

function isFilledTable(value: unknown): boolean {
  return isTable(value) && Object.keys(value).length > 0
}

function asNames(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return null
  return value.every((name) => typeof name === 'string') ? value : null
}
