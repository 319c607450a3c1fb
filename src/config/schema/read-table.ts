/** Reads a table by its shape. Never throws for what the file says: every fault is a remark and a value to go on with. */
import {didYouMean} from '#lib/did-you-mean.ts'
import {isTable, type Document} from '../document.ts'
import {
  isPlaceholder,
  type Field,
  type RowOf,
  type Rows,
  type Shape,
  type Table,
  type ValuesOf,
} from './fields.ts'
import {findingAt, showValue, type Finding, type Remark} from './findings.ts'
import type {KeyPath} from './key-path.ts'

/** What readers share: the document, and where remarks go. */
export class Reading {
  readonly document: Document
  readonly findings: Finding[] = []

  constructor(document: Document) {
    this.document = document
  }

  remark(path: KeyPath, remark: Remark): void {
    this.findings.push(findingAt(path, this.document.placeOf(path), remark))
  }
}

interface TableReading<S extends Shape> {
  readonly values: ValuesOf<S>
  /** Essential keys that could not be read: the section must stay off. */
  readonly faults: readonly string[]
}

/** @param path of the section; keys it does not know are reported and left where they are. */
export function readTable<S extends Shape>(shape: S, path: KeyPath, reading: Reading): TableReading<S> {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [key, node] of Object.entries(shape)) {
    const at = [...path, key]
    if (node.node === 'field') values[key] = readField(node, at, reading, faults)
    else if (node.node === 'table') values[key] = readSubTable(node, at, reading, faults)
    else values[key] = readRows(node, at, reading)
  }
  reportUnknown(shape, path, reading)
  return {values: values as ValuesOf<S>, faults}
}

function readField<T>(field: Field<T>, path: KeyPath, reading: Reading, faults: string[]): T {
  const written = reading.document.get(path)
  if (written === undefined) return field.absent
  const value = isPlaceholder(written) ? field.absent : field.read(written)
  if (value !== undefined) return value
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

function spelled(field: Field<unknown>): string {
  if (field.ifBad === field.absent) return field.absentText === '–' ? 'nothing' : field.absentText
  return field.ifBad === null ? 'off' : JSON.stringify(field.ifBad)
}

function readSubTable(
  node: Table<Shape>,
  path: KeyPath,
  reading: Reading,
  faults: string[],
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
  const {values, faults: inside} = readTable(node.shape, path, reading)
  faults.push(...inside)
  return values
}

function readRows(node: Rows<Shape>, path: KeyPath, reading: Reading): readonly RowOf<Shape>[] {
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
  return written.flatMap((row: unknown, index) => readRow(node.shape, row, [...path, index], reading))
}

function readRow(shape: Shape, row: unknown, path: KeyPath, reading: Reading): RowOf<Shape>[] {
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
  const {values} = readTable(shape, path, reading)
  const written = Object.entries(values).filter(([key]) => reading.document.has([...path, key]))
  return [Object.fromEntries(written)]
}

/** What is meant instead follows. */
export const UNKNOWN_KEY = 'This key is not known and has no effect; it is kept.'

function reportUnknown(shape: Shape, path: KeyPath, reading: Reading): void {
  const table = reading.document.table(path)
  for (const key of Object.keys(table ?? {})) {
    if (Object.hasOwn(shape, key)) continue
    reading.remark([...path, key], {
      severity: 'notice',
      code: 'unknown_key',
      message: `${UNKNOWN_KEY}${hint([...path, key], shape, reading)}`,
    })
  }
}

function hint(path: KeyPath, shape: Shape, reading: Reading): string {
  const key = String(path.at(-1))
  const near = didYouMean(key, Object.keys(shape))
  if (near !== '') return ` Did you mean ${near}?`
  // [qBit.Seedbox], or a name with a dot that should have been quoted.
  if (path.length === 2 && reading.document.table(path)) {
    return ` A section of its own is written [${String(path[0])}-${key}]; a name with a dot needs quotes.`
  }
  const inside = Object.entries(shape).find(
    ([, node]) => node.node === 'table' && Object.hasOwn(node.shape, key),
  )
  return inside ? ` It belongs into the table ${inside[0]}.` : ''
}
