/**
 * Which terms belong together. `AND`, written or meant by standing side by side, binds before `OR`, so that `a b OR c` is
 * `(a b) OR c`; parentheses make one of several; `NOT` and `-(` turn round what follows.
 *
 * What is turned round is handed down to the terms: `-(a b)` is `-a OR -b`. So an unknown value is on neither side, as
 * with a single term.
 */
import {excludes, takesSeveral} from './choice-terms.ts'
import {fieldCalled, type Field} from './fields.ts'
import {closedTerm} from './printing.ts'
import {termsOf, type AskingTerm, type FieldTerm, type JointTerm, type Span, type Term} from './terms.ts'

interface TermPart {
  readonly kind: 'term'
  readonly term: AskingTerm
}

interface GroupPart {
  readonly kind: 'group'
  readonly items: readonly Item[]
}

type Part = TermPart | GroupPart

/** One of them must be met. */
export type Item = readonly Part[]

type FaultCode =
  | 'unmatched_parenthesis'
  | 'empty_group'
  | 'side_missing'
  | 'unknown_operator'
  | 'field_missing'
  | 'too_deep'
  | 'too_many_terms'

/** What one query may have; who means more asks in several queries. */
export const queryLimits = {
  /** Parentheses within each other. */
  depth: 10,
  /** Terms that something is judged by. */
  terms: 50,
} as const

/** What of the joining is not understood. */
interface Fault {
  readonly code: FaultCode
  readonly term: Term
  readonly at: Span
  readonly says: string
  readonly suggestion?: string
}

interface Grouped {
  /** Each must be met. */
  readonly items: readonly Item[]
  readonly faults: readonly Fault[]
  /** What is written behind the text would belong to a group or an operator in it. */
  readonly isOpen: boolean
  /** It has an `OR` outside of all parentheses: what is written beside it would belong to one of its sides. */
  readonly isDivided: boolean
}

export function groupsOf(text: string): Grouped {
  const terms = termsOf(text)
  const grouping = new Grouping(text)
  for (const term of terms) grouping.take(term)
  return grouping.end(terms.at(-1))
}

/** Terms that must be met by themselves: in no group, in a text with no `OR`, behind no `NOT`. */
export function plainTerms(text: string): readonly AskingTerm[] {
  const {items, isDivided} = groupsOf(text)
  // An `OR` that is still to have another side has one soon.
  if (isDivided) return []
  return items.flatMap(([part, ...others]) =>
    others.length === 0 && part!.kind === 'term' ? [part!.term] : [],
  )
}

/** Of which one must be met: `(a OR b) OR c` is `a OR b OR c`. A group among them has several items. */
export function alternativesIn(item: Item): readonly Part[] {
  return item.flatMap((part) =>
    part.kind === 'group' && part.items.length === 1 ? alternativesIn(part.items[0]!) : [part],
  )
}

function grouped(items: readonly Item[]): GroupPart {
  const only = onlyPart(items)
  return only?.kind === 'group' ? only : {kind: 'group', items}
}

function onlyPart(items: readonly Item[]): Part | null {
  return items.length === 1 && items[0]!.length === 1 ? items[0]![0]! : null
}

function partOf(items: readonly Item[]): Part {
  return onlyPart(items) ?? {kind: 'group', items}
}

/** What `part` does not let in: of things that must all be met it is enough that one is not. */
function turned(part: Part): Part {
  if (part.kind === 'term') return {kind: 'term', term: {...part.term, negated: !part.term.negated}}
  const alternatives = together(part.items).map((items) => partOf(items.flat().map((it) => [turned(it)])))
  return grouped([alternatives])
}

/** `state:a state:b` is a state out of two, and one thing that is met or not; all other items are one each. */
function together(items: readonly Item[]): readonly (readonly Item[])[] {
  const byField = new Map<Field, Item[]>()
  return items.flatMap((item) => {
    const field = selectedOnce(item)
    const before = field && byField.get(field)
    if (before) {
      before.push(item)
      return []
    }
    const own = [item]
    if (field) byField.set(field, own)
    return [own]
  })
}

/** The field of which the item wants one value, where nothing has two of it at once. */
function selectedOnce([part, ...others]: Item): Field | null {
  const term = others.length === 0 && part!.kind === 'term' ? part!.term : null
  if (term?.kind !== 'field' || excludes(term)) return null
  const field = fieldCalled(term.field)
  const isChoice = field !== null && field.takes !== 'quantity' && field.takes !== 'time'
  return isChoice && !takesSeveral(field) ? field : null
}

/** A group that is not closed yet; the outermost is the text. */
class Frame {
  readonly opening: JointTerm | null
  readonly isNegated: boolean
  /** What stands on either side of each `OR`. The last one grows. */
  readonly #sides: Item[][] = [[]]
  /** Its last `OR`, while what is on the other side is still to come. */
  or: JointTerm | null = null
  /** Its last `NOT`, while what it turns round is still to come. */
  not: JointTerm | null = null
  isTurned = false
  /** Before this an `OR` has something on its left. */
  hasLeft = false

  constructor(opening: JointTerm | null, isNegated: boolean) {
    this.opening = opening
    this.isNegated = isNegated
  }

  /** What was taken so far: with an `OR` it is one item. */
  get items(): readonly Item[] {
    const sides = this.#sides.filter((side) => side.length > 0)
    return sides.length > 1 ? [sides.map(partOf)] : (sides[0] ?? [])
  }

  get isDivided(): boolean {
    return this.#sides.length > 1
  }

  add(part: Part): void {
    const wanted = this.not === null ? part : grouped([[this.isTurned ? turned(part) : part]])
    this.#sides.at(-1)!.push([wanted])
    this.or = null
    this.not = null
    this.isTurned = false
    this.hasLeft = true
  }

  /** @param or something is on its left */
  divide(or: JointTerm): void {
    this.#sides.push([])
    this.or = or
    this.hasLeft = false
  }
}

class Grouping {
  readonly #text: string
  readonly #faults: Fault[] = []
  readonly #frames = [new Frame(null, false)]
  #terms = 0

  constructor(text: string) {
    this.#text = text
  }

  take(term: Term): void {
    if (term.kind === 'joint') this.#join(term)
    else if (!isNothing(term) && !this.#isFaulty(term)) {
      this.#count(term)
      this.#frame.add({kind: 'term', term})
    }
  }

  end(last: Term | undefined): Grouped {
    const [outermost, unclosed] = this.#frames as [Frame, Frame | undefined]
    const isOpen = unclosed !== undefined || outermost.or !== null || outermost.not !== null
    if (unclosed && last) this.#complainOfOpening(unclosed.opening!, last)
    while (this.#frames.length > 1) this.#close(null)
    this.#finish(outermost, this.#text.length)
    const {items, isDivided} = outermost
    return {items, faults: this.#faults, isOpen, isDivided}
  }

  get #frame(): Frame {
    return this.#frames.at(-1)!
  }

  #join(term: JointTerm): void {
    const frame = this.#frame
    switch (term.joint) {
      case '(':
        if (this.#frames.length === queryLimits.depth + 1) {
          this.#fault('too_deep', term, term, `more than ${queryLimits.depth} parentheses within each other`)
        }
        this.#frames.push(new Frame(term, term.negated))
        return
      case ')':
        this.#close(term)
        return
      case 'NOT':
        frame.not = term
        frame.isTurned = !frame.isTurned
        return
      case 'AND':
        frame.hasLeft = false
        return
      case 'OR':
        if (!frame.hasLeft || frame.not) this.#complainOfSide(term, term)
        else frame.divide(term)
    }
  }

  /** @param closing `null` = the text ends before */
  #close(closing: JointTerm | null): void {
    if (this.#frames.length === 1) {
      const says = 'it closes what is not open; in a name it is written in quotes'
      this.#fault('unmatched_parenthesis', closing!, closing!, says)
      return
    }
    const frame = this.#frames.pop()!
    this.#finish(frame, closing?.from ?? this.#text.length)
    if (frame.items.length > 0) {
      const group = grouped(frame.items)
      this.#frame.add(frame.isNegated ? turned(group) : group)
      return
    }
    if (!closing) return
    const at = {from: frame.opening!.from, to: closing.to}
    this.#fault(
      'empty_group',
      frame.opening!,
      at,
      'nothing is in the parentheses; in a name they are written in quotes',
    )
  }

  /** @param to where the group ends */
  #finish(frame: Frame, to: number): void {
    for (const term of [frame.or, frame.not]) {
      // While somebody writes, what is missing may be about to come.
      if (term) this.#complainOfSide(term, {from: term.from, to: to === this.#text.length ? to : term.to})
    }
  }

  /** The first one too many is told; those behind it are one mistake with it. */
  #count(term: AskingTerm): void {
    this.#terms++
    if (this.#terms !== queryLimits.terms + 1) return
    const at = {from: term.from, to: this.#text.length}
    this.#fault('too_many_terms', term, at, `a query has at most ${queryLimits.terms} terms`)
  }

  #complainOfSide(term: JointTerm, at: Span): void {
    const says =
      term.joint === 'NOT'
        ? 'something to exclude must follow; as a word it is written small or in quotes'
        : 'it needs something on both sides; as a word it is written small or in quotes'
    this.#fault('side_missing', term, at, says)
  }

  #complainOfOpening(opening: JointTerm, last: Term): void {
    const {from} = opening
    const ends = ')'.repeat(this.#frames.length - 1)
    const {items, or, not} = this.#frame
    const isWhole = items.length > 0 && or === null && not === null
    const suggestion = isWhole
      ? `${this.#text.slice(from, last.from)}${closedTerm(this.#text, last)}${ends}`
      : ''
    const says = 'a closing parenthesis is missing; in a name it is written in quotes'
    this.#fault('unmatched_parenthesis', opening, {from, to: this.#text.length}, says, suggestion)
  }

  /** Words that other languages join or compare with. */
  #isFaulty(term: AskingTerm): boolean {
    if (term.kind === 'field') return this.#isListInParentheses(term)
    if (term.kind !== 'word' || term.quoted) return false
    const {text, from, to, negated} = term
    const joining = {'||': 'OR', '&&': 'AND'}[text]
    const excluded = /^!(?=[a-z][a-z_]*(?:!=|[:<>=]).)/i.test(text)
    if ((joining !== undefined || excluded) && !negated) {
      const suggestion = joining ?? `-${text.slice(1)}`
      this.#fault('unknown_operator', term, term, 'unknown operator', suggestion)
      return true
    }
    if (!/^(?:[:<>=]|!=|\.\.(?:\d|$))/.test(text)) return false
    const at = {from: negated ? from + 1 : from, to}
    this.#fault('field_missing', term, at, 'a field is missing before it', `"${text}"`)
    return true
  }

  /** `tag:(a OR b)` */
  #isListInParentheses(term: FieldTerm): boolean {
    const value = term.values.find(({text, quoted}) => !quoted && /^\([^)]*$/.test(text))
    if (!value) return false
    const says = 'values of one field are joined by commas; a parenthesis in a value is written in quotes'
    this.#fault('unmatched_parenthesis', term, value, says)
    return true
  }

  #fault(code: FaultCode, term: Term, at: Span, says: string, suggestion = ''): void {
    this.#faults.push({code, term, at, says, suggestion})
  }
}

/** A word or pattern without a letter asks for nothing. */
export function isNothing(term: AskingTerm): boolean {
  if (term.kind === 'field') return false
  return (term.kind === 'word' ? term.text : term.pattern).trim() === ''
}
