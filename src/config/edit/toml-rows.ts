/**
 * Rows (`[[section.rows]]`) as their owner would change them: a row that stays keeps its place and its comments, key by
 * key; one that is new gets a block of its own.
 */
import {isDeepStrictEqual} from 'node:util'
import {isTable} from '../document/document.ts'
import type {KeyPath} from '../document/key-path.ts'
import {statementsOf} from '../document/locate.ts'
import {
  commentLines,
  lineEnd,
  linesBehind,
  lineStart,
  newLineOf,
  parsed,
  startsWith,
  withKey,
  withoutKey,
  withoutLine,
  withoutRun,
} from './toml-keys.ts'
import {tomlKey, tomlText, type TomlValue} from './toml-text.ts'

/** Rows stay rows, each where its owner has it; everything else is one value. */
export function withValue(text: string, path: KeyPath, value: TomlValue): string {
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
