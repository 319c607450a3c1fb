/** What the address of the titles says. Read with every page, so it knows no more than how its parts are written. */

const names = ['q', 'arr', 'kind', 'show', 'sort', 'view', 'item'] as const

/** All as they are written; what means nothing is as if it were absent. */
export type TitlesSearch = {readonly [K in (typeof names)[number]]?: string}

export function readTitlesSearch(found: Readonly<Record<string, unknown>>): TitlesSearch {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = found[name]
      // The router reads what looks like JSON: figures alone come as a number.
      const isText = (typeof value === 'string' && value !== '') || typeof value === 'number'
      return isText ? [[name, String(value).slice(0, 1_000)] as const] : []
    }),
  )
}
