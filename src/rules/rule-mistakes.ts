/** What is wrong with a rule that somebody wrote: where, what was found, what is accepted. */
import type {$ZodIssue} from 'zod/v4/core'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {Rule} from '#model/rule.ts'

export interface RuleMistake {
  /** `when.all[0].value`; '' = the whole. */
  readonly path: string
  /** From 1; `null` when it was no text. */
  readonly line: number | null
  readonly column: number | null
  readonly found: string
  readonly accepted: readonly string[]
  /** A whole sentence of these. */
  readonly message: string
}

export interface ParsedRules {
  /** Those without a mistake, in the order of the text. */
  readonly rules: readonly Rule[]
  readonly mistakes: readonly RuleMistake[]
}

/** What a rule is called here, whatever its text says. */
export type GivenName = Pick<Rule, 'id' | 'revision'>

export type Place = readonly PropertyKey[]

/** Where a path stands in the text. */
export type Locate = (path: Place) => {readonly line: number; readonly column: number} | null

/**
 * @param data what was checked, to show what was found
 * @param keysAt what is known at a path
 */
export function mistakesOf(
  issues: readonly $ZodIssue[],
  data: unknown,
  locate: Locate,
  keysAt: (path: Place) => readonly string[],
): readonly RuleMistake[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...issue.path, key], keysAt(issue.path), data, locate))
      : [mistake(issue.path, saying(issue), acceptedBy(issue), data, locate)],
  )
}

function unknownKey(path: Place, known: readonly string[], data: unknown, locate: Locate): RuleMistake {
  return explain(path, 'is not known', known, {data, locate, word: String(path.at(-1))})
}

export function mistake(
  path: Place,
  says: string,
  accepted: readonly string[],
  data: unknown,
  locate: Locate,
): RuleMistake {
  return explain(path, says, accepted, {data, locate, word: valueAt(data, path)})
}

interface Written {
  readonly data: unknown
  readonly locate: Locate
  /** What another word may have been meant by. */
  readonly word: unknown
}

function explain(
  path: Place,
  says: string,
  accepted: readonly string[],
  {data, locate, word}: Written,
): RuleMistake {
  const found = shown(valueAt(data, path))
  const at = locate(path)
  const written = pathText(path)
  const where = written === '' ? 'The rule' : `\`${written}\``
  const wanted = accepted.length > 0 ? ` Accepted: ${accepted.join(', ')}.` : ''
  const near =
    typeof word === 'string' && word.length >= shortestSlip ? didYouMean(word, accepted.filter(isWord)) : ''
  const meant = near === '' ? '' : ` Did you mean \`${near}\`?`
  const message = `${where} ${says}; found ${found}.${meant}${wanted}`
  return {path: written, line: at?.line ?? null, column: at?.column ?? null, found, accepted, message}
}

/** Of two letters each is like any other. */
const shortestSlip = 3

/** And no description of what is accepted. */
function isWord(accepted: string): boolean {
  return /^[\w.-]+$/.test(accepted)
}

function pathText(path: Place): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('')
}

function saying(issue: $ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'invalid_format' && issue.message.startsWith('is ')) return issue.message
  return 'is not accepted'
}

function acceptedBy(issue: $ZodIssue): readonly string[] {
  switch (issue.code) {
    case 'custom':
      return (issue.params?.['accepted'] as readonly string[] | undefined) ?? []
    case 'invalid_value':
      return issue.values.map(String)
    case 'invalid_type':
      return [issue.expected]
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? issue.options.map(String)
        : unionOf(issue.errors)
    case 'too_small':
      return [`at least ${counted(issue.minimum, issue.origin)}`]
    case 'too_big':
      return [`at most ${counted(issue.maximum, issue.origin)}`]
    default:
      return []
  }
}

function counted(count: number | bigint, origin: string): string {
  if (origin !== 'string') return String(count)
  return `${count} ${Number(count) === 1 ? 'character' : 'characters'}`
}

function unionOf(errors: readonly (readonly $ZodIssue[])[]): readonly string[] {
  return [...new Set(errors.flatMap((issues) => issues.flatMap(acceptedBy)))]
}

function valueAt(data: unknown, path: Place): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step]
  }
  return value
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  // YAML has numbers, and a symbol for a merge key, of which JSON says nothing.
  if (typeof value === 'number' || typeof value === 'symbol') return String(value)
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
