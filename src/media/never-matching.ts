/**
 * Can a pattern match the name of a file or folder at all? It cannot when it wants a separator, or two things that are
 * never true at one place. Looked for in the compiled program: is its end reached, with at least one character eaten?
 * Only what stands before and behind a place matters to it, so there are few states.
 */
import type {BoundedPattern, PatternStep as Step} from '#lib/bounded-pattern.ts'

/* Kinds of steps, as the library numbers them. */
const ALT = 1
const ALT_MATCH = 2
const EMPTY_WIDTH = 4
const FAIL = 5
const MATCH = 6
const RUNE = 8
const RUNE1 = 9
const RUNE_ANY = 10
const RUNE_ANY_NOT_NL = 11

const BEGINS = 1 | 4
const ENDS = 2 | 8
const WORD_BOUNDARY = 16
const NO_WORD_BOUNDARY = 32

/** What stands at one side of a place: nothing, a letter of words, a dot, or another character. */
const [NOTHING, WORD, DOT, OTHER] = [0, 1, 2, 3] as const
type Side = typeof NOTHING | typeof WORD | typeof DOT | typeof OTHER
const sides: readonly Side[] = [NOTHING, WORD, DOT, OTHER]

/** Can a text of this kind have these two beside each other? */
type Neighbours = (before: Side, behind: Side) => boolean

const inName: Neighbours = () => true
/** It is one dot and something behind it. */
const inSuffix: Neighbours = (before, behind) => {
  if (before === NOTHING) return behind === DOT
  return behind !== DOT && (before !== DOT || behind !== NOTHING)
}

interface State {
  readonly at: number
  readonly before: Side
  readonly behind: Side
  readonly eaten: boolean
}

export function canMatchName(pattern: BoundedPattern): boolean {
  return canMatch(pattern, inName)
}

/** Of the last suffix of a name, with its dot: `.mkv`. */
export function canMatchSuffix(pattern: BoundedPattern): boolean {
  return canMatch(pattern, inSuffix)
}

function canMatch(pattern: BoundedPattern, isPossible: Neighbours): boolean {
  const {program} = pattern
  const seen = new Set<number>()
  const open: State[] = []
  const visit = (state: State) => {
    const key = ((state.at * 4 + state.before) * 4 + state.behind) * 2 + Number(state.eaten)
    if (!isPossible(state.before, state.behind) || seen.has(key)) return
    seen.add(key)
    open.push(state)
  }
  for (const before of sides)
    for (const behind of sides) visit({at: program.start, before, behind, eaten: false})
  for (let state = open.pop(); state; state = open.pop()) {
    const step = program.inst[state.at]!
    if (step.op === MATCH && state.eaten) return true
    follow(step, state, visit)
  }
  return false
}

function follow(step: Step, state: State, visit: (state: State) => void): void {
  switch (step.op) {
    case FAIL:
    case MATCH:
      return
    case ALT:
    case ALT_MATCH:
      visit({...state, at: step.out})
      return visit({...state, at: step.arg})
    case EMPTY_WIDTH:
      if (holds(step.arg, state)) visit({...state, at: step.out})
      return
    case RUNE:
    case RUNE1:
    case RUNE_ANY:
    case RUNE_ANY_NOT_NL:
      if (!eats(step, state.behind)) return
      for (const behind of sides) visit({at: step.out, before: state.behind, behind, eaten: true})
      return
    default:
      visit({...state, at: step.out})
  }
}

function holds(asked: number, {before, behind}: State): boolean {
  const boundary = (before === WORD) !== (behind === WORD)
  if ((asked & BEGINS) !== 0 && before !== NOTHING) return false
  if ((asked & ENDS) !== 0 && behind !== NOTHING) return false
  if ((asked & WORD_BOUNDARY) !== 0 && !boundary) return false
  return (asked & NO_WORD_BOUNDARY) === 0 || !boundary
}

function eats(step: Step, what: Side): boolean {
  if (what === NOTHING) return false
  if (step.op === RUNE_ANY || step.op === RUNE_ANY_NOT_NL) return true
  const {runes} = step
  if (runes.length === 1) return spellings(runes[0]!, (step.arg & 1) !== 0).some((rune) => isOf(rune, what))
  for (let i = 0; i + 1 < runes.length; i += 2) if (rangeHas(runes[i]!, runes[i + 1]!, what)) return true
  return false
}

function spellings(rune: number, anyCase: boolean): number[] {
  if (!anyCase) return [rune]
  const text = String.fromCodePoint(rune)
  return [rune, text.toLowerCase().codePointAt(0)!, text.toUpperCase().codePointAt(0)!]
}

function rangeHas(from: number, to: number, what: Side): boolean {
  // Below 128 stand all letters of words and all that names never have.
  for (let rune = from; rune <= Math.min(to, 127); rune++) if (isOf(rune, what)) return true
  return to > 127 && what === OTHER
}

const neverInNames = new Set(['\0', '\n', '/', '\\'])

function isOf(rune: number, what: Side): boolean {
  const letter = String.fromCodePoint(rune)
  if (what === WORD) return /^\w$/.test(letter)
  if (what === DOT) return letter === '.'
  return letter !== '.' && !/^\w$/.test(letter) && !neverInNames.has(letter)
}
