/** From the sections of the Arrs to records. Whoever claims the same category or application stays off, each of them. */
import {FilePatterns, type PatternKey} from '#media/file-patterns.ts'
import {urlBaseIn, type ArrKind} from '#model/arr.ts'
import {categoryKey} from '#model/torrent.ts'
import {MINUTE, type Seconds} from '#model/units.ts'
import {
  clashesWithArr,
  matchesSubcategories,
  roleName,
  rolesClash,
  type ArrCategory,
  type CategoryRole,
} from './categories.ts'
import type {Config, OffSection} from './config.ts'
import {Document, type RawTable} from './document/document.ts'
import {reportIdleTrackers} from './idle-rows.ts'
import {showValue, type Finding} from './document/findings.ts'
import type {KeyPath} from './document/key-path.ts'
import {Reading, readTable} from './schema/read-table.ts'
import {arrPorts, arrShape, type ArrConfig} from './schema/schema-arrs.ts'
import {arrAppOf} from './schema/sections.ts'

interface ArrReading {
  readonly arrs: readonly ArrConfig[]
  readonly clashing: readonly ArrConfig[]
  readonly off: readonly OffSection[]
  /** What claims the category of somebody else. */
  readonly rolesOff: readonly CategoryRole[]
}

/** An Arr of the file that is to be looked after, also where a fault keeps it off. */
interface ManagedSection extends ArrCategory {
  readonly section: string
  readonly app: ArrKind
}

/**
 * @param sections of the file that may be read
 * @param roles what the categories of the file are for, beside those of Arrs
 */
export function readArrs(
  reading: Reading,
  sections: readonly string[],
  roles: readonly CategoryRole[],
  serverRules: Config['serverRules'],
): ArrReading {
  const read = sections.flatMap((section) => {
    const app = arrAppOf(section)
    return app === null ? [] : [readArr(section, app, reading)]
  })
  const sound = read.flatMap((one) => (one.arr === null ? [] : [one.arr]))
  const managed = read
    .filter(({isManaged}) => isManaged)
    .map(({section, app, category, matches}): ManagedSection => ({
      section,
      app,
      category,
      subcategories: matchesSubcategories(matches, serverRules),
    }))
  const faults = [
    ...read.flatMap(({fault}) => fault ?? []),
    ...clashingCategories(managed, roles, reading),
    ...clashingAddresses(sound, reading),
  ]
  // Each section once, with its first fault, in the order of the file.
  const off = read.flatMap(({section, category}) => {
    const fault = faults.find((one) => one.section === section)
    return fault ? [{...fault, category}] : []
  })
  const isOff = ({id}: ArrConfig) => off.some(({section}) => section === id)
  return {
    arrs: sound.filter((arr) => !isOff(arr)),
    clashing: sound.filter(isOff),
    off,
    rolesOff: clashingRoles(managed, roles, reading),
  }
}

/**
 * A section that stands in no file: what somebody gave elsewhere, by the same names and in the same units. It is read
 * whether or not it says that it is managed and has all that this takes.
 */
export function readArrTable(
  id: string,
  app: ArrKind,
  table: Readonly<RawTable>,
): {readonly arr: ArrConfig | null; readonly findings: readonly Finding[]} {
  const reading = new Reading(new Document({[id]: {...table, Managed: false}}, ''))
  const {arr} = readArr(id, app, reading)
  return {arr: arr && {...arr, Managed: table['Managed'] === true}, findings: reading.findings}
}

interface ReadSection {
  readonly section: string
  readonly app: ArrKind
  readonly isManaged: boolean
  readonly category: string
  /** `MatchSubcategories`; `null` = not said. */
  readonly matches: boolean | null
  /** Why it stays off, `null` = nothing by itself; then there is an Arr. */
  readonly fault: OffSection | null
  readonly arr: ArrConfig | null
}

function readArr(section: string, app: ArrKind, reading: Reading): ReadSection {
  const {values, faults} = readTable(arrShape, [section], reading)
  const category = values.Category ?? section
  const read = {section, app, isManaged: values.Managed, category, matches: values.MatchSubcategories}
  const off = (reason: string): ReadSection => ({...read, fault: {section, kind: app, reason}, arr: null})
  if (faults.length > 0) return off(`${faults.join(', ')} cannot be read`)
  reportIdleTrackers([section, 'Torrent', 'Trackers'], reading)
  reportWrongPatterns(section, values.Torrent, reading)
  const uri = values.URI === null ? null : httpAddress(values.URI, arrPorts[app])
  if (uri === undefined) {
    reading.remark([section, 'URI'], {
      severity: 'error',
      code: 'bad_value',
      found: showValue(values.URI),
      accepted: `such as http://host:${arrPorts[app]}`,
      message: 'This is no address. The section stays off.',
    })
    return off('URI cannot be read')
  }
  if (!reading.document.has([section, 'Managed']))
    reportUnmanaged(section, uri !== null && values.APIKey !== null, reading)
  const missing = values.Managed ? missingKeys(uri, values.APIKey !== null) : []
  for (const key of missing) reportMissing(section, key, reading)
  if (missing.length > 0) return off(`${missing.join(', ')} missing`)
  if (values.Managed) {
    explainStalled(section, reading)
    warnOfFrequentSyncs(section, values.RssSyncTimer, reading)
    warnOfRests(section, values.EntrySearch, reading)
  }
  return {...read, fault: null, arr: {...values, id: section, app, Category: category, URI: uri}}
}

/** Most published examples leave it out, and whoever gave address and key believes that the Arr is looked after. */
function reportUnmanaged(section: string, isReached: boolean, reading: Reading): void {
  reading.remark([section, 'Managed'], {
    severity: isReached ? 'warning' : 'notice',
    code: 'not_managed',
    accepted: 'Managed = true',
    message: 'Managed is not set, so this Arr is left alone, as qBitrr does.',
  })
}

function missingKeys(uri: string | null, hasKey: boolean): string[] {
  return [...(uri === null ? ['URI'] : []), ...(hasKey ? [] : ['APIKey'])]
}

/** Still the placeholder of the template: somebody has not got to it yet. Otherwise it was forgotten. */
function reportMissing(section: string, key: string, reading: Reading): void {
  const isTemplate = reading.document.has([section, key])
  reading.remark([section, key], {
    severity: isTemplate ? 'warning' : 'error',
    code: isTemplate ? 'not_filled_in' : 'missing_value',
    accepted: key === 'URI' ? 'the address of the Arr' : 'the key from Settings → General of the Arr',
    message: `${key} is not set; the section stays off.`,
  })
}

/** The predecessor's documents contradicted each other about 0, and its code about -1. */
function explainStalled(section: string, reading: Reading): void {
  const path = [section, 'Torrent', 'StalledDelay']
  const written = reading.document.get(path)
  if (written !== 0 && written !== -1) return
  reading.remark(path, {
    severity: 'notice',
    code: 'assumed',
    found: String(written),
    message: '0 and -1 both mean: nothing is removed for being stalled.',
  })
}

const USUAL_SYNC: Seconds = 10 * MINUTE

/** The predecessor wrote 1 minute into its files. It is taken over: how often indexers are asked is for its owner to say. */
function warnOfFrequentSyncs(section: string, every: Seconds, reading: Reading): void {
  if (every === 0 || every >= USUAL_SYNC) return
  const path = [section, 'RssSyncTimer']
  reading.remark(path, {
    severity: 'warning',
    code: 'too_often',
    found: showValue(reading.document.get(path)),
    accepted: '10 minutes or more, or 0 = off',
    message: `The feeds of all indexers are read every ${every} s. Many indexers ban clients that ask so often.`,
  })
}

/** Rests get longer up to the longest: a first one that is longer leaves that without effect, and one of nothing is none. */
function warnOfRests(
  section: string,
  {RestStart, RestMax}: Pick<ArrConfig['EntrySearch'], 'RestStart' | 'RestMax'>,
  reading: Reading,
): void {
  const pathOf = (key: string): KeyPath => [section, 'EntrySearch', key]
  const [start, most] = [pathOf('RestStart'), pathOf('RestMax')]
  if (RestStart === 0)
    reading.remark(start, {
      severity: 'warning',
      code: 'too_often',
      found: showValue(reading.document.get(start)),
      accepted: 'an hour or more',
      message:
        'What was searched without a result is due again at once, however often. Many indexers ban clients that ask so often.',
    })
  if (RestMax >= RestStart) return
  const written = reading.document.has(most) ? most : start
  reading.remark(written, {
    severity: 'warning',
    code: 'without_effect',
    found: showValue(reading.document.get(written)),
    accepted: 'RestMax as long as RestStart, or longer',
    message: `The longest rest (RestMax, ${RestMax} s) is shorter than the first one (RestStart, ${RestStart} s): every rest takes ${RestStart} s.`,
  })
}

/**
 * @returns scheme, host, port and URL base; no slash at the end, no credentials. A bare host gets the usual port,
 * an address with a scheme that of the scheme. `undefined` when it is none.
 */
export function httpAddress(written: string, usualPort: number): string | undefined {
  const text = written.trim()
  const isBare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const full = isBare ? `http://${text}` : text
  if (/[\s\\]/.test(full) || !URL.canParse(full)) return undefined
  const url = new URL(full)
  if (!/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    return undefined
  const wroteScheme = isBare && !/:80(\/|$)/.test(text) && url.port === ''
  const port = wroteScheme ? `:${usualPort}` : url.port === '' ? '' : `:${url.port}`
  return `${url.protocol}//${url.hostname}${port}${urlBaseIn(url.pathname)}`
}

/** Every managed section whose category something else of the file claims. Reported on each, naming the others. */
function clashingCategories(
  managed: readonly ManagedSection[],
  roles: readonly CategoryRole[],
  reading: Reading,
): OffSection[] {
  return managed.flatMap((arr) => {
    const others = [
      ...managed
        .filter((other) => other !== arr && categoryKey(other.category) === categoryKey(arr.category))
        .map(({section}) => `[${section}]`),
      ...roles.filter((role) => clashesWithArr(role, arr)).map(roleName),
    ]
    if (others.length === 0) return []
    reportCategory([arr.section, 'Category'], arr.category, [...others, `[${arr.section}]`], reading)
    return [{section: arr.section, kind: arr.app, reason: `same category as ${others.join(', ')}`}]
  })
}

/** Every other role of a category that an Arr or another role claims, likewise. */
function clashingRoles(
  managed: readonly ManagedSection[],
  roles: readonly CategoryRole[],
  reading: Reading,
): CategoryRole[] {
  return roles.filter((role) => {
    const others = [
      ...managed.filter((arr) => clashesWithArr(role, arr)).map(({section}) => `[${section}]`),
      ...roles.filter((other) => rolesClash(role, other)).map(roleName),
    ]
    if (others.length === 0) return false
    reportCategory([role.section, role.key], role.category, [...others, roleName(role)], reading)
    return true
  })
}

function reportCategory(path: KeyPath, category: string, names: readonly string[], reading: Reading): void {
  reading.remark(path, {
    severity: 'error',
    code: 'same_category',
    found: showValue(category),
    accepted: 'a category that nothing else claims',
    message: `${names.slice(0, -1).join(', ')} and ${names.at(-1)} have the same category; all of them stay off until they differ.`,
  })
}

/** Every managed section that leads where another one leads, too. */
function clashingAddresses(arrs: readonly ArrConfig[], reading: Reading): OffSection[] {
  const managed = arrs.filter((arr) => arr.Managed)
  return managed.flatMap((arr) => {
    const others = managed.filter((other) => other !== arr && other.URI === arr.URI).map(({id}) => `[${id}]`)
    if (others.length === 0) return []
    reading.remark([arr.id, 'URI'], {
      severity: 'error',
      code: 'same_uri',
      found: showValue(arr.URI),
      message: `${others.join(', ')} and [${arr.id}] have the same address; all of them stay off until they differ.`,
    })
    return [{section: arr.id, kind: arr.app, reason: `same address as ${others.join(', ')}`}]
  })
}

/**
 * Patterns that cannot be used: the others of their list still are, and nobody shall wait for these. A list of
 * extensions says what is let in: with an entry that nobody understands it would keep out what is wanted.
 */

const accepted: Readonly<Record<PatternKey, string>> = {
  FolderExclusionRegex: 'regular expressions over names of folders',
  FileNameExclusionRegex: 'regular expressions over names of files',
  FileExtensionAllowlist:
    'extensions such as ".mkv", or regular expressions over them such as "\\.r[0-9]{2}"',
}

/** Source: qBitrr. */
function reportWrongPatterns(section: string, torrent: ArrConfig['Torrent'], reading: Reading): void {
  for (const {key, index, problem, message} of new FilePatterns(torrent).mistakes) {
    const isList = key === 'FileExtensionAllowlist'
    reading.remark([section, 'Torrent', key], {
      ...(problem === 'neverMatches' && !isList
        ? {severity: 'warning', code: 'without_effect'}
        : {severity: 'error', code: 'bad_value'}),
      found: showValue(torrent[key][index]),
      accepted: accepted[key],
      message: `${message} ${isList ? 'Until it is right the list is off: no file is left out or deleted for its extension.' : 'The others are used.'}`,
    })
  }
}
