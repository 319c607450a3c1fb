/** What the address of the trash says. */
interface TrashSearch {
  /** Part of a name. */
  readonly q?: string
  /** Id of the Arr whose downloads they were; absent = of all and of none. */
  readonly arr?: string
}

export function readTrashSearch({q, arr}: Readonly<Record<string, unknown>>): TrashSearch {
  // The router reads what looks like JSON: figures alone come as a number.
  const isText = (typeof q === 'string' && q !== '') || typeof q === 'number'
  return {...(isText && {q: String(q)}), ...(typeof arr === 'string' && arr !== '' && {arr})}
}
