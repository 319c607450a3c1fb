/**
 * Texts of the time when `OR` joined only what stood beside it: `a b OR c` was `a (b OR c)`, and `AND` beside `OR` a
 * mistake. A bar was a letter: `|b` was a word. Databases of that time are read by it once (`store/migrations/012-or-after-and.ts`), so what it does stays.
 */
import {groupsOf, isNothing} from './groups.ts'
import {closedTerm, quoted} from './printing.ts'
import {joinedTexts, parenthesised} from './rewriting.ts'
import {termsOf, type JointTerm, type Term} from './terms.ts'

/** The text that means today what `text` meant; a text that was not understood is left as it is. */
export function asMeantBefore(text: string): string {
  const written = withBarsQuoted(text)
  if (written === null) return text
  const reading = new FormerReading(written)
  for (const term of termsOf(written)) reading.take(term)
  const before = reading.end()
  if (before === null || before === text) return text
  // There was no limit then: who has so much is told it, of the text that means what he saved.
  const isUnderstood = groupsOf(before).faults.every(({code}) => code.startsWith('too_'))
  return isUnderstood ? before : text
}

/** A letter that has never joined anything. */
const LETTER = '¦'

/** What began with a bar in quotes, so that it is no `OR`. `null` = one stood alone, which was a mistake. */
function withBarsQuoted(text: string): string | null {
  let plain = text
  for (;;) {
    const bar = termsOf(plain).find(({kind, from}) => kind === 'joint' && plain[from] === '|')
    if (!bar) break
    plain = `${plain.slice(0, bar.from)}${LETTER}${plain.slice(bar.to)}`
  }
  let written = text
  for (const term of termsOf(plain).toReversed()) {
    const parts = term.kind === 'field' ? term.values.toReversed() : [term]
    for (const {from, to} of parts) {
      if (plain[from] === text[from]) continue
      if (term.kind === 'word' && to === from + 1) return null
      written = `${written.slice(0, from)}${quoted(text.slice(from, to))}${written.slice(to)}`
    }
  }
  return written
}

/** A group that is not closed yet; the outermost is the text. */
interface Frame {
  /** `(` or `-(`; '' = the text. */
  readonly opening: string
  /** Each must be met, and of each one part is enough. */
  readonly items: string[][]
  isBesideOr: boolean
  /** `NOT` of what is still to come. */
  prefix: string
  readonly joints: Set<string>
}

class FormerReading {
  readonly #text: string
  readonly #frames: Frame[] = [newFrame('')]
  #isMistaken = false
  #isAnother = false

  constructor(text: string) {
    this.#text = text
  }

  take(term: Term): void {
    if (term.kind === 'joint') this.#join(term)
    else if (!isNothing(term)) this.#add(closedTerm(this.#text, term))
  }

  /** `null` = it was not understood; the same text = it means what it meant. */
  end(): string | null {
    if (this.#frames.length > 1) return null
    const whole = this.#written(this.#frame)
    if (this.#isMistaken) return null
    return this.#isAnother ? whole : this.#text
  }

  get #frame(): Frame {
    return this.#frames.at(-1)!
  }

  #join(term: JointTerm): void {
    const frame = this.#frame
    frame.joints.add(term.joint)
    if (term.joint === 'NOT') frame.prefix += 'NOT '
    else if (term.joint === '(') this.#frames.push(newFrame(this.#text.slice(term.from, term.to)))
    else if (term.joint === ')') this.#close()
    else if (term.joint === 'OR') {
      this.#isMistaken ||= frame.items.length === 0 || frame.isBesideOr || frame.prefix !== ''
      frame.isBesideOr = true
    }
  }

  #close(): void {
    const frame = this.#frames.pop()!
    if (this.#frames.length > 0) this.#add(parenthesised(this.#written(frame), frame.opening))
    else {
      this.#frames.push(frame)
      this.#isMistaken = true
    }
  }

  #add(part: string): void {
    const frame = this.#frame
    const whole = `${frame.prefix}${part}`
    if (frame.isBesideOr && frame.items.length > 0) frame.items.at(-1)!.push(whole)
    else frame.items.push([whole])
    frame.isBesideOr = false
    frame.prefix = ''
  }

  #written({items, joints, isBesideOr, prefix}: Frame): string {
    this.#isMistaken ||= isBesideOr || prefix !== '' || (joints.has('OR') && joints.has('AND'))
    const [only, ...others] = items
    if (others.length === 0) return only?.join(' OR ') ?? ''
    this.#isAnother ||= items.some((item) => item.length > 1)
    return items
      .map((item) => (item.length > 1 ? parenthesised(item.join(' OR ')) : item[0]!))
      .reduce(joinedTexts, '')
  }
}

function newFrame(opening: string): Frame {
  return {opening, items: [], isBesideOr: false, prefix: '', joints: new Set()}
}
