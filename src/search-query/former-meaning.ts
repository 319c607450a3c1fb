/**
 * Texts of the time when `OR` joined only what stood beside it: `a b OR c` was `a (b OR c)`, and `AND` beside `OR` a
 * mistake. Databases of that time are read by it once (`store/migrations/012-or-after-and.ts`), so what it does stays.
 */
import {groupsOf, isNothing} from './groups.ts'
import {closedTerm} from './printing.ts'
import {joinedTexts, parenthesised} from './rewriting.ts'
import {termsOf, type JointTerm, type Term} from './terms.ts'

/** The text that means today what `text` meant; a text that was not understood is left as it is. */
export function asMeantBefore(text: string): string {
  const reading = new FormerReading(text)
  for (const term of termsOf(text)) reading.take(term)
  const before = reading.end()
  if (before === null || before === text) return text
  // There was no limit then: who has so much is told it, of the text that means what he saved.
  const isUnderstood = groupsOf(before).faults.every(({code}) => code.startsWith('too_'))
  return isUnderstood ? before : text
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
    const written = this.#text.slice(term.from, term.to)
    if (term.joint === 'NOT') frame.prefix += 'NOT '
    else if (term.joint === '(') this.#frames.push(newFrame(written))
    else if (term.joint === ')') this.#close()
    else if (term.joint === 'OR') {
      // A bar was no operator then.
      this.#isMistaken ||=
        written === '|' || frame.items.length === 0 || frame.isBesideOr || frame.prefix !== ''
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
