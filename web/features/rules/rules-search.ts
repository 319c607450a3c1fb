/** What the address of the rules says: which one is read, or that one is written. */
interface RulesSearch {
  /** Id of a rule. */
  readonly rule?: string
  readonly new?: true
}

export function readRulesSearch(found: Readonly<Record<string, unknown>>): RulesSearch {
  const {rule} = found
  if (found['new'] === true) return {new: true}
  return typeof rule === 'string' && rule !== '' ? {rule} : {}
}
