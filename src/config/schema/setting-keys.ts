/**
 * Keys of sections that people change without a text editor: what each means, how it is written, what it is when it is
 * absent. From the schema itself, so that it says what is read.
 */
import type {Field, Rows, Shape} from './fields.ts'

/**
 * figure: a number, or text with a unit. pairs: text to text. rows: a list of tables, whose keys are its `columns`.
 */
export const settingInputs = ['flag', 'word', 'list', 'text', 'figure', 'pairs', 'secret', 'rows'] as const

export interface SettingKey<G extends string = string> {
  /** From the section on, joined by dots; of a column from its row on. */
  readonly path: string
  readonly group: G
  readonly input: (typeof settingInputs)[number]
  /** Of it one is chosen; empty = it is no word. */
  readonly words: readonly string[]
  /** Of a bare number; `null` = it has none. */
  readonly unit: 'seconds' | 'minutes' | null
  /** As it is written in the file; '–' = nothing. */
  readonly standard: string
  readonly accepted: string
  readonly means: string
  /** What works by it begins again when it changes. */
  readonly restarts: boolean
  /** false = nothing goes by it yet. */
  readonly acts: boolean
  /** Of rows; empty = it has none. */
  readonly columns: readonly SettingKey<G>[]
}

interface KeysAbout<G extends string> {
  readonly group: G
  /** Tables they stand in, with a dot at the end. */
  readonly above?: string
  readonly restarts?: (path: string) => boolean
  /** What is absent comes from elsewhere. */
  readonly inherits?: boolean
}

/** Keys and rows of a table; tables within it are for who knows where they belong. */
export function settingKeysOf<G extends string>(shape: Shape, about: KeysAbout<G>): SettingKey<G>[] {
  return Object.entries(shape).flatMap(([key, node]) => {
    if (node.node === 'table') return []
    const path = `${about.above ?? ''}${key}`
    return [node.node === 'rows' ? rowsKey(path, node, about) : fieldKey(path, node, about)]
  })
}

/** Keys of columns begin with their row. */
function rowsKey<G extends string>(path: string, {shape, means}: Rows<Shape>, about: KeysAbout<G>) {
  return {
    ...shared(path, about),
    acts: true,
    input: 'rows' as const,
    words: [],
    unit: null,
    standard: '[]',
    accepted: 'a list of tables',
    means,
    columns: settingKeysOf(shape, {...about, above: ''}),
  }
}

function fieldKey<G extends string>(path: string, field: Field<unknown>, about: KeysAbout<G>): SettingKey<G> {
  const {type, words, accepted, means, absentText} = field
  return {
    ...shared(path, about),
    acts: field.acts,
    words,
    accepted,
    means,
    standard: about.inherits === true ? '–' : absentText,
    input: inputOf(field),
    unit: type === 'seconds' || type === 'minutes' ? type : null,
    columns: [],
  }
}

function shared<G extends string>(path: string, {group, restarts}: KeysAbout<G>) {
  return {path, group, restarts: restarts?.(path) ?? false}
}

function inputOf({secret, words, type}: Field<unknown>): SettingKey['input'] {
  if (secret) return 'secret'
  if (words.length > 0) return 'word'
  return inputs[type] ?? 'figure'
}

const inputs: Readonly<Record<string, SettingKey['input']>> = {
  'yes/no': 'flag',
  list: 'list',
  text: 'text',
  hours: 'text',
  table: 'pairs',
}
