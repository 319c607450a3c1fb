/** Conditions as people write them, checked against the catalogue of facts, values in base units. */
import * as z from 'zod'
import {
  askedFacts,
  factNames,
  factOf,
  type FactDefinition,
  type FactName,
  type SubjectKind,
} from '#model/fact.ts'
import {liveLimits} from '#model/live.ts'
import type {Condition, Leaf, Operator} from '#model/rule.ts'
import {conditionIn} from '#search-query/rule-condition.ts'
import {operatorsOf, takenBy} from './leaf.ts'
import {quantityOf, quantityShapes} from './quantity.ts'
import {faultOf, longestPattern} from './text-patterns.ts'

type Path = readonly (string | number)[]
type Complain = (path: Path, message: string, accepted: readonly string[]) => undefined

/** Of a condition that is a text. */
const longestText = liveLimits.queryLength

/** Deeper trees are refused: nobody reads them. */
const deepest = 10

/** A zod type of any quantity. @param least the smallest accepted */
export function quantity(
  unit: 'seconds' | 'bytes' | 'bytesPerSecond' | 'share' | 'count' | 'plain',
  least = 0,
) {
  const read = z.unknown().transform((written, context): number => {
    const amount = quantityOf(written, unit)
    if (amount !== null && (amount >= least || unit === 'plain')) return amount
    const accepted = [quantityShapes[unit], ...(least > 0 ? [`at least ${least}`] : [])]
    context.addIssue({code: 'custom', message: 'is not accepted', params: {accepted}})
    return z.NEVER
  })
  // For who says what may be written there.
  return read.meta({unit})
}

export const conditionShape = z.unknown().transform((written, context): Condition => {
  const complain: Complain = (path, message, accepted) => {
    context.addIssue({code: 'custom', path: [...path], message, params: {accepted}})
    return undefined
  }
  return conditionOf(written, [], complain) ?? z.NEVER
})

export const leafShape = z.unknown().transform((written, context): Leaf => {
  const complain: Complain = (path, message, accepted) => {
    context.addIssue({code: 'custom', path: [...path], message, params: {accepted}})
    return undefined
  }
  if (isRecord(written)) return leafOf(written, [], complain) ?? z.NEVER
  complain([], 'is no comparison', ['{fact, op, value}'])
  return z.NEVER
})

/** Leaves with where they stand. */
export function leavesOf(condition: Condition, path: Path = []): {leaf: Leaf; path: Path}[] {
  if ('fact' in condition) return [{leaf: condition, path}]
  if ('not' in condition) return leavesOf(condition.not, [...path, 'not'])
  const [name, parts] = 'all' in condition ? ['all', condition.all] : ['any', condition.any]
  return parts.flatMap((part, at) => leavesOf(part, [...path, name, at]))
}

export function factsOfSubject(subject: SubjectKind): readonly FactName[] {
  return factNames.filter((name) => factOf(name).subjects.includes(subject))
}

const forms = [
  '{all: [...]}',
  '{any: [...]}',
  '{not: ...}',
  '{fact, op, value}',
  'a search like "is:complete ratio>2"',
]

function conditionOf(written: unknown, path: Path, complain: Complain): Condition | undefined {
  if (typeof written === 'string') return conditionOfText(written, path, complain)
  if (!isRecord(written)) return complain(path, 'is no condition', forms)
  if (path.length > 2 * deepest) return complain(path, 'is too deep', [`${deepest} levels`])
  if ('fact' in written) return leafOf(written, path, complain)
  const [name, ...more] = Object.keys(written)
  if (more.length > 0) return complain(path, 'is more than one condition', forms)
  if (name === 'not') {
    const not = conditionOf(written[name], [...path, 'not'], complain)
    return not && {not}
  }
  if (name !== 'all' && name !== 'any') return complain(path, 'is no condition', forms)
  const list = written[name]
  if (!Array.isArray(list)) return complain([...path, name], 'is no list', ['a list of conditions'])
  const read = list.map((part, at) => conditionOf(part, [...path, name, at], complain))
  const parts = read.filter((part) => part !== undefined)
  if (parts.length === 0 && list.length === 0) {
    // An empty `all` would be true of every torrent there is.
    return complain([...path, name], 'is empty', ['at least one condition'])
  }
  if (parts.length < list.length) return undefined
  return name === 'all' ? {all: parts} : {any: parts}
}

/** What is asked in the words of the search box: read as a tree, and judged like every other. */
function conditionOfText(text: string, path: Path, complain: Complain): Condition | undefined {
  if (text.length > longestText) return complain(path, 'is too long', [`${longestText} characters`])
  const {condition, mistakes} = conditionIn(text)
  for (const {message, accepted} of mistakes) {
    complain(path, `is not understood: ${message.replace(/[.?]$/, '')}`, accepted)
  }
  if (mistakes.length > 0) return undefined
  return condition === null ? complain(path, 'asks nothing', forms) : conditionOf(condition, path, complain)
}

function leafOf(
  written: Readonly<Record<string, unknown>>,
  path: Path,
  complain: Complain,
): Leaf | undefined {
  const {fact, op, value, window, cs, ...more} = written
  const [other] = Object.keys(more)
  if (other !== undefined) {
    return complain([...path, other], 'is not known', ['fact', 'op', 'value', 'window', 'cs'])
  }
  if (!isFact(fact)) return complain([...path, 'fact'], 'is no fact', askedFacts)
  const definition = factOf(fact)
  const accepted = operatorsOf[definition.type]
  if (!accepted.includes(op as Operator))
    return complain([...path, 'op'], `does not compare ${fact}`, accepted)
  if (cs !== undefined && typeof cs !== 'boolean')
    return complain([...path, 'cs'], 'is neither', ['true', 'false'])
  const seconds = windowOf(definition, window, [...path, 'window'], complain)
  if (seconds === undefined) return undefined
  const leaf = {fact, op: op as Operator, ...(seconds !== null && {window: seconds}), ...(cs && {cs})}
  if (takenBy(leaf.op) === 'nothing') {
    return value === undefined ? leaf : complain([...path, 'value'], 'is not asked for', ['nothing'])
  }
  const read = valueOf(leaf.op, definition, value, [...path, 'value'], complain)
  return read === undefined ? undefined : {...leaf, value: read}
}

/** `null` = without; `undefined` = wrong. */
function windowOf(
  {windowed}: FactDefinition,
  written: unknown,
  path: Path,
  complain: Complain,
): number | null | undefined {
  if (!windowed) return written === undefined ? null : complain(path, 'is not asked for', ['nothing'])
  const seconds = quantityOf(written, 'seconds')
  return seconds !== null && seconds > 0
    ? seconds
    : complain(path, 'is no time span', [quantityShapes.seconds])
}

type Scalar = string | number | boolean | null

function valueOf(
  op: Operator,
  definition: FactDefinition,
  written: unknown,
  path: Path,
  complain: Complain,
): Scalar | readonly Scalar[] | undefined {
  const taken = takenBy(op)
  if (taken === 'text') return patternOf(op, written, path, complain)
  if (taken === 'one') {
    const nullable = definition.nullable && (op === 'eq' || op === 'ne')
    return scalarOf({...definition, nullable}, written, path, complain)
  }
  if (!Array.isArray(written) || written.length === 0)
    return complain(path, 'is no list', ['a list of values'])
  if (taken === 'pair' && written.length !== 2) return complain(path, 'is no range', ['[least, most]'])
  const nullable = definition.nullable && taken === 'list'
  const values = written.map((one, at) => scalarOf({...definition, nullable}, one, [...path, at], complain))
  const [least, most] = values
  if (values.includes(undefined)) return undefined
  if (taken === 'pair' && (least as number) > (most as number)) {
    return complain(path, 'is an empty range', ['[least, most]'])
  }
  return values as readonly Scalar[]
}

function patternOf(op: Operator, written: unknown, path: Path, complain: Complain): string | undefined {
  const accepted = [`1 to ${longestPattern} characters`]
  if (typeof written !== 'string' || written === '' || written.length > longestPattern) {
    return complain(path, 'is no text to look for', accepted)
  }
  if (op !== 'matches') return written
  const fault = faultOf(written)
  if (fault === null) return written
  return complain(path, fault.detail, ['a regular expression as RE2 reads it'])
}

function scalarOf(
  definition: FactDefinition,
  written: unknown,
  path: Path,
  complain: Complain,
): Scalar | undefined {
  if (written === null && definition.nullable) return null
  const orNone = definition.nullable ? ['null (none)'] : []
  switch (definition.type) {
    case 'number': {
      const amount = quantityOf(written, definition.unit!)
      return amount ?? complain(path, 'is not accepted', [quantityShapes[definition.unit!], ...orNone])
    }
    case 'boolean':
      return typeof written === 'boolean' ? written : complain(path, 'is neither', ['true', 'false'])
    case 'choice':
      return definition.values.includes(written as string)
        ? (written as string)
        : complain(path, 'is not one of them', definition.values)
    default:
      return typeof written === 'string'
        ? written
        : complain(path, 'is no text', ['text, in quotes', ...orNone])
  }
}

function isRecord(it: unknown): it is Readonly<Record<string, unknown>> {
  return typeof it === 'object' && it !== null && !Array.isArray(it)
}

function isFact(it: unknown): it is FactName {
  return factNames.includes(it as FactName)
}
