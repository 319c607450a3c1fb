/**
 * Environment variables over the file. Every one of them wins over the file, also one that says no (the predecessor
 * let `LOGGING=false` lose against a `true` in the file; its promise was that the environment wins).
 *
 *   QBITRR_SETTINGS_…  QBITRR_QBIT_…                          the predecessor's
 *   COMMODARR_SETTINGS_…  COMMODARR_WEBUI_…  COMMODARR_QBIT_…  the same for every key of these sections
 *   COMMODARR_HOST  COMMODARR_PORT                            short for the two of WEBUI
 *   COMMODARR__RADARR_4K__URI                                 any key of any section
 *
 * Each line wins over those above it. Names are compared without case and punctuation: a shell
 * drops names with a hyphen without a word, so `Radarr-4K` is written `RADARR_4K`. An empty variable counts as not set.
 */
import {parse} from 'smol-toml'
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {Environment, LoadedConfig} from './config.ts'
import {sameValue} from './schema/diff-servers.ts'
import {flag, isPlaceholder, type Shape} from './schema/fields.ts'
import {nowhere, showValue, type Remark} from './document/findings.ts'
import {keyPathText, type KeyPath} from './document/key-path.ts'
import type {Reading} from './schema/read-table.ts'
import {settingsShape, webuiShape} from './schema/schema.ts'
import {arrShape} from './schema/schema-arrs.ts'
import {prowlarrShape} from './schema/schema-prowlarr.ts'
import {serverShapes} from './schema/schema-servers.ts'
import {arrAppOf, canonicalSection, isProwlarr, serverKindOf} from './schema/sections.ts'

type Node = Shape[string]

interface Override {
  readonly variable: string
  readonly text: string
  readonly path: KeyPath
  readonly node: Node
}

/** Variables that mean something elsewhere, or meant something to the predecessor that we have no use for. */
const elsewhere = new Set([
  'COMMODARR_CONFIG',
  'COMMODARR_DATA',
  'COMMODARR_SECRET_KEY',
  'QBITRR_OVERRIDES_DATA_PATH',
  'QBITRR_OVERRIDES_SEARCH_ONLY',
  'QBITRR_OVERRIDES_PROCESSING_ONLY',
  'COMMODARR_OVERRIDES_SEARCH_ONLY',
  'COMMODARR_OVERRIDES_PROCESSING_ONLY',
  'QBITRR_SETTINGS_GITHUB_TOKEN',
  'QBITRR_SETUP_TOKEN',
  'QBITRR_SOURCE_BUILD',
  'QBITRR_USE_DEV_SERVER',
  'QBITRR_DOCKER_RUNNING',
])

const shortNames: Readonly<Record<string, KeyPath>> = {
  COMMODARR_HOST: ['WebUI', 'Host'],
  COMMODARR_PORT: ['WebUI', 'Port'],
}

const families: readonly {prefix: string; section: string; shape: Shape}[] = [
  {prefix: 'QBITRR_SETTINGS_', section: 'Settings', shape: settingsShape},
  {prefix: 'QBITRR_QBIT_', section: 'qBit', shape: serverShapes.qbittorrent},
  {prefix: 'COMMODARR_SETTINGS_', section: 'Settings', shape: settingsShape},
  {prefix: 'COMMODARR_WEBUI_', section: 'WebUI', shape: webuiShape},
  {prefix: 'COMMODARR_QBIT_', section: 'qBit', shape: serverShapes.qbittorrent},
]

/** Writes the variables over the document; what cannot be read is reported with its name, and the file's value stays. */
export function applyEnvironment(reading: Reading, env: Environment): LoadedConfig['variables'] {
  const overrides = Object.keys(env)
    .filter((name) => /^(QBITRR|COMMODARR)_/.test(name))
    .filter((name) => !elsewhere.has(name) && !isUnset(env[name]))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap((variable) => overrideOf(variable, env[variable]!, reading))
  const applied = withoutHomeless(overrides, reading).filter((override) => apply(override, reading))
  applySwitches(reading, env)
  reportForeign(reading, env)
  // Of several for one key the last one decides.
  const byKey = new Map(applied.map(({path, variable}) => [keyPathText(path), variable]))
  return [...byKey].map(([key, variable]) => ({key, variable}))
}

/** Variables of images of a kind, which say nothing to us, where nobody declares a server of that kind otherwise. */
function reportForeign(reading: Reading, env: Environment): void {
  for (const kind of serverKinds) {
    const foreign = clientKinds[kind].section.foreignVariables
    const name = foreign && Object.keys(env).find((it) => foreign.pattern.test(it))
    const isDeclared = () => reading.document.sections().some((section) => serverKindOf(section) === kind)
    if (name === undefined || isDeclared()) continue
    remarkOn([], name, reading, {
      severity: 'notice',
      code: 'unknown_variable',
      message: `Variables that begin with ${foreign!.begin} are not read. A server is declared by ${foreign!.instead}.`,
    })
  }
}

/** The name of the variable that sets this key of `[Settings]`, `[WebUI]` or `[qBit]`, for the reference. */
export function variableOf(path: KeyPath): string {
  const [section, ...rest] = path.map(String)
  return `COMMODARR_${section!.toUpperCase()}_${rest.map(screaming).join('_')}`
}

/** `FFprobeAutoUpdate` → `FFPROBE_AUTO_UPDATE`, `PingURLS` → `PING_URLS`. */
function screaming(key: string): string {
  return key
    .replace(/^FFprobe/, 'Ffprobe')
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toUpperCase()
}

function isUnset(text: string | undefined): boolean {
  return text === undefined || text.trim() === '' || isPlaceholder(text)
}

function rank(variable: string): number {
  if (isGeneral(variable)) return families.length + 1
  if (Object.hasOwn(shortNames, variable)) return families.length
  return families.findIndex(({prefix}) => variable.startsWith(prefix))
}

function overrideOf(variable: string, text: string, reading: Reading): Override[] {
  const meant = isGeneral(variable) ? sectionsCalled(generalPart(variable).split('__')[0]!, reading) : []
  if (meant.length > 1) {
    remarkOn([], variable, reading, {
      severity: 'error',
      code: 'bad_value',
      accepted: meant.map((name) => `COMMODARR__${name}__…`).join(', '),
      message: `This variable may be meant for ${meant.map((name) => `[${name}]`).join(', ')}, so it sets none of them.`,
    })
    return []
  }
  const target = targetOf(variable, reading)
  if (target) return [{variable, text, ...target}]
  remarkOn([], variable, reading, {
    severity: 'notice',
    code: 'unknown_variable',
    message: `This variable is not known and has no effect.${hintFor(variable)}`,
  })
  return []
}

function targetOf(variable: string, reading: Reading): {path: KeyPath; node: Node} | null {
  const short = Object.hasOwn(shortNames, variable) ? shortNames[variable] : undefined
  if (short) return {path: short, node: webuiShape[short[1] as 'Host' | 'Port']}
  if (isGeneral(variable)) return generalTarget(generalPart(variable), reading)
  const family = families.find(({prefix}) => variable.startsWith(prefix))
  if (!family) return null
  return keyIn(family.shape, variable.slice(family.prefix.length), [family.section])
}

function isGeneral(variable: string): boolean {
  return variable.startsWith(GENERAL)
}

function generalPart(variable: string): string {
  return variable.slice(GENERAL.length)
}

const GENERAL = 'COMMODARR__'

/** `Section__Key`, `Section__Table__Key`. */
function generalTarget(rest: string, reading: Reading): {path: KeyPath; node: Node} | null {
  const [written = '', ...keys] = rest.split('__')
  const section = sectionsCalled(written, reading)[0] ?? canonicalSection(written)
  const shape = section === null ? null : shapeOf(section)
  return section === null || shape === null ? null : keyIn(shape, keys.join('_'), [section])
}

/** Of the document: the one of exactly this name, else each that is the same without case and punctuation. */
function sectionsCalled(written: string, reading: Reading): readonly string[] {
  const present = reading.document.sections()
  return present.includes(written)
    ? [written]
    : present.filter((name) => squeezed(name) === squeezed(written) && shapeOf(name) !== null)
}

function shapeOf(section: string): Shape | null {
  if (section === 'Settings') return settingsShape
  if (section === 'WebUI') return webuiShape
  const kind = serverKindOf(section)
  if (kind !== null) return serverShapes[kind]
  if (isProwlarr(section)) return prowlarrShape
  return arrAppOf(section) === null ? null : arrShape
}

function keyIn(shape: Shape, written: string, path: KeyPath): {path: KeyPath; node: Node} | null {
  return (
    nodesOf(shape, path).find(({path: at}) => squeezed(at.slice(1).join('')) === squeezed(written)) ?? null
  )
}

/** Every key, those in sub-tables too. */
function nodesOf(shape: Shape, path: KeyPath): {path: KeyPath; node: Node}[] {
  return Object.entries(shape).flatMap(([key, node]) => {
    const at = [...path, key]
    return node.node === 'table' ? nodesOf(node.shape, at) : [{path: at, node}]
  })
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function hintFor(variable: string): string {
  const known = families.flatMap(({prefix, section, shape}) =>
    nodesOf(shape, [section]).map(
      ({path}) => prefix + variableOf(path).slice(`COMMODARR_${section.toUpperCase()}_`.length),
    ),
  )
  const near = didYouMean(variable, [...known, ...elsewhere, ...Object.keys(shortNames)])
  if (near !== '') return ` Did you mean ${near}?`
  const isSection = canonicalSection(variable.replace(/^(QBITRR|COMMODARR)_+/, '')) !== null
  return isSection ? ' Other sections are reached as COMMODARR__SECTION__KEY.' : ''
}

/**
 * Variables alone can declare a server or an Arr, but only when they say where it is: a forgotten
 * `QBITRR_QBIT_PORT` must not make a server of its own.
 */
function withoutHomeless(overrides: readonly Override[], reading: Reading): readonly Override[] {
  const located = new Set(
    overrides
      .filter(({path}) => ['Host', 'Url', 'URI', 'Socket'].includes(String(path[1])))
      .map(({path}) => path[0]),
  )
  return overrides.filter(({path, variable}) => {
    const section = String(path[0])
    const hasHome = section === 'Settings' || section === 'WebUI' || reading.document.has([section])
    if (hasHome || located.has(section)) return true
    remarkOn(path, variable, reading, {
      severity: 'notice',
      code: 'ignored',
      message: `There is no section [${section}], and no variable says where that server is; this one is not used.`,
    })
    return false
  })
}

/** @returns whether it is in force */
function apply({variable, text, path, node}: Override, reading: Reading): boolean {
  const value = valueOf(text, node)
  const isField = node.node === 'field'
  if (isField ? node.read(value) === undefined : !Array.isArray(value)) {
    remarkOn(path, variable, reading, {
      severity: 'error',
      code: 'bad_value',
      found: isField && node.secret ? '***' : showValue(text),
      accepted: isField ? node.accepted : 'an array of tables as TOML writes it, such as [{URI = "…"}]',
      message: 'This variable cannot be read; what the file says stays in force.',
    })
    return false
  }
  const inFile = reading.document.get(path)
  if (inFile !== undefined && !isSame(inFile, value, node)) {
    reading.remark(path, {
      severity: 'notice',
      code: 'overridden',
      message: `${keyPathText(path)} is overridden by the variable ${variable}.`,
    })
  }
  reading.document.setFromVariable(path, value, variable)
  return true
}

/** Lists and tables may be written as in TOML. */
function valueOf(text: string, node: Node): unknown {
  const takesToml = node.node !== 'field' || node.type === 'list' || node.type === 'table'
  if (takesToml && /^\s*[[{]/.test(text)) {
    try {
      return parse(`value = ${text}`)['value']
    } catch {
      // Not TOML after all: the reader says what is accepted.
      return undefined
    }
  }
  return node.node === 'field' ? node.fromText(text.trim()) : undefined
}

function isSame(inFile: unknown, value: unknown, node: Node): boolean {
  return node.node === 'field' ? sameValue(node.read(inFile), node.read(value)) : sameValue(inFile, value)
}

const switchField = flag(false, '')

/** `SEARCH_ONLY` leaves every torrent server alone, `PROCESSING_ONLY` searches for nothing. */
function applySwitches(reading: Reading, env: Environment): void {
  const {document} = reading
  const searchOnly = switchOf('OVERRIDES_SEARCH_ONLY', reading, env)
  const processingOnly = switchOf('OVERRIDES_PROCESSING_ONLY', reading, env)
  if (searchOnly !== null && processingOnly !== null) {
    remarkOn([], processingOnly, reading, {
      severity: 'error',
      code: 'bad_value',
      accepted: `one of ${searchOnly} and ${processingOnly}`,
      message: `With ${searchOnly} as well nothing is left to do: no server is managed, and nothing is searched.`,
    })
  }
  for (const section of document.sections()) {
    if (document.table([section]) === null) continue
    if (searchOnly !== null && serverKindOf(section) !== null) {
      document.setFromVariable([section, 'Disabled'], true, searchOnly)
    }
    if (processingOnly !== null && arrAppOf(section) !== null) {
      document.setFromVariable([section, 'EntrySearch', 'SearchMissing'], false, processingOnly)
    }
  }
}

/** No torrent server is contacted, of the file or added on the pages. */
export function isSearchOnly(env: Environment): boolean {
  return isSwitchedOn('OVERRIDES_SEARCH_ONLY', env)
}

/** No Arr is searched on a schedule. */
export function isProcessingOnly(env: Environment): boolean {
  return isSwitchedOn('OVERRIDES_PROCESSING_ONLY', env)
}

function isSwitchedOn(name: string, env: Environment): boolean {
  const variable = variableFor(name, env)
  return variable !== undefined && switchField.read(env[variable]) === true
}

function variableFor(name: string, env: Environment): string | undefined {
  return [`COMMODARR_${name}`, `QBITRR_${name}`].find((candidate) => !isUnset(env[candidate]))
}

/** The name of the variable that turned it on; `null` = off. */
function switchOf(name: string, reading: Reading, env: Environment): string | null {
  const variable = variableFor(name, env)
  if (variable === undefined) return null
  const isOn = switchField.read(env[variable])
  if (isOn === undefined) {
    remarkOn([], variable, reading, {
      severity: 'error',
      code: 'bad_value',
      found: showValue(env[variable]),
      accepted: switchField.accepted,
      message: 'This variable cannot be read and has no effect.',
    })
  } else if (isOn) {
    remarkOn([], variable, reading, {
      // At the start and on the pages, too: whoever wonders why nothing happens looks there.
      severity: 'warning',
      code: 'overridden',
      message: name.endsWith('SEARCH_ONLY')
        ? 'Every torrent server is left alone because of this variable.'
        : 'No search on a schedule, no request and no change of a profile begins because of this variable; what failed is searched again.',
    })
    return variable
  }
  return null
}

function remarkOn(path: KeyPath, variable: string, reading: Reading, remark: Remark): void {
  reading.remarkOf(path, {...nowhere, variable}, remark)
}
