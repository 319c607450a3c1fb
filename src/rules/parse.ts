/** Rules from YAML, or from plain objects of the API, to rules as they are judged. */
import {isNode, LineCounter, parseDocument, type Document} from 'yaml'
import {namesAt} from '#lib/schema-names.ts'
import {isRuleSubject, ruleSubjects} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import {excessOfRule, excessOfText} from './document-bounds.ts'
import {
  mistake,
  mistakesOf,
  type GivenName,
  type Locate,
  type ParsedRules,
  type Place,
} from './rule-mistakes.ts'
import {ruleShape} from './rule-shape.ts'

/** More is no text of rules. */
const longestText = 1_000_000

const nowhere: Locate = () => null

/** One rule, or a list of them. Never throws: what is wrong is said, with line and column. */
export function parseRules(yaml: string): ParsedRules {
  return readText(yaml, (value, locate) =>
    Array.isArray(value) ? rulesOf(value, locate) : one(value, [], locate, value),
  )
}

/** One rule alone, as somebody edits it. */
export function parseRule(yaml: string, given: GivenName): ParsedRules {
  return readText(yaml, (value, locate) => draft(named(value, given), locate))
}

function readText(yaml: string, read: (value: unknown, locate: Locate) => ParsedRules): ParsedRules {
  if (yaml.length > longestText) return refused('is too long', [`${longestText} characters`], yaml.length)
  const lines = new LineCounter()
  const excess = excessOfText(yaml)
  if (excess !== null) {
    const {says, accepted, offset} = excess
    return {rules: [], mistakes: [mistake([], says, accepted, undefined, () => placeOf(yaml, offset))]}
  }
  // What the library warns of is how it writes out odd keys, and would go to the log as it is.
  const document = parseDocument(yaml, {lineCounter: lines, prettyErrors: false, logLevel: 'error'})
  const locate = locateIn(document, lines)
  const [error] = document.errors
  if (error) {
    const {line, col} = lines.linePos(error.pos[0])
    const wrong = mistake([], `is no YAML: ${error.message}`, [], undefined, () => ({line, column: col}))
    return {rules: [], mistakes: [wrong]}
  }
  const data = plain(document)
  if (data === null) return refused('refers to itself too often', ['a rule, or a list of rules'], undefined)
  if (data.value === null)
    return {
      rules: [],
      mistakes: [mistake([], 'is empty', ['at least `name`, `when` and `do`'], null, locate)],
    }
  return read(data.value, locate)
}

/** The same as a plain object, as the API takes it. */
export function draftOf(written: unknown, given: GivenName): ParsedRules {
  return draft(named(written, given), nowhere)
}

/** A rule as a plain object, as it was saved: also about what nothing is judged of. */
export function ruleOf(written: unknown): ParsedRules {
  return one(written, [], nowhere, written)
}

/** Who writes a rule waits for it to act: one that cannot is no rule, and what else is wrong hangs on that. */
function draft(data: unknown, locate: Locate): ParsedRules {
  const {subject, name} = isRecord(data) ? data : {}
  // It is written into logs, notices and tables, one line each.
  if (typeof name === 'string' && /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) {
    const wrong = mistake(['name'], 'is not accepted', ['text on one line'], data, locate)
    return {rules: [], mistakes: [wrong]}
  }
  if (subject === undefined || isRuleSubject(subject)) return one(data, [], locate, data)
  const wrong = mistake(['subject'], 'is not a subject of rules', ruleSubjects, data, locate)
  return {rules: [], mistakes: [wrong]}
}

function named(written: unknown, given: GivenName): unknown {
  return isRecord(written) ? {...written, ...given} : written
}

function isRecord(it: unknown): it is Readonly<Record<string, unknown>> {
  return typeof it === 'object' && it !== null && !Array.isArray(it)
}

function rulesOf(list: readonly unknown[], locate: Locate): ParsedRules {
  const all = list.map((data, at) => one(data, [at], locate, list))
  const rules: Rule[] = []
  const mistakes = all.flatMap((parsed) => parsed.mistakes)
  for (const [at, parsed] of all.entries()) {
    for (const rule of parsed.rules) {
      if (rules.every(({id}) => id !== rule.id)) rules.push(rule)
      else mistakes.push(mistake([at, 'id'], 'is the id of another rule', ['one of its own'], list, locate))
    }
  }
  return {rules, mistakes}
}

function one(data: unknown, root: Place, locate: Locate, whole: unknown): ParsedRules {
  const excess = excessOfRule(data)
  if (excess !== null) {
    const {place, says, accepted} = excess
    return {rules: [], mistakes: [mistake([...root, ...place], says, accepted, whole, locate)]}
  }
  const result = ruleShape.safeParse(data)
  if (result.success) return {rules: [result.data], mistakes: []}
  const issues = result.error.issues.map((issue) => ({...issue, path: [...root, ...issue.path]}))
  const keysAt = (path: Place) => namesAt(ruleShape, path.slice(root.length))
  return {rules: [], mistakes: mistakesOf(issues, whole, locate, keysAt)}
}

function refused(says: string, accepted: readonly string[], found: unknown): ParsedRules {
  return {rules: [], mistakes: [mistake([], says, accepted, found, nowhere)]}
}

/** `null`: so many aliases that it cannot be meant, or one within what it stands for: that has no end. */
function plain(document: Document): {readonly value: unknown} | null {
  try {
    const value: unknown = document.toJS({maxAliasCount: 100})
    // What cannot be written out could be neither told of nor kept.
    JSON.stringify(value)
    return {value}
  } catch {
    return null
  }
}

function placeOf(yaml: string, offset: number): {readonly line: number; readonly column: number} {
  const before = yaml.slice(0, offset).split('\n')
  return {line: before.length, column: before.at(-1)!.length + 1}
}

/** Of what is missing: where it would belong. */
function locateIn(document: Document, lines: LineCounter): Locate {
  const locate: Locate = (path) => {
    const offset = offsetOf(document, path)
    if (offset === null) return path.length > 0 ? locate(path.slice(0, -1)) : {line: 1, column: 1}
    const {line, col} = lines.linePos(offset)
    return {line, column: col}
  }
  return locate
}

function offsetOf(document: Document, path: Place): number | null {
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) && node.range ? node.range[0] : null
}
