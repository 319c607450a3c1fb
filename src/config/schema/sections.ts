/**
 * Which section is which, by its name: the one list of the kinds of sections that there are. A section that looks like a
 * server or an Arr and is not read as one is an error: whoever wrote it believes that it is looked after.
 */
import {clientKinds, serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import {arrKinds, isArrKind, type ArrKind} from '#model/arr.ts'
import type {OffSection} from '../config.ts'
import {isTable, type RawTable} from '../document/document.ts'
import {isLossIn, keyClasses, type KeyClasses} from './protecting-keys.ts'
import type {Reading} from './read-table.ts'

const programSections = ['Settings', 'WebUI'] as const

/** How the sections of servers begin. */
const serverPrefixes = serverKinds.map((kind) => clientKinds[kind].section.prefix)

/** The same as a text for people names them: `[qBit]`, `[Transmission-NAME]`. */
export const sectionForms = serverKinds.map((kind) => {
  const {prefix, isInherited} = clientKinds[kind].section
  return isInherited ? `[${prefix}]` : `[${prefix}-NAME]`
})

const arrPrefixes: Readonly<Record<ArrKind, string>> = {
  radarr: 'Radarr',
  sonarr: 'Sonarr',
  lidarr: 'Lidarr',
  readarr: 'Readarr',
  whisparr: 'Whisparr',
}

/** Programs that people keep in the same file; near the name of an Arr, and none. */
const otherPrograms: ReadonlySet<string> = new Set(
  'bazarr overseerr jellyseerr seerr ombi jackett autobrr tautulli mylar lazylibrarian'.split(' '),
)

const PROWLARR = 'Prowlarr'

const prefixes: readonly string[] = [...serverPrefixes, ...Object.values(arrPrefixes), PROWLARR]

/** The kind that a section of this name declares: `qBit`, `qBit-Seedbox`, `Transmission-NAS`; `null` = no server. */
export function serverKindOf(section: string): ServerKind | null {
  return (
    serverKinds.find((kind) => {
      const {prefix, isInherited} = clientKinds[kind].section
      const [name, wanted] = isInherited ? [section, prefix] : [section.toLowerCase(), prefix.toLowerCase()]
      return name === wanted || name.startsWith(`${wanted}-`)
    }) ?? null
  )
}

/**
 * The application that a section of this name belongs to; `null` = no Arr. As the predecessor had it whatever begins with
 * the name of one, in any case: `Radarr-4K`, `sonarr`, `Radarr4K`, `Sonarr_Anime`, `Sonarr TV`. Source: qBitrr.
 */
export function arrAppOf(section: string): ArrKind | null {
  const name = section.toLowerCase()
  return arrKinds.find((app) => name.startsWith(app)) ?? null
}

/** `Prowlarr`, `prowlarr-Home`: neither a server nor an Arr. */
export function isProwlarr(section: string): boolean {
  return /^prowlarr(-|$)/i.test(section)
}

/** What each key of a section of this name decides; `null` = not one of ours. */
export function keyClassesOf(section: string): KeyClasses | null {
  if (section === 'Settings') return keyClasses.settings
  if (section === 'WebUI') return keyClasses.webui
  if (serverKindOf(section) !== null) return keyClasses.servers
  if (isProwlarr(section)) return keyClasses.prowlarrs
  return arrAppOf(section) === null ? null : keyClasses.arrs
}

/** Is it meant to be a server, read or not? For texts whose other sections are nobody's business here. */
export function isOrLooksLikeServer(section: string): boolean {
  return serverKindOf(section) !== null || serverKindOf(spellingOf(section) ?? '') !== null
}

export function isProgramSection(section: string): boolean {
  return (programSections as readonly string[]).includes(section)
}

function isKnownSection(section: string): boolean {
  return isProgramSection(section) || isProwlarr(section) || kindOf(section) !== null
}

/**
 * How a section of this name is spelled: `RADARR_4K` → `Radarr-4K`, `qbit seedbox` → `qBit-seedbox`; `null` when it
 * begins like none we know.
 */
export function canonicalSection(name: string): string | null {
  const written = name.replace(/^qbittorrent/i, 'qBit')
  const lower = written.toLowerCase()
  const program = programSections.find((it) => it.toLowerCase() === lower)
  if (program !== undefined) return program
  const prefix = prefixes.find((it) => lower.startsWith(it.toLowerCase()))
  if (prefix === undefined) return null
  const rest = written.slice(prefix.length).replace(/^[-_. ]+/, '')
  return rest === '' ? prefix : `${prefix}-${rest}`
}

/**
 * What stands at the top of the file and is not read, once each.
 * @returns what looks like a server or an Arr: it stays off
 */
export function reportSections(reading: Reading): readonly OffSection[] {
  return [
    ...reading.document.sections().flatMap((section) => unreadSection(section, reading) ?? []),
    ...sameNames(reading),
  ]
}

function unreadSection(section: string, reading: Reading): OffSection | null {
  const value = reading.document.get([section])
  if (isTable(value) && isKnownSection(section)) return null
  const tables = tablesOf(value)
  if (isKnownSection(section)) {
    reportNoTable(section, value, reading)
    return kindOf(section) === null ? null : offSection(section, kindOf(section), 'it is no section', tables)
  }
  if (tables.length === 0) {
    reading.remark([section], {
      severity: isLossIn(keyClasses, [], section) ? 'warning' : 'notice',
      code: 'unknown_key',
      message: 'A key outside of every section has no effect; it is kept.',
    })
    return null
  }
  const spelling = spellingOf(section)
  const isMeant =
    !isOtherProgram(section) && tables.some((table) => looksLikeServer(table) || looksLikeArr(table))
  if (spelling === null ? isMeant : kindOf(spelling) !== null) {
    return reportUnread(section, spelling, tables, reading)
  }
  reading.remark([section], {
    severity: spelling === null ? 'notice' : 'warning',
    code: 'unknown_section',
    message: `This section is not known and has no effect; it is kept.${spelling === null ? '' : ` Did you mean [${spelling}]?`}`,
  })
  return null
}

function reportNoTable(section: string, value: unknown, reading: Reading): void {
  reading.remark([section], {
    severity: 'error',
    code: 'bad_value',
    accepted: `[${section}] with its keys below`,
    message: `A section is needed here, with one pair of brackets${Array.isArray(value) ? ' instead of two' : ''}.`,
  })
}

function reportUnread(
  section: string,
  spelling: string | null,
  tables: readonly RawTable[],
  reading: Reading,
): OffSection {
  const isTaken = spelling !== null && reading.document.has([spelling])
  const begins = tables.some(looksLikeArr) ? Object.values(arrPrefixes) : serverPrefixes
  reading.remark([section], {
    severity: 'error',
    code: 'section_unread',
    accepted:
      spelling === null
        ? `a section that begins with ${begins.join(', ')}`
        : isTaken
          ? null
          : `[${spelling}]`,
    message: isTaken
      ? `This section and [${spelling}] are the same; only [${spelling}] is read. Give this one a name of its own, or remove it.`
      : spelling === null
        ? 'This looks like the section of a server or an Arr, and its name is none that is read: it stays off.'
        : `This section is not read and stays off. Did you mean [${spelling}]?`,
  })
  const reason = isTaken ? `the same as [${spelling}]` : 'its name is not known'
  return offSection(section, spelling === null ? null : kindOf(spelling), reason, tables)
}

/** How it was probably meant; `null` = like none that we know. */
function spellingOf(section: string): string | null {
  if (isOtherProgram(section)) return null
  const canonical = canonicalSection(section)
  if (canonical !== null && canonical !== section) return canonical
  const [head = '', ...rest] = section.split('-')
  const near = didYouMean(head, [...programSections, ...prefixes])
  return near === '' ? null : [near, ...rest].join('-')
}

function isOtherProgram(section: string): boolean {
  return otherPrograms.has(section.split(/[^A-Za-z]/)[0]!.toLowerCase())
}

/** Is it the section of a server or an Arr, by its name? */
export function looksManaged(section: string): boolean {
  return kindOf(section) !== null
}

function kindOf(section: string): ServerKind | ArrKind | null {
  return serverKindOf(section) ?? arrAppOf(section)
}

function looksLikeArr(table: RawTable): boolean {
  return (
    ['EntrySearch', 'Torrent'].some((key) => isTable(table[key])) ||
    (says(table, 'URI') && says(table, 'APIKey'))
  )
}

export function looksLikeServer(table: RawTable): boolean {
  if (isTable(table['CategorySeeding'])) return true
  const isReached = ['Host', 'Url', 'URI', 'Socket'].some((key) => says(table, key))
  return isReached && ['UserName', 'Username', 'Password', 'Port'].some((key) => says(table, key))
}

function says(table: RawTable, key: string): boolean {
  return Object.hasOwn(table, key)
}

function tablesOf(value: unknown): readonly RawTable[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isTable)
}

/** With the category that an Arr claims while it is off. */
function offSection(
  section: string,
  kind: OffSection['kind'],
  reason: string,
  [table]: readonly RawTable[] = [],
): OffSection {
  if (kind === null || !isArrKind(kind)) return {section, kind, reason}
  const category = table?.['Category']
  return {section, kind, reason, category: typeof category === 'string' ? category : section}
}

/**
 * Servers and Arrs whose names differ in capitals alone: their rules would have one id, and a variable could mean either.
 * All of them stay off until they differ.
 */
function sameNames(reading: Reading): readonly OffSection[] {
  const managing = reading.document
    .sections()
    .filter((section) => kindOf(section) !== null && reading.document.table([section]) !== null)
  const groups = Map.groupBy(managing, (section) => section.toLowerCase())
  return [...groups.values()]
    .filter((names) => names.length > 1)
    .flatMap((names) =>
      names.map((section): OffSection => {
        const others = names.filter((name) => name !== section).map((name) => `[${name}]`)
        reading.remark([section], {
          severity: 'error',
          code: 'same_name',
          accepted: 'a name that differs in more than capitals',
          message: `${others.join(', ')} and [${section}] differ in capitals alone; all of them stay off until they differ.`,
        })
        const tables = tablesOf(reading.document.get([section]))
        return offSection(section, kindOf(section), `same name as ${others.join(', ')}`, tables)
      }),
    )
}
