/**
 * Changes a TOML document as its owner would: one key, one section, and not a byte of anything else. The text is cut at
 * its statements (`document/locate.ts`) and only what is meant is written again. Before anybody gets the result it is parsed again
 * and compared with what was intended; a comment line that would be lost is a refusal, too.
 */
import {isDeepStrictEqual} from 'node:util'
import {isTable} from '../document/document.ts'
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
} from './toml-keys.ts'
import {withValue} from './toml-rows.ts'
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
