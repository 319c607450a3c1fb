/**
 * Reads `config.toml` as its owner has it: finds it, parses it, reads older generations as of today, lays the
 * environment over it and makes definitions of its sections. Never throws for what a file or variable says: faults are
 * findings, and a bad section takes nothing but itself out.
 */
import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {parse, TomlError} from 'smol-toml'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {readArrs} from './arrs.ts'
import {categoryRoles, matchesSubcategories} from './categories.ts'
import type {Config, Environment, LoadedConfig, LoadOptions, OffSection, SaidValue} from './config.ts'
import {Document, isTable, type RawTable} from './document/document.ts'
import {applyEnvironment} from './environment.ts'
import {isInheritedFile, isWrittenByQbitrr} from './inherited.ts'
import {isServerAlias, readAliases} from './migrations/aliases.ts'
import {migrate} from './migrations/migrate.ts'
import {renameQBit} from './migrations/section-names.ts'
import {namedKeys} from './named-keys.ts'
import {dataFolder, findConfig, isContainer, type ConfigPlace} from './places.ts'
import {isDecimalSize, rows, table} from './schema/fields.ts'
import {
  findingAt,
  inFileOrder,
  nowhere,
  showValue,
  type Finding,
  type FindingCode,
} from './document/findings.ts'
import {keyPathText, type KeyPath} from './document/key-path.ts'
import {readProwlarrs} from './prowlarrs.ts'
import {Reading, readTable} from './schema/read-table.ts'
import {reportWebUi} from './web-ui.ts'
import {settingsShape, webuiShape, type Settings, type WebUi} from './schema/schema.ts'
import {ruleKeys, serverShapes, trackerShape, type RemoveMode} from './schema/schema-servers.ts'
import {isHarmless, wrappedSecrets} from './schema/secret-keys.ts'
import {arrAppOf, isOrLooksLikeServer, reportSections, sectionForms} from './schema/sections.ts'
import {readServers} from './servers.ts'
import {syntaxHelp} from './syntax-help.ts'

/** Far above any real file, far below what would hurt. */
const MOST_BYTES = 4 * 1024 * 1024
const DEEPEST = 40

export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const place = findConfig(options)
  const source = await readSource(place)
  const files = new FileReader(dirname(place.path))
  const {config, findings, document, variables} = await interpret(source, (path) => files.read(path), options)
  return {
    config,
    variables,
    placeOf: (path) => (document.has(path) ? document.placeOf(path) : null),
    values: () => saidValues(document),
    sectionOf: (section) => {
      const table = document.table([section])
      return table && (wrappedSecrets(table, [section]) as RawTable)
    },
    path: source.text === null ? null : place.path,
    expectedPath: place.path,
    lookedAt: place.lookedAt,
    dataPath: dataFolder(place.path, options.env, options.cwd),
    readable: source.readable,
    findings: inFileOrder([...source.findings, ...findings]),
    hash: hashOf([source.text ?? '', ...relevantVariables(options.env), ...files.contents]),
    fileHash: source.fileHash,
    files: [...(place.exists ? [place.path] : []), ...files.paths],
  }
}

/** A text read as if it were the file. */
export interface TextReading extends Pick<LoadedConfig, 'config' | 'readable' | 'findings'> {
  /** The environment variable that decides what this key is; `null` = none does. */
  readonly variableOf: (path: KeyPath) => string | null
  /** The name that a section has in the text; `null` = it does not stand there. */
  readonly writtenAs: (section: string) => string | null
  /** A section with older generations and the environment over it; `null` = there is none. */
  readonly tableOf: (section: string) => RawTable | null
}

/**
 * For an edit that is to be looked at before it is written.
 * @param options `readFile` answers for the CA files that the text names
 */
export async function readConfigText(
  text: string,
  options: Pick<LoadOptions, 'env' | 'root'> & {readFile: (path: string) => Promise<string>},
): Promise<TextReading> {
  const source = parseText(text)
  const {config, findings, document} = await interpret(source, options.readFile, options)
  return {
    config,
    readable: source.readable,
    findings: inFileOrder([...source.findings, ...findings]),
    variableOf: (path) => document.placeOf(path).variable,
    writtenAs: (section) => document.writtenAs(section),
    tableOf: (section) => document.table([section]),
  }
}

/** Servers of a text that somebody pasted: nothing of it is in force, and whoever wrote it may mean harm. */
export interface SectionsReading {
  readonly servers: readonly ServerDefinition[]
  readonly off: readonly OffSection[]
  readonly findings: readonly Finding[]
}

/**
 * Only the sections of servers, and of those only how they are reached, so that nothing else in the text costs anything.
 * Older generations wrote these as today. No variable decides anything in it.
 *
 * @param limit most sections that are looked at; a further one is not read
 * @returns the fault when the text cannot be parsed
 */
export async function readServerSections(
  text: string,
  {limit, readFile}: {limit: number; readFile: (path: string) => Promise<string>},
): Promise<SectionsReading | Finding> {
  const source = parseText(text)
  if (!source.readable) return source.findings[0]!
  const reading = new Reading(new Document(reachOfServers(source.parsed, limit), ''))
  renameQBit(reading)
  readAliases(reading)
  const unread = reportSections(reading)
  const {servers, off} = await readServers(reading, readableSections(reading.document, unread), readFile)
  return {servers, off: [...unread, ...off], findings: reading.findings}
}

/** Also of sections that look like servers: why they are not read is told. */
function reachOfServers(parsed: Source['parsed'], limit: number): Record<string, unknown> {
  const sections = Object.keys(parsed).filter(isOrLooksLikeServer)
  return Object.fromEntries(sections.slice(0, limit).map((section) => [section, reachOf(parsed[section])]))
}

function reachOf(section: unknown): unknown {
  if (typeof section !== 'object' || section === null) return section
  const kept = Object.entries(section).filter(([key]) => reachKeys.has(key) || isServerAlias(key))
  return Object.fromEntries(kept)
}

const reachKeys: ReadonlySet<string> = new Set(
  Object.values(serverShapes)
    .flatMap((shape) => Object.keys(shape))
    .filter((key) => !(ruleKeys as readonly string[]).includes(key)),
)

/** Of the bytes of the configuration file alone. */
export function fileHashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

interface Source {
  /** `null` = there is no text that could be read. */
  readonly text: string | null
  readonly fileHash: string | null
  readonly parsed: Readonly<Record<string, unknown>>
  readonly readable: boolean
  readonly findings: readonly Finding[]
}

async function readSource(place: ConfigPlace): Promise<Source> {
  if (!place.exists) {
    if (place.askedBy === null)
      return {text: null, fileHash: null, parsed: {}, readable: true, findings: [noFile(place.path)]}
    return unreadable('file_missing', `There is no file ${place.path}, which ${place.askedBy} asks for.`)
  }
  const bytes = await readFile(place.path).catch((error: NodeJS.ErrnoException) => error)
  if (bytes instanceof Error) {
    return unreadable(
      'file_unreadable',
      `The file ${place.path} cannot be read (${bytes.code ?? bytes.message}).`,
    )
  }
  if (bytes.length > MOST_BYTES) {
    return unreadable(
      'file_unreadable',
      `The file ${place.path} is larger than ${MOST_BYTES} bytes; that is no configuration.`,
    )
  }
  return {...parseSource(bytes), fileHash: fileHashOf(bytes)}
}

function noFile(path: string): Finding {
  return findingAt([], nowhere, {
    severity: 'notice',
    code: 'file_missing',
    message: `There is no configuration file; ${path} would be read.`,
  })
}

function parseSource(bytes: Buffer): Source {
  const text = decode(bytes)
  if (text !== null) return parseText(text)
  return unreadable('not_utf8', 'The file is not UTF-8 text. Save it as UTF-8 and it will be read.', {
    line: lineOfBadByte(bytes),
    column: null,
  })
}

function parseText(text: string): Source {
  try {
    const parsed = parse(text, {integersAsBigInt: 'asNeeded', maxDepth: DEEPEST})
    const findings = text.trim() === '' ? [emptyFinding()] : []
    return {text, fileHash: null, parsed, readable: true, findings}
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return unreadable('syntax', syntaxMessage(error, text), {line: error.line, column: error.column})
  }
}

/** The parser's first line; below it the parser shows the text around the place, where a password may stand. */
function syntaxMessage(error: TomlError, text: string): string {
  const what = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
  const help = syntaxHelp(text, {line: error.line, what})
  return (
    `The file is no valid TOML here: ${what}.${help === '' ? '' : ` ${help}`} ` +
    `${NOTHING_IN_FORCE}; what is wrong further down is not known yet.`
  )
}

const NOTHING_IN_FORCE = 'Nothing of the file is in force until it is'

/** Of a file that was read before, and cannot be read as it is now. */
export function asRefused(finding: Finding): Finding {
  const message = finding.message.replace(
    NOTHING_IN_FORCE,
    'What was last read from it stays in force until it is',
  )
  return {...finding, message}
}

function emptyFinding(): Finding {
  return findingAt([], nowhere, {severity: 'notice', code: 'file_empty', message: 'The file is empty.'})
}

function unreadable(
  code: FindingCode,
  message: string,
  at: {line: number | null; column: number | null} = {line: null, column: null},
): Source {
  const finding = findingAt([], {...nowhere, ...at}, {severity: 'error', code, message})
  return {text: null, fileHash: null, parsed: {}, readable: false, findings: [finding]}
}

/** A byte order mark is skipped; `null` = not UTF-8. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    // The only thing it throws for.
    return null
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, start)) {
    if (decode(bytes.subarray(start, at)) === null) return line
    line++
    start = at + 1
  }
  return line
}

async function interpret(
  source: Source,
  readFile: (path: string) => Promise<string>,
  {env, root}: Pick<LoadOptions, 'env' | 'root'>,
): Promise<{
  config: Config
  findings: readonly Finding[]
  document: Document
  variables: LoadedConfig['variables']
}> {
  const reading = new Reading(new Document(source.parsed, source.text ?? ''))
  const isInherited = isInheritedFile(reading.document.root, env)
  const writtenByQbitrr = isWrittenByQbitrr(reading.document.root)
  migrate(reading)
  const variables = applyEnvironment(reading, env)
  const unread = reportSections(reading)
  const sections = readableSections(reading.document, unread)
  const settings = readTable(settingsShape, ['Settings'], reading).values
  explainSize(['Settings', 'FreeSpace'], reading)
  const webui = readWebUi(reading, {isInherited, inContainer: isContainer(env, root)})
  const {servers, rules, off} = await readServers(reading, sections, readFile)
  const roles = categoryRoles(settings, servers, rules)
  const arrs = readArrs(reading, sections, roles, rules)
  if (source.text !== null && servers.length === 0) reportNoServers(reading)
  reportIdleLimits({arrs: arrs.arrs, serverRules: rules}, reading)
  reportIdleKeys(reading)
  return {
    config: {
      settings,
      webui,
      servers,
      serverRules: rules,
      otherTrackers: otherTrackers(reading.document, rules),
      arrs: arrs.arrs,
      clashingArrs: arrs.clashing,
      prowlarrs: readProwlarrs(reading, sections),
      isInherited,
      isWrittenByQbitrr: writtenByQbitrr,
      off: [...unread, ...off, ...arrs.off],
      categoryRoles: roles,
      rolesOff: arrs.rolesOff,
      matchesSubcategories: matchesSubcategories(null, rules),
      written: writtenSections(reading.document, source.parsed),
      said: saidPaths(reading.document),
      named: namedKeys(reading.document),
      isRead: source.text !== null,
    },
    findings: reading.findings,
    document: reading.document,
    variables,
  }
}

/** What is wrong with them is told where their sections are read. */
function otherTrackers({root}: Document, rules: Config['serverRules']): Config['otherTrackers'] {
  const sections = Object.entries(root).filter(([section]) => !rules.has(asServerId(section)))
  return new Map(
    sections.flatMap(([section, value]) => {
      const found = (Array.isArray(value) ? (value as unknown[]) : [value])
        .filter(isTable)
        .flatMap((table) => {
          const reading = new Reading(new Document({[section]: table}, ''))
          const {Trackers, Torrent} = readTable(trackersOfSection, [section], reading).values
          return [...Trackers, ...Torrent.Trackers]
        })
      return found.length === 0 ? [] : [[section, found] as const]
    }),
  )
}

/** Of servers they stand in the section itself, of Arrs in a table below it. */
const trackersOfSection = {
  Trackers: rows(trackerShape, ''),
  Torrent: table({Trackers: rows(trackerShape, '')}, ''),
}

function readableSections({root}: Document, unread: readonly OffSection[]): readonly string[] {
  const off = new Set(unread.map(({section}) => section))
  return Object.keys(root).filter((section) => isTable(root[section]) && !off.has(section))
}

/** Every key that the file or a variable says, also where it says what is usual. */
function saidPaths(document: Document): ReadonlySet<string> {
  const paths = (value: unknown, at: KeyPath): string[] =>
    isTable(value)
      ? Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))
      : [keyPathText(at)]
  return new Set(paths(document.root, []))
}

/** The same with where each was said. Rows are one value, where the first of them stands. */
function saidValues(document: Document): readonly SaidValue[] {
  const values = (section: string, value: unknown, below: KeyPath): SaidValue[] => {
    if (isTable(value))
      return Object.entries(value).flatMap(([key, inner]) => values(section, inner, [...below, key]))
    if (below.length === 0) return []
    const path = [section, ...below]
    const first = [...path, 0]
    const {line, variable} = document.placeOf(Array.isArray(value) && document.has(first) ? first : path)
    const shown = variable !== null && isHarmless(path) ? showValue(value) : null
    return [{section, key: below.join('.'), line, variable, value: shown}]
  }
  return document.sections().flatMap((section) => values(section, document.get([section]), []))
}

/** `[Settings]` and `[WebUI]` of a file that does not say a word of them. */
export const usualSettings: Settings = readTable(
  settingsShape,
  ['Settings'],
  new Reading(new Document({}, '')),
).values
export const usualWebUi: WebUi = readTable(webuiShape, ['WebUI'], new Reading(new Document({}, ''))).values

function readWebUi(
  reading: Reading,
  {isInherited, inContainer}: {readonly isInherited: boolean; readonly inContainer: boolean},
): WebUi {
  const {values} = readTable(webuiShape, ['WebUI'], reading)
  reportWebUi(values, reading)
  for (const [key, node] of Object.entries(webuiShape)) {
    if (!isInherited || node.node !== 'field' || node.absentNotice === null) continue
    if (reading.document.has(['WebUI', key])) continue
    reading.remark(['WebUI', key], {severity: 'notice', code: 'safe_default', message: node.absentNotice})
  }
  // A container that listens on its own loopback can be reached by nobody.
  return inContainer && !reading.document.has(['WebUI', 'Host']) ? {...values, Host: '0.0.0.0'} : values
}

/** One word for all of a section: an inherited file has a score of them in each Arr. */
function reportIdleKeys(reading: Reading): void {
  const groups = Map.groupBy(reading.idle, ([section]) => section)
  for (const [section, paths] of groups) {
    const isLeftAlone =
      arrAppOf(String(section)) !== null && reading.document.get([section!, 'Managed']) !== true
    if (isLeftAlone) continue
    const keys = paths.map((path) => keyPathText(path.slice(1)))
    reading.remark(paths[0]!, {
      severity: 'warning',
      code: 'no_effect',
      message:
        keys.length === 1
          ? 'Nothing goes by this key; what it says has no effect.'
          : `Nothing goes by these ${keys.length} keys; what they say has no effect: ${keys.join(', ')}.`,
    })
  }
}

/** The same letters are thousands in rules and in the search. */
function explainSize(path: KeyPath, reading: Reading): void {
  const written = reading.document.get(path)
  if (!isDecimalSize(written)) return
  const read = String(written).trim().replace(/B$/i, 'iB')
  reading.remark(path, {
    severity: 'notice',
    code: 'assumed',
    found: showValue(written),
    accepted: `"${read}"`,
    message: `This is read as ${read}, of 1024; in rules and in the search GB and MB are of 1000.`,
  })
}

function reportNoServers(reading: Reading): void {
  reading.remark([], {
    severity: 'notice',
    code: 'no_servers',
    message: `No section declares a torrent server that can be used (${sectionForms.join(', ')}, …).`,
  })
}

/** Files that the configuration names, relative to its folder. Remembers what it read. */
class FileReader {
  readonly paths: string[] = []
  readonly contents: string[] = []
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(path: string): Promise<string> {
    const whole = resolve(this.#folder, path)
    this.paths.push(whole)
    const text = await readFile(whole, 'utf8')
    this.contents.push(text)
    return text
  }
}

function relevantVariables(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => /^(QBITRR|COMMODARR)_/.test(name))
    .sort()
    .map((name) => `${name}=${env[name] ?? ''}`)
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex')
}

/**
 * The sections as their owner wrote them, by the names they are read under, for those who need keys as they stand there or
 * that the schema does not know. What may be a secret is wrapped, so the whole can land in a log without harm.
 */
function writtenSections(document: Document, parsed: Source['parsed']): Config['written'] {
  const entries = document.sections().flatMap((section): [string, unknown][] => {
    const name = document.writtenAs(section)
    return name === null ? [] : [[section, wrappedSecrets(parsed[name], [section])]]
  })
  return Object.fromEntries(entries)
}

/** Removals that no limit ever leads to: who asks for them would wait for ever without a word. */

interface Limits {
  /** `null`, absent or 0 = none. */
  readonly MaxUploadRatio?: number | null | undefined
  readonly MaxSeedingTime?: number | null | undefined
}
interface Limited extends Limits {
  readonly RemoveTorrent: RemoveMode
}

const wants = {
  1: 'MaxUploadRatio',
  2: 'MaxSeedingTime',
  3: 'MaxUploadRatio or MaxSeedingTime',
  4: 'MaxUploadRatio and MaxSeedingTime',
} as const

/**
 * Sections whose `RemoveTorrent` names limits that neither they nor a row of a tracker set. Source: qBitrr.
 */
function reportIdleLimits({arrs, serverRules}: Pick<Config, 'arrs' | 'serverRules'>, reading: Reading): void {
  const rowsOfServers = [...serverRules.values()].flatMap(({Trackers}) => Trackers)
  for (const {id, Managed, Torrent} of arrs) {
    if (!Managed) continue
    report(
      [id, 'Torrent', 'SeedingMode'],
      Torrent.SeedingMode,
      [...Torrent.Trackers, ...rowsOfServers],
      reading,
    )
  }
  for (const [id, {ManagedCategories, CategorySeeding, Trackers}] of serverRules) {
    if (ManagedCategories.length > 0) report([id, 'CategorySeeding'], CategorySeeding, Trackers, reading)
  }
}

function report(path: KeyPath, section: Limited, rows: readonly Limits[], reading: Reading): void {
  const mode = section.RemoveTorrent
  if (mode === -1 || [{}, ...rows].some((row: Limits) => canBeMet(mode, section, row))) return
  reading.remark([...path, 'RemoveTorrent'], {
    severity: 'warning',
    code: 'assumed',
    found: showValue(mode),
    accepted: `-1, or a limit beside it: ${wants[mode]}`,
    message: 'Nothing is removed: the limit that this asks for is not set.',
  })
}

function canBeMet(mode: Exclude<RemoveMode, -1>, section: Limits, row: Limits): boolean {
  const hasRatio = isLimit(row.MaxUploadRatio) || isLimit(section.MaxUploadRatio)
  const hasTime = isLimit(row.MaxSeedingTime) || isLimit(section.MaxSeedingTime)
  if (mode === 1) return hasRatio
  if (mode === 2) return hasTime
  return mode === 3 ? hasRatio || hasTime : hasRatio && hasTime
}

function isLimit(value: number | null | undefined): boolean {
  return (value ?? 0) > 0
}
