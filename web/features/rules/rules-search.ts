/** What the address of the rules says: which one is read, or that one is written. */
interface RulesSearch {
  /** Id of a rule. */
  readonly rule?: string
  /** The value of it that somebody came to change: of a fact by its name, `hold` = how long it has to be true. */
  readonly value?: string
  readonly new?: true
}

export function readRulesSearch(found: Readonly<Record<string, unknown>>): RulesSearch {
  const {rule, value} = found
  if (found['new'] === true) return {new: true}
  if (typeof rule !== 'string' || rule === '') return {}
  return typeof value === 'string' && value !== '' ? {rule, value} : {rule}
}
