/**
 * A key, a line, a value in the text of a TOML document: where each stands and how one is put there or taken away.
 * Nothing in here looks at the whole; `toml-edit.ts` does before anybody gets the result.
 */
import {isDeepStrictEqual} from 'node:util'
import {parse as parseLoosely, patch} from '@decimalturn/toml-patch'
import {parse, TomlError} from 'smol-toml'
import {CommodarrError} from '#model/errors.ts'
import type {KeyPath} from '../document/key-path.ts'
import {statementsOf, type Statement} from '../document/locate.ts'
import {tomlKey, tomlText, type TomlValue} from './toml-text.ts'

/** As the configuration is read; the fault itself is told by whoever reads the file. */
export function parsed(text: string): Record<string, unknown> {
  try {
    return parse(text, {integersAsBigInt: 'asNeeded', maxDepth: 40})
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new CommodarrError(
      'config_invalid',
      `The configuration file is not valid TOML in line ${error.line}. Fix it by hand first.`,
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

/** @returns what is thrown of an edit that would not come out right */
export function unwritable(): CommodarrError {
  return new CommodarrError(
    'config_invalid',
    'This cannot be written without changing the rest of the configuration file. Edit it by hand.',
  )
}

export function withKey(text: string, path: KeyPath, value: TomlValue): string {
  const statements = statementsOf(text)
  const holder = statements.find(({kind, path: at}) => kind === 'pair' && startsWith(path, at))
  if (holder) return replaced(text, holder, path, value)
  const pieces = statements.filter(({path: at}) => startsWith(at, path))
  return inserted(pieces.reduceRight(withoutLine, text), path, value)
}

export function withoutKey(text: string, path: KeyPath): string {
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
    const header = statements.findIndex(({kind, path: at}) => kind !== 'pair' && isSame(at, table))
    if (header !== -1) {
      const last = lastPairOf(statements, header)
      return lineBehind(text, last, indentation(text, last) + spelled(length))
    }
    const below = statements.find(({kind, path: at}) => kind !== 'pair' && startsWith(at, table))
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

function lineBehind(text: string, statement: Statement, line: string): string {
  return linesBehind(text, statement, [line])
}

export function linesBehind(text: string, {end}: Statement, lines: readonly string[]): string {
  const at = lineEnd(text, end)
  const newLine = newLineOf(text)
  const added = lines.join(newLine)
  return text.charAt(at - 1) === '\n'
    ? text.slice(0, at) + added + newLine + text.slice(at)
    : text.slice(0, at) + newLine + added
}

function indentation(text: string, {start}: Statement): string {
  return text.slice(lineStart(text, start), start)
}

export function withoutLine(text: string, {start, end}: Statement): string {
  return text.slice(0, lineStart(text, start)) + text.slice(lineEnd(text, end))
}

/** Of the blank lines above and below one is enough. */
export function withoutRun(text: string, run: readonly Statement[]): string {
  const before = text.slice(0, lineStart(text, run[0]!.start))
  const after = text.slice(lineEnd(text, run.at(-1)!.end))
  const isBlankAbove = before === '' || /(^|\n)[ \t]*\r?\n$/.test(before)
  const below = isBlankAbove ? after.replace(/^[ \t]*\r?\n/, '') : after
  return below === '' ? before.replace(/(\r?\n)([ \t]*\r?\n)+$/, '$1') : before + below
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** Behind the end of the line, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

export function newLineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

export function startsWith(path: KeyPath, prefix: KeyPath): boolean {
  return path.length >= prefix.length && prefix.every((part, i) => path[i] === part)
}

function isSame(one: KeyPath, other: KeyPath): boolean {
  return one.length === other.length && startsWith(one, other)
}

export function valueOf(value: TomlValue): unknown {
  return parse(`value = ${tomlText(value)}`, {integersAsBigInt: 'asNeeded'})['value']
}

export function emptyLike(table: object): object {
  return Object.create(Object.getPrototypeOf(table) as object | null) as object
}
