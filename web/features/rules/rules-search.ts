/** What the address of the rules says: which one is read, or that one is written. */
interface RulesSearch {
  /** Id of a rule. */
  readonly rule?: string
  /** The value of it that somebody came to change: of a fact by its name, `hold` = how long it has to be true. */
  readonly value?: string
  readonly new?: true
  /** Of a new one: the search that it is about. */
  readonly when?: string
}

export function readRulesSearch(found: Readonly<Record<string, unknown>>): RulesSearch {
  const {rule, value, when} = found
  if (found['new'] === true) {
    // The router reads what looks like JSON: a search of figures alone comes as a number.
    const isText = typeof when === 'string' || typeof when === 'number'
    return {new: true, ...(isText && when !== '' && {when: String(when)})}
  }
  if (typeof rule !== 'string' || rule === '') return {}
  return typeof value === 'string' && value !== '' ? {rule, value} : {rule}
}
