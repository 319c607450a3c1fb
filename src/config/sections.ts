/** Which section is which, by its name. */
import {didYouMean} from '#lib/did-you-mean.ts'
import {arrAppOf} from './arrs.ts'
import {isTable} from './document.ts'
import type {Reading} from './schema/read-table.ts'
import {serverPrefixes} from './schema/schema-servers.ts'
import {serverKindOf} from './servers.ts'

const programSections = ['Settings', 'WebUI']
const arrPrefixes = ['Radarr', 'Sonarr', 'Lidarr', 'Readarr', 'Whisparr']
const prefixes = [...serverPrefixes.map(({prefix}) => prefix), ...arrPrefixes]

function isKnownSection(section: string): boolean {
  return programSections.includes(section) || serverKindOf(section) !== null || arrAppOf(section) !== null
}

/**
 * How a section of this name is spelled: `RADARR_4K` → `Radarr-4K`, `qbit seedbox` → `qBit-seedbox`; `null` when it
 * begins like none we know.
 */
export function canonicalSection(written: string): string | null {
  const lower = written.toLowerCase()
  const program = programSections.find((name) => name.toLowerCase() === lower)
  if (program !== undefined) return program
  const prefix = prefixes.find((name) => lower.startsWith(name.toLowerCase()))
  if (prefix === undefined) return null
  const rest = written.slice(prefix.length).replace(/^[-_. ]+/, '')
  return rest === '' ? prefix : `${prefix}-${rest}`
}

/** Sections that are no tables, and those we do not know, once each. */
export function reportSections(reading: Reading): void {
  for (const section of reading.document.sections()) {
    const value = reading.document.get([section])
    if (!isTable(value)) reportNoTable(section, value, reading)
    else if (!isKnownSection(section)) {
      reading.remark([section], {
        severity: 'notice',
        code: 'unknown_section',
        message: `This section is not known and has no effect; it is kept.${hint(section)}`,
      })
    }
  }
}

function reportNoTable(section: string, value: unknown, reading: Reading): void {
  const isKnown = isKnownSection(section)
  reading.remark([section], {
    severity: isKnown ? 'error' : 'notice',
    code: isKnown ? 'bad_value' : 'unknown_key',
    accepted: isKnown ? `[${section}] with its keys below` : null,
    message: isKnown
      ? `A section is needed here, with one pair of brackets${Array.isArray(value) ? ' instead of two' : ''}.`
      : 'A key outside of every section has no effect; it is kept.',
  })
}

function hint(section: string): string {
  const canonical = canonicalSection(section)
  if (canonical !== null && canonical !== section) return ` Did you mean [${canonical}]?`
  const [head = '', ...rest] = section.split('-')
  const near = didYouMean(head, [...programSections, ...prefixes])
  return near === '' ? '' : ` Did you mean [${[near, ...rest].join('-')}]?`
}
