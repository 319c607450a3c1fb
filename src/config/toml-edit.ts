/**
 * Changes a TOML document as its owner would: one key, one section, and not a byte of anything else. The text is cut at
 * its statements (`locate.ts`) and only what is meant is written anew. Before anybody gets the result it is parsed again
 * and compared with what was intended; a comment line that would be lost is a refusal, too.
 */
import {isDeepStrictEqual} from 'node:util'
import {parse as parseLoosely, patch} from '@decimalturn/toml-patch'
import {parse, TomlError} from 'smol-toml'
import {CommodarrError} from '#model/errors.ts'
import {isTable} from './document.ts'
import type {KeyPath} from './key-path.ts'
import {statementsOf, type Statement} from './locate.ts'
import {tomlKey, tomlText, type TomlValue} from './toml-text.ts'

/** By key; `undefined` takes the key out. */
export type KeyEdits = Readonly<Record<string, TomlValue | undefined>>

/** @throws {CommodarrError} config_invalid, when the text can not be parsed or the edit not be written */
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
      edited = withKey(edited, [section, key], value)
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

/** @throws {CommodarrError} config_invalid, when the text can not be parsed or the edits not be written */
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
      edited = withKey(edited, path, value)
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

/** As the configuration is read; the fault itself is told by whoever reads the file. */
export function parsed(text: string): Record<string, unknown> {
  try {
    return parse(text, {integersAsBigInt: 'asNeeded', maxDepth: 40})
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new CommodarrError(
      'config_invalid',
      `The configuration file is no valid TOML in line ${error.line}; it has to be put right by hand first.`,
    )
  }
}

/** Lines that hold nothing but a comment. */
export function commentLines(text: string): string[] {
  const lines: string[] = []
  let end = 0
  for (const {start, end: next} of [...statementsOf(text), {start: text.length, end: text.length}]) {
    // What follows a statement on its own line belongs to it.
    const gap = text
      .slice(end, start)
      .split(/\r?\n/)
      .slice(end === 0 ? 0 : 1)
    lines.push(...gap.map((line) => line.trim()).filter((line) => line.startsWith('#')))
    end = next
  }
  return lines
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

function unwritable(): CommodarrError {
  return new CommodarrError(
    'config_invalid',
    'This can not be written without touching the rest of the configuration file; edit it by hand.',
  )
}

function withKey(text: string, path: KeyPath, value: TomlValue): string {
  const statements = statementsOf(text)
  const holder = statements.find(({kind, path: at}) => kind === 'pair' && startsWith(path, at))
  if (holder) return replaced(text, holder, path, value)
  const pieces = statements.filter(({path: at}) => startsWith(at, path))
  return inserted(pieces.reduceRight(withoutLine, text), path, value)
}

function withoutKey(text: string, path: KeyPath): string {
  const statements = statementsOf(text)
  const holder = statements.find(({kind, path: at}) => kind === 'pair' && startsWith(path, at))
  if (holder && holder.path.length < path.length) return patched(text, holder, path) ?? text
  return statements.filter(({path: at}) => startsWith(at, path)).reduceRight(withoutLine, text)
}

function replaced(text: string, holder: Statement, path: KeyPath, value: TomlValue): string {
  const isWhole = holder.path.length === path.length
  const isList = Array.isArray(value) && text.charAt(holder.valueStart) === '['
  const result = isWhole && !isList ? null : patched(text, holder, path, value)
  if (result !== null || !isWhole) return result ?? text
  return text.slice(0, holder.valueStart) + tomlText(value) + text.slice(holder.end)
}

/**
 * Lists may have comments and lines of their own within; a patch keeps what did not change. `null` = the patch came
 * out wrong.
 */
function patched(text: string, holder: Statement, path: KeyPath, value?: TomlValue): string | null {
  const statement = text.slice(holder.start, holder.end)
  const below = path.slice(holder.depth).map(String)
  const intended = assigned(parsed(statement), below, value === undefined ? undefined : valueOf(value))
  const result = patch(statement, assigned(parseLoosely(statement) as object, below, value))
  const trimmed = result.replace(/\r?\n$/, '')
  if (!isDeepStrictEqual(parsed(trimmed), intended)) return null
  return text.slice(0, holder.start) + trimmed + text.slice(holder.end)
}

function assigned(document: object, path: readonly string[], value: unknown): object {
  const parent = path.slice(0, -1).reduce<object>((at, key) => {
    if (!Object.hasOwn(at, key)) Reflect.set(at, key, emptyLike(document))
    return Reflect.get(at, key) as object
  }, document)
  if (value === undefined) Reflect.deleteProperty(parent, path.at(-1)!)
  else Reflect.set(parent, path.at(-1)!, value)
  return document
}

/** A new line behind the last key of its table, or wherever the table or the section is written otherwise. */
function inserted(text: string, path: KeyPath, value: TomlValue): string {
  const statements = statementsOf(text)
  const spelled = (from: number) =>
    `${path
      .slice(from)
      .map((key) => tomlKey(String(key)))
      .join('.')} = ${tomlText(value)}`
  // The nearest table above it that has a header; what lies between is spelled with dots.
  for (let length = path.length - 1; length > 0; length--) {
    const table = path.slice(0, length)
    const header = statements.findIndex(({kind, path: at}) => kind === 'table' && isSame(at, table))
    if (header !== -1) {
      const last = lastPairOf(statements, header)
      return lineBehind(text, last, indentation(text, last) + spelled(length))
    }
    const below = statements.find(({kind, path: at}) => kind === 'table' && startsWith(at, table))
    if (below)
      return lineAbove(
        text,
        below,
        `[${table.map((key) => tomlKey(String(key))).join('.')}]`,
        spelled(length),
      )
  }
  const dotted = statements.findLast(({path: at, depth}) => at[0] === path[0] && depth === 0 && at.length > 1)
  if (dotted?.kind === 'pair') return lineBehind(text, dotted, spelled(0))
  throw unwritable()
}

/** A header with its first key, before a table that lies below it. */
function lineAbove(text: string, {start}: Statement, header: string, pair: string): string {
  const at = lineStart(text, start)
  const newLine = newLineOf(text)
  return `${text.slice(0, at)}${header}${newLine}${pair}${newLine}${newLine}${text.slice(at)}`
}

function lastPairOf(statements: readonly Statement[], header: number): Statement {
  let last = header
  while (statements[last + 1]?.kind === 'pair') last++
  return statements[last]!
}

function lineBehind(text: string, {end}: Statement, line: string): string {
  const at = lineEnd(text, end)
  const newLine = newLineOf(text)
  return text.charAt(at - 1) === '\n'
    ? text.slice(0, at) + line + newLine + text.slice(at)
    : text.slice(0, at) + newLine + line
}

function indentation(text: string, {start}: Statement): string {
  return text.slice(lineStart(text, start), start)
}

function withoutLine(text: string, {start, end}: Statement): string {
  return text.slice(0, lineStart(text, start)) + text.slice(lineEnd(text, end))
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

/** Of the blank lines above and below one is enough. */
function withoutRun(text: string, run: readonly Statement[]): string {
  const before = text.slice(0, lineStart(text, run[0]!.start))
  const after = text.slice(lineEnd(text, run.at(-1)!.end))
  const isBlankAbove = before === '' || /(^|\n)[ \t]*\r?\n$/.test(before)
  const below = isBlankAbove ? after.replace(/^[ \t]*\r?\n/, '') : after
  return below === '' ? before.replace(/(\r?\n)([ \t]*\r?\n)+$/, '$1') : before + below
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** Behind the end of the line, or the end of the text. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

function newLineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

function startsWith(path: KeyPath, prefix: KeyPath): boolean {
  return path.length >= prefix.length && prefix.every((part, i) => path[i] === part)
}

function isSame(one: KeyPath, other: KeyPath): boolean {
  return one.length === other.length && startsWith(one, other)
}

function valueOf(value: TomlValue): unknown {
  return parse(`value = ${tomlText(value)}`, {integersAsBigInt: 'asNeeded'})['value']
}

function emptyLike(table: object): object {
  return Object.create(Object.getPrototypeOf(table) as object | null) as object
}
