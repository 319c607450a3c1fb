/**
 * Changes a TOML document as its owner would: one key, one section, and not a byte of anything else. The text is cut at
 * its statements (`document/locate.ts`) and only what is meant is written again. Before anybody gets the result it is parsed again
 * and compared with what was intended; a comment line that would be lost is a refusal, too.
 */
import {isDeepStrictEqual} from 'node:util'
import {isTable} from '../document/document.ts'
import type {KeyPath} from '../document/key-path.ts'
import {statementsOf, type Statement} from '../document/locate.ts'
import {
  commentLines,
  emptyLike,
  newLineOf,
  parsed,
  unwritable,
  valueOf,
  withoutKey,
  withoutRun,
  lineEnd,
  linesBehind,
  lineStart,
  startsWith,
  withKey,
  withoutLine,
} from './toml-keys.ts'
import {tomlKey, tomlText, type TomlValue} from './toml-text.ts'

/** By key; `undefined` takes the key out. */
export type KeyEdits = Readonly<Record<string, TomlValue | undefined>>

/** @throws {CommodarrError} config_invalid, when the text cannot be parsed or the edit not be written */
export function editSection(text: string, section: string, keys: KeyEdits): string {
  const intended = parsed(text)
  const table = intended[section]
  if (!isTable(table)) throw unwritable()
  let edited = text
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined) {
      delete table[key]
      edited = withoutKey(edited, [section, key])
    } else {
      table[key] = valueOf(value)
      edited = withValue(edited, [section, key], value)
    }
  }
  return checked(text, endedLike(text, edited), intended)
}

/** One key, also of a table below a section. */
export interface PathEdit {
  /** Section, tables, key. */
  readonly path: readonly string[]
  /** `undefined` takes it out. */
  readonly value: TomlValue | undefined
}

/** @throws {CommodarrError} config_invalid, when the text cannot be parsed or the edits not be written */
export function editPaths(text: string, edits: readonly PathEdit[]): string {
  const intended = parsed(text)
  let edited = text
  for (const {path, value} of edits) {
    const key = path.at(-1)!
    const table = tableAt(intended, path.slice(0, -1), value !== undefined)
    if (value === undefined) {
      if (table) delete table[key]
      edited = withoutKey(edited, path)
    } else {
      table![key] = valueOf(value)
      edited = withValue(edited, path, value)
    }
  }
  return checked(text, endedLike(text, edited), intended)
}

/** The table that is there, or is made. */
function tableAt(
  root: Record<string, unknown>,
  path: readonly string[],
  make: boolean,
): Record<string, unknown> | null {
  let at = root
  for (const key of path) {
    const inner = at[key]
    if (inner === undefined && !make) return null
    if (inner !== undefined && !isTable(inner)) throw unwritable()
    at = (inner ?? (at[key] = emptyLike(root))) as Record<string, unknown>
  }
  return at
}

/** At the end of the document. @throws {CommodarrError} config_invalid, also when there is such a section */
export function addSection(text: string, section: string, keys: KeyEdits): string {
  const intended = parsed(text)
  if (Object.hasOwn(intended, section)) throw unwritable()
  const given = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [{key, value}]))
  const table = Object.fromEntries(given.map(({key, value}) => [key, valueOf(value)]))
  intended[section] = Object.assign(emptyLike(intended), table)
  const lines = [
    `[${tomlKey(section)}]`,
    ...given.map(({key, value}) => `${tomlKey(key)} = ${tomlText(value)}`),
  ]
  const newLine = newLineOf(text)
  const ending = text === '' || text.endsWith('\n') ? newLine : ''
  const head = text === '' || text.endsWith('\n') ? text : text + newLine
  const gap = head.trim() === '' || head.endsWith(newLine + newLine) ? '' : newLine
  return checked(text, head + gap + lines.join(newLine) + ending, intended)
}

/**
 * The section, the tables below it, and the comments between its first line and its last value. What is written above
 * its header and behind its last value stays.
 */
export function removeSection(text: string, section: string): string {
  const intended = parsed(text)
  if (!Object.hasOwn(intended, section)) throw unwritable()
  delete intended[section]
  let edited = text
  for (const run of runsOf(statementsOf(text), section).toReversed()) edited = withoutRun(edited, run)
  return checked(text, endedLike(text, edited), intended, section)
}

function checked(before: string, after: string, intended: object, removed?: string): string {
  if (!isDeepStrictEqual(parsed(after), intended)) throw unwritable()
  const kept = new Map<string, number>()
  for (const line of commentLines(after)) kept.set(line, (kept.get(line) ?? 0) + 1)
  for (const line of removed === undefined ? commentLines(before) : commentsOutside(before, removed)) {
    const left = kept.get(line) ?? 0
    if (left === 0) throw unwritable()
    kept.set(line, left - 1)
  }
  return after
}

function commentsOutside(text: string, section: string): string[] {
  const inside = runsOf(statementsOf(text), section).flatMap((run) =>
    commentLines(text.slice(run[0]!.start, run.at(-1)!.end)),
  )
  return commentLines(text).filter((line) => {
    const at = inside.indexOf(line)
    if (at !== -1) inside.splice(at, 1)
    return at === -1
  })
}

/** Without a line end behind the last line where there was none. */
function endedLike(before: string, after: string): string {
  return before.endsWith('\n') ? after : after.replace(/([ \t]*\r?\n)+$/, '')
}

/** Statements of the section that stand one after the other. */
function runsOf(statements: readonly Statement[], section: string): Statement[][] {
  const runs: Statement[][] = []
  statements.forEach((statement, i) => {
    if (statement.path[0] !== section) return
    if (statements[i - 1]?.path[0] === section) runs.at(-1)!.push(statement)
    else runs.push([statement])
  })
  return runs
}

/* From keys as JSON, tables within tables, to one edit for each key that is to say something else. */

/** @param keys `null` in it takes a key out; what is left out stays */
export function editsOf(keys: Readonly<Record<string, unknown>>, above: readonly string[] = []): PathEdit[] {
  return Object.entries(keys).flatMap(([key, value]) => {
    const path = [...above, key]
    return isTable(value) ? editsOf(value, path) : [{path, value: (value as TomlValue | null) ?? undefined}]
  })
}

/*
 * Rows (`[[section.rows]]`) as their owner would change them: a row that stays keeps its place and its comments, key by
 * key; one that is new gets a block of its own.
 */

/** Rows stay rows, each where its owner has it; everything else is one value. */
function withValue(text: string, path: KeyPath, value: TomlValue): string {
  if (!isRows(value) || value.length === 0) return withKey(text, path, value)
  const statements = statementsOf(text)
  const holder = statements.find(({kind, path: at}) => kind === 'pair' && startsWith(path, at))
  if (holder === undefined) {
    if (statements.some(({kind, path: at}) => kind === 'row' && isRowOf(at, path))) {
      return withRows(text, path, value)
    }
    return withFirstRows(text, path, value) ?? withKey(text, path, value)
  }
  const isBareList =
    holder.path.length === path.length &&
    /^\[\s*\]$/.test(text.slice(holder.valueStart, holder.end)) &&
    text.slice(holder.end, lineEnd(text, holder.end)).trim() === ''
  const rows = isBareList ? withFirstRows(withoutLine(text, holder), path, value) : null
  return rows ?? withKey(text, path, value)
}

function withRows(text: string, path: KeyPath, rows: readonly Row[]): string {
  const before = rowsAt(parsed(text), path)
  const former = formerRows(before, rows)
  const gone = before.map((_, i) => i).filter((i) => !former.includes(i))
  let edited = gone.reduceRight((at, i) => withoutRow(at, [...path, i]), text)
  let place = 0
  for (const [i, from] of former.entries()) {
    if (from === null) continue
    edited = withRow(edited, [...path, place++], before[from]!, rows[i]!)
  }
  for (const [i, from] of former.entries()) {
    if (from === null) edited = withNewRow(edited, path, i, rows[i]!)
  }
  return edited
}

function rowsAt(root: object, path: KeyPath): readonly Row[] {
  const found = path.reduce<unknown>((at, key) => Reflect.get(at as object, key), root)
  return found as readonly Row[]
}

/** Key by key. */
function withRow(text: string, path: KeyPath, before: Row, after: Row): string {
  let edited = text
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) edited = withoutKey(edited, [...path, key])
  }
  for (const [key, value] of Object.entries(after)) {
    const isSame = isDeepStrictEqual(plain(before[key]), value)
    if (!isSame) edited = withKey(edited, [...path, key], value as TomlValue)
  }
  return edited
}

/** As it came from the parser, without its own kind of tables. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/** Its comments stay: they may be about more than this row. */
function withoutRow(text: string, path: KeyPath): string {
  const run = statementsOf(text).filter(({path: at}) => startsWith(at, path))
  const whole = text.slice(run[0]!.start, run.at(-1)!.end)
  return commentLines(whole).length === 0 ? withoutRun(text, run) : run.reduceRight(withoutLine, text)
}

/** @param place it is to have; the row before it is there, or it becomes the first one */
function withNewRow(text: string, path: KeyPath, place: number, row: Row): string {
  const statements = statementsOf(text)
  if (place === 0) {
    const first = statements.find(({path: at}) => startsWith(at, [...path, 0]))!
    const at = lineStart(text, first.start)
    const newLine = newLineOf(text)
    return text.slice(0, at) + rowLines(path, row).join(newLine) + newLine + newLine + text.slice(at)
  }
  const last = statements.findLast(({path: at}) => startsWith(at, [...path, place - 1]))!
  return linesBehind(text, last, ['', ...rowLines(path, row)])
}

/** Behind everything else of the section; `null` = it has no header of its own. */
function withFirstRows(text: string, path: KeyPath, rows: readonly Row[]): string | null {
  const statements = statementsOf(text).filter(({path: at}) => at[0] === path[0])
  const last = statements.at(-1)
  if (last === undefined || (last.kind === 'pair' && last.depth === 0)) return null
  return linesBehind(
    text,
    last,
    rows.flatMap((row) => ['', ...rowLines(path, row)]),
  )
}

function rowLines(path: KeyPath, row: Row): string[] {
  const name = path.map((key) => tomlKey(String(key))).join('.')
  const pairs = Object.entries(row).map(([key, value]) => `${tomlKey(key)} = ${tomlText(value as TomlValue)}`)
  return [`[[${name}]]`, ...pairs]
}

function isRows(value: TomlValue): value is readonly {readonly [key: string]: TomlValue}[] {
  return Array.isArray(value) && value.every((it) => isTable(it))
}

function isRowOf(at: KeyPath, path: KeyPath): boolean {
  return at.length === path.length + 1 && startsWith(at, path)
}

/** Which row of a list is which one of the list that it becomes: nobody numbers rows, so the most alike are the same. */

type Row = Readonly<Record<string, unknown>>

/**
 * For each row that is wanted the place of the one it was; `null` = it is new. Rows do not overtake each other: who is
 * moved behind another one goes and comes.
 */
function formerRows(before: readonly Row[], after: readonly Row[]): readonly (number | null)[] {
  const best = likenesses(before, after)
  const former: (number | null)[] = after.map(() => null)
  let [i, j] = [0, 0]
  while (i < before.length && j < after.length) {
    const here = best[i]![j]!
    if (here === likeness(before[i]!, after[j]!) + best[i + 1]![j + 1]!) former[j++] = i++
    else if (here === best[i + 1]![j]!) i++
    else j++
  }
  return former
}

/** How alike the rest of both lists can be made, from each pair of places on. */
function likenesses(before: readonly Row[], after: readonly Row[]): readonly (readonly number[])[] {
  const best = Array.from({length: before.length + 1}, () => Array<number>(after.length + 1).fill(0))
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const together = likeness(before[i]!, after[j]!) + best[i + 1]![j + 1]!
      best[i]![j] = Math.max(together, best[i + 1]![j]!, best[i]![j + 1]!)
    }
  }
  return best
}

/** Words name a row; numbers and switches are the same in many. */
function likeness(one: Row, other: Row): number {
  const same = Object.keys(one).filter((key) => isDeepStrictEqual(one[key], other[key]))
  return same.reduce((sum, key) => sum + (typeof one[key] === 'string' ? 20 : 1), 1)
}
