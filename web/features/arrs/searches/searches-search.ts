/** What the address of searches says. Read with every page, so it knows no more than how its parts are written. */
export interface SearchesSearch {
  readonly q?: string
  /** The outcome that is shown. */
  readonly show?: string
}

export function readSearchesSearch({q, show}: Readonly<Record<string, unknown>>): SearchesSearch {
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  return {
    ...(isText(q) && {q: String(q).slice(0, 2_000)}),
    ...(isText(show) && {show: String(show).slice(0, 20)}),
  }
}
