/** What the address of the rules says: which one is read, or that one is written. */
interface RulesSearch {
  /** Id of a rule. */
  readonly rule?: string
  /** The value of it that somebody came to change: of a fact by its name, `hold` = how long it has to be true. */
  readonly value?: string
  readonly new?: true
  /** Of a new one: the search that it is about. */
  readonly when?: string
  /** Of a new one: the group of what is wanted that it is about, or `all`; of one Arr alone with its id. */
  readonly wanted?: string
  readonly arr?: string
  /** What it begins with: the name of a template, or `empty`, or `yaml`. */
  readonly begin?: string
  /** By which words the template was found: its figures are in them. */
  readonly described?: string
}

export function readRulesSearch(found: Readonly<Record<string, unknown>>): RulesSearch {
  const {rule, value} = found
  if (found['new'] === true) {
    // The router reads what looks like JSON: a search of figures alone comes as a number.
    const texts = (['when', 'wanted', 'arr', 'begin', 'described'] as const).flatMap((name) => {
      const its = found[name]
      const isText = typeof its === 'string' || typeof its === 'number'
      return isText && its !== '' ? [[name, String(its)] as const] : []
    })
    return {new: true, ...Object.fromEntries(texts)}
  }
  if (typeof rule !== 'string' || rule === '') return {}
  return typeof value === 'string' && value !== '' ? {rule, value} : {rule}
}
