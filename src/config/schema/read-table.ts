/** Reads a table by its shape. Never throws for what the file says: every fault is a remark and a value to go on with. */
import {didYouMean} from '#lib/did-you-mean.ts'
import {isTable, type Document} from '../document/document.ts'
import {canonicalSection, keyClassesOf, looksLikeServer, looksManaged} from './sections.ts'
import {
  isPlaceholder,
  type Field,
  type RowOf,
  type Rows,
  type Shape,
  type Table,
  type ValuesOf,
} from './fields.ts'
import {sameValue} from './diff-servers.ts'
import {
  findingAt,
  showValue,
  withoutSecrets,
  type Finding,
  type Place,
  type Remark,
} from '../document/findings.ts'
import {keyPathText, type KeyPath} from '../document/key-path.ts'
import {isLossIn, type KeyClasses} from './protecting-keys.ts'
import {secretKeys} from './secret-keys.ts'

/** What readers share: the document, and where remarks go. */
export class Reading {
  readonly document: Document
  readonly findings: Finding[] = []
  /** Keys that say something and that nothing goes by. */
  readonly idle: KeyPath[] = []

  constructor(document: Document) {
    this.document = document
  }

  remark(path: KeyPath, remark: Remark): void {
    this.remarkOf(path, this.document.placeOf(path), remark)
  }

  /** Nothing that stands in a secret key of the section is told, wherever else it was typed. */
  remarkOf(path: KeyPath, place: Place, remark: Remark): void {
    const secrets = path.length === 0 ? [] : secretsIn(this.document.get(path.slice(0, 1)))
    const hide = (text: string) => withoutSecrets(text, secrets)
    const found = remark.found === null || remark.found === undefined ? null : hide(remark.found)
    this.findings.push(findingAt(path, place, {...remark, found, message: hide(remark.message)}))
  }
}

/** Shorter ones stand in words of ours. */
const SHORTEST_SECRET = 6

function secretsIn(value: unknown): string[] {
  if (!isTable(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner !== 'string') return secretsIn(inner)
    return secretKeys.has(key) && inner.length >= SHORTEST_SECRET && !isPlaceholder(inner) ? [inner] : []
  })
}

interface TableReading<S extends Shape> {
  readonly values: ValuesOf<S>
  /** Essential keys that could not be read: the section must stay off. */
  readonly faults: readonly string[]
}

/** @param path of the section; keys it does not know are reported and left where they are. */
export function readTable<S extends Shape>(shape: S, path: KeyPath, reading: Reading): TableReading<S> {
  return readWithin(shape, path, reading, {shape, section: path})
}

function readWithin<S extends Shape>(shape: S, path: KeyPath, reading: Reading, root: Root): TableReading<S> {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [key, node] of Object.entries(shape)) {
    const at = [...path, key]
    if (node.node === 'field') values[key] = readField(node, at, reading, faults)
    else if (node.node === 'table') values[key] = readSubTable(node, at, reading, faults, root)
    else values[key] = readRows(node, at, reading, root)
  }
  reportUnknown(shape, path, reading, root)
  return {values: values as ValuesOf<S>, faults}
}

function readField<T>(field: Field<T>, path: KeyPath, reading: Reading, faults: string[]): T {
  const written = reading.document.get(path)
  if (written === undefined) return field.absent
  const value = isPlaceholder(written) ? field.absent : field.read(written)
  if (!field.acts && value !== undefined && !sameValue(value, field.absent)) reading.idle.push(path)
  if (value !== undefined) {
    if (field.isLoose(written)) remarkLoose(field, written, path, reading)
    return value
  }
  if (field.essential) faults.push(String(path.at(-1)))
  reading.remark(path, {
    severity: 'error',
    code: 'bad_value',
    found: field.secret ? '***' : showValue(written),
    accepted: field.accepted,
    message: field.essential
      ? 'This value cannot be read, so the section stays off.'
      : `This value cannot be read; ${spelled(field)} is used instead.`,
  })
  return field.ifBad
}

function remarkLoose(field: Field<unknown>, written: unknown, path: KeyPath, reading: Reading): void {
  reading.remark(path, {
    severity: 'warning',
    code: 'bad_value',
    found: showValue(written),
    accepted: field.accepted,
    message: 'This value is read as -1. Write -1 if that is meant.',
  })
}

function spelled(field: Field<unknown>): string {
  if (field.ifBad === field.absent) return field.absentText === '–' ? 'nothing' : field.absentText
  return field.ifBad === null ? 'off' : JSON.stringify(field.ifBad)
}

function readSubTable(
  node: Table<Shape>,
  path: KeyPath,
  reading: Reading,
  faults: string[],
  root: Root,
): ValuesOf<Shape> {
  const written = reading.document.get(path)
  if (written !== undefined && !isTable(written)) {
    reading.remark(path, {
      severity: 'error',
      code: 'bad_value',
      found: showValue(written),
      accepted: `a table with ${Object.keys(node.shape).slice(0, 3).join(', ')} …`,
      message: 'A table is needed here; its defaults are used instead.',
    })
  }
  const {values, faults: inside} = readWithin(node.shape, path, reading, root)
  faults.push(...inside)
  return values
}

function readRows(node: Rows<Shape>, path: KeyPath, reading: Reading, root: Root): readonly RowOf<Shape>[] {
  const written = reading.document.get(path)
  if (written === undefined) return []
  if (!Array.isArray(written)) {
    reading.remark(path, {
      severity: 'error',
      code: 'bad_value',
      found: showValue(written),
      accepted: 'an array of tables',
      message: 'An array of tables is needed here (two brackets on each side); it is left out.',
    })
    return []
  }
  return written.flatMap((row: unknown, index) => readRow(node.shape, row, [...path, index], reading, root))
}

function readRow(shape: Shape, row: unknown, path: KeyPath, reading: Reading, root: Root): RowOf<Shape>[] {
  if (!isTable(row)) {
    reading.remark(path, {
      severity: 'error',
      code: 'bad_value',
      found: showValue(row),
      accepted: 'a table',
      message: 'This row is no table; it is left out.',
    })
    return []
  }
  const {values} = readWithin(shape, path, reading, root)
  const written = Object.entries(values).filter(([key]) => reading.document.has([...path, key]))
  return [Object.fromEntries(written)]
}

/** What is meant instead follows. */
export const UNKNOWN_KEY = 'This key is not known and has no effect; it is kept.'

/** The section that a table belongs to. */
interface Root {
  readonly shape: Shape
  readonly section: KeyPath
}

function reportUnknown(shape: Shape, path: KeyPath, reading: Reading, root: Root): void {
  const table = reading.document.table(path)
  for (const key of Object.keys(table ?? {})) {
    if (Object.hasOwn(shape, key)) continue
    const value = table![key]
    const near = didYouMean(key, Object.keys(shape))
    const section = sectionMeant(key, value, path, shape)
    const isServer = section !== null && isTable(value) && looksLikeServer(value)
    const classes = keyClassesOf(section ?? String(path[0])) ?? {}
    reading.remark([...path, key], {
      severity: isServer ? 'error' : isLoss(near || key, value, path, classes) ? 'warning' : 'notice',
      code: 'unknown_key',
      message: `${UNKNOWN_KEY}${hint(key, near, section, root)}`,
    })
  }
}

function hint(key: string, near: string, section: string | null, {shape, section: [name]}: Root): string {
  if (near !== '') return ` Did you mean ${near}?`
  const place = placeFor(key, shape, String(name))
  if (place !== null) return ` It belongs into ${place}.`
  if (section === null) return ''
  return ` A section of its own is written [${section}]; a name with a dot needs quotes.`
}

/** Where in the section there is such a key: `[Radarr.EntrySearch.Overseerr]`, `[[qBit.Trackers]]`; `null` = nowhere. */
function placeFor(key: string, shape: Shape, name: string): string | null {
  for (const [path, node] of nodesIn(shape)) {
    if (path.at(-1) !== key) continue
    const above = [name, ...path.slice(0, -1)]
    if (node.node === 'table') return `[${keyPathText([name, ...path])}]`
    if (node.node === 'rows') return `[[${keyPathText([name, ...path])}]]`
    return path.length === 1 ? `[${keyPathText(above)}] itself` : `the table [${keyPathText(above)}]`
  }
  return null
}

/** Everything below, nearest to the section first; what stands in rows has no place of its own. */
function nodesIn(shape: Shape): [readonly string[], Shape[string]][] {
  const here = Object.entries(shape).map(([key, node]): [readonly string[], Shape[string]] => [[key], node])
  const below = Object.entries(shape).flatMap(([key, node]) =>
    node.node === 'table'
      ? nodesIn(node.shape).map(([path, inner]): [readonly string[], Shape[string]] => [
          [key, ...path],
          inner,
        ])
      : [],
  )
  return [...here, ...below]
}

/** `[qBit.Seedbox]`, `[Settings.Qbittorrent]`, or a name with a dot that should have been quoted; `null` = none of these. */
function sectionMeant(key: string, value: unknown, path: KeyPath, shape: Shape): string | null {
  if (path.length !== 1 || !isTable(value) || placeFor(key, shape, '') !== null) return null
  const spelled = canonicalSection(key)
  if (spelled !== null && looksManaged(spelled)) return spelled
  const section = String(path[0])
  return looksManaged(section) ? `${section}-${key}` : null
}

/** Would something be lost with it that protects, that decides who gets in, or that is a credential? */
function isLoss(key: string, value: unknown, path: KeyPath, classes: KeyClasses): boolean {
  const tables = path.slice(1).filter((part) => typeof part === 'string')
  if (secretKeys.has(key) || isLossIn(classes, tables, key)) return true
  const inside = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isTable)
  return inside.some((table) =>
    Object.entries(table).some(([inner, it]) => isLoss(inner, it, [...path, key], classes)),
  )
}
