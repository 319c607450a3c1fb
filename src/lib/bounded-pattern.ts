/**
 * Regular expressions that people write, in the syntax of RE2. Whoever may write one makes the thread that reads it
 * work: to compile `(\pL{1,100}){1,10}` a hundred times takes seconds, and to look for it in a name takes as long as its
 * steps times the letters. So nothing is compiled before its steps were counted from the text alone, no pattern has more
 * than `mostSteps`, and those of one document (a rule, a section, a search) share a budget. Nothing else knows the
 * library (`tools/walls.ts`).
 */
import {RE2JS, RE2JSException} from 're2js'

/**
 * Of one pattern. A step takes up to 0.25 µs a letter, where the library has to follow all of them at once, and up to
 * 2 µs to compile.
 */
export const mostSteps = 1_000

/** Characters, whatever it compiles to. */
const LONGEST = 1_000
/** Classes of letters by their Unicode name, and ranges beyond ASCII, are put together from long tables: up to 10 ms. */
const STEPS_OF_TABLE = 100
const STEPS_OF_RANGE = 300

/** The bound of what all patterns of one document may cost together, in steps. */
export class PatternBudget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** @returns whether there was room for it; what finds none takes none */
  take(steps: number): boolean {
    if (steps > this.#left) return false
    this.#left -= steps
    return true
  }
}

/** `invalid`: it is no regular expression. `tooLarge`: by itself. `tooMany`: together with the others of its document. */
export interface PatternFault {
  readonly problem: 'invalid' | 'tooLarge' | 'tooMany'
  /** Goes on after the name of the field: `is no regular expression: …`. */
  readonly detail: string
}

interface PatternSyntax {
  readonly caseSensitive: boolean
  /** A dot stands for line breaks, too. */
  readonly dotAll?: boolean
}

/** Of the compiled program; the library has no types for it (`media/never-matching.test.ts` holds them). */
export interface PatternStep {
  readonly op: number
  readonly out: number
  readonly arg: number
  readonly runes: Int32Array
}

export class BoundedPattern {
  readonly #compiled: RE2JS

  private constructor(compiled: RE2JS) {
    this.#compiled = compiled
  }

  /** @param budget of its document; what it takes stays taken, also when it is refused as no expression */
  static read(source: string, syntax: PatternSyntax, budget: PatternBudget): BoundedPattern | PatternFault {
    const steps = source.length > LONGEST ? Infinity : stepsOf(source)
    if (steps > mostSteps) return {problem: 'tooLarge', detail: 'is too large: write a shorter one'}
    if (!budget.take(steps)) {
      return {problem: 'tooMany', detail: 'is too large together with the other patterns here'}
    }
    try {
      const flags = (syntax.caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE) | (syntax.dotAll ? RE2JS.DOTALL : 0)
      return new BoundedPattern(RE2JS.compile(source, flags))
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error
      return {problem: 'invalid', detail: `is no regular expression: ${regexProblem(error.message, source)}`}
    }
  }

  get steps(): number {
    return this.#compiled.programSize()
  }

  /** What it was compiled to: where it begins, and its steps. */
  get program(): {readonly inst: readonly PatternStep[]; readonly start: number} {
    return this.#compiled.re2().prog as {readonly inst: readonly PatternStep[]; readonly start: number}
  }

  /** Some piece of the text fits, be it without a letter. */
  isIn(text: string): boolean {
    return this.#compiled.test(text)
  }

  /** The first piece that fits has at least one letter. */
  eatsIn(text: string): boolean {
    if (!this.#compiled.test(text)) return false
    const matcher = this.#compiled.matcher(text)
    return matcher.find() && matcher.end() > matcher.start()
  }

  /** The text with another one for each piece that fits; in that, `$1` is the first group and `$&` the piece. */
  replacedIn(text: string, replacement: string): string {
    return this.#compiled.matcher(text).replaceAll(replacement)
  }

  /** The whole text fits. */
  isAll(text: string): boolean {
    return this.#compiled.testExact(text)
  }
}

/** A text as the pattern that fits it alone. */
export function quotedPattern(text: string): string {
  return RE2JS.quote(text)
}

/** One open group: its steps so far, and those of its last piece, which may be repeated. */
interface Open {
  steps: number
  last: number
}

/**
 * Steps that it compiles to, at most, and what its tables cost, counted in one go over the text. What is no regular
 * expression has some number, too.
 */
export function stepsOf(source: string): number {
  const open: Open[] = [{steps: STEPS_OF_NOTHING, last: 0}]
  let tables = 0
  for (let at = 0; at < source.length;) {
    const piece = pieceAt(source, at)
    at = piece.end
    tables += piece.tables ?? 0
    const inner = open.at(-1)!
    if (piece.does === 'open') open.push({steps: STEPS_OF_NOTHING, last: 0})
    else if (piece.does === 'close') {
      if (open.length > 1) open.pop()
      const outer = open.at(-1)!
      outer.last = inner.steps
      if (outer !== inner) outer.steps += inner.steps
    } else if (piece.does === 'repeat') {
      const more = inner.last * (piece.times - 1) + piece.steps
      inner.steps += more
      inner.last += more
    } else {
      inner.steps += piece.steps
      inner.last = piece.steps
    }
  }
  // Groups that nobody closed.
  return open.reduce((sum, {steps}) => sum + steps, tables)
}

/** Beginning and end, of the whole and of a group. */
const STEPS_OF_NOTHING = 3

type Piece = {readonly end: number; readonly tables?: number} & (
  | {readonly does: 'open'}
  | {readonly does: 'close'}
  | {readonly does: 'stand'; readonly steps: number}
  /** So often is there what stands before it, and the steps between. */
  | {readonly does: 'repeat'; readonly times: number; readonly steps: number}
)

function pieceAt(source: string, at: number): Piece {
  switch (source[at]) {
    case '\\': {
      const tables = isTable(source[at + 1]) ? STEPS_OF_TABLE : 0
      return {does: 'stand', end: at + 2, steps: 1, tables}
    }
    case '[':
      return classAt(source, at)
    case '|':
      // Also where nothing stands beside it.
      return {does: 'stand', end: at + 1, steps: 2}
    case '(':
      return {does: 'open', end: at + 1}
    case ')':
      return {does: 'close', end: at + 1}
    case '*':
    case '+':
    case '?':
      return {does: 'repeat', end: at + 1, times: 1, steps: 2}
    case '{':
      return repetitionAt(source, at) ?? {does: 'stand', end: at + 1, steps: 1}
    default:
      return {does: 'stand', end: at + 1, steps: 1}
  }
}

/** `{2}`, `{2,}`, `{2,5}`: each of those that may be left out has a step before it. */
function repetitionAt(source: string, at: number): Piece | null {
  const shape = /\{(\d{1,9})(?:,(\d{0,9}))?\}/y
  shape.lastIndex = at
  const [text, least, most] = shape.exec(source) ?? []
  if (text === undefined) return null
  const times = Math.max(1, Number(most || least))
  return {does: 'repeat', end: at + text.length, times, steps: times - Number(least) + 2}
}

function classAt(source: string, at: number): Piece {
  let end = at + 1
  if (source[end] === '^') end++
  // A bracket that comes first stands for itself.
  if (source[end] === ']') end++
  let tables = 0
  for (; end < source.length && source[end] !== ']'; end++) {
    if (source[end] === '\\') {
      end++
      if (isTable(source[end])) tables += STEPS_OF_TABLE
    } else if (source[end] === '[' && source[end + 1] === ':') {
      const named = source.indexOf(':]', end + 2)
      if (named >= 0) end = named + 1
    } else if (source[end] === '-' && isFar(source, end + 1)) tables += STEPS_OF_RANGE
  }
  return {does: 'stand', end: end + 1, steps: 1, tables}
}

/** `\p{Greek}`, `\PL`. */
function isTable(letter: string | undefined): boolean {
  return letter === 'p' || letter === 'P'
}

/** Does the letter that ends a range lie beyond ASCII? */
function isFar(source: string, at: number): boolean {
  return source[at] === '\\' ? /[xu]/.test(source[at + 1] ?? '') : source.charCodeAt(at) > 127
}

/**
 * What a regular expression gets wrong, for people who know other kinds: RE2 has no look-around and no back-references.
 *
 * @param message of the exception that RE2 threw
 * @param pattern as it was written
 */
export function regexProblem(message: string, pattern: string): string {
  if (/\(\?<[=!]/.test(pattern)) return 'it looks behind ((?<=…) or (?<!…)), which RE2 does not support'
  if (/\(\?[=!]/.test(pattern)) return 'it looks ahead ((?=…) or (?!…)), which RE2 does not support'
  if (/\(\?>/.test(pattern)) return 'it has an atomic group ((?>…)), which RE2 does not support'
  if (/\\([1-9]|k[<{'])/.test(pattern) && message.includes('escape')) {
    return 'it refers back to a group (\\1), which RE2 does not support'
  }
  if (/[*+?}]\+/.test(pattern) && message.includes('repetition')) {
    return 'it repeats possessively (a++), which RE2 does not support; a+ is the same here'
  }
  if (message.includes('missing argument to repetition')) {
    return 'a * or + stands where nothing is to be repeated; "any signs" is written .*'
  }
  return message.replace(/^error parsing regexp: /, '').replace(/: `[^]*`$/, '')
}
