import type {Place} from './rule-document.ts'

/** What a form may do to the text of a rule. */
export interface Edits {
  readonly set: (place: Place, value: unknown) => void
  /** At the end of a list. */
  readonly add: (place: Place, value: unknown) => void
  readonly remove: (place: Place) => void
}
