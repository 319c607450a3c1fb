/** What the address of what is wanted says. Read with every page, so it knows no more than how its parts are written. */
export interface WantedSearch {
  readonly arr?: string
  readonly show?: string
}

export function readWantedSearch({arr, show}: Readonly<Record<string, unknown>>): WantedSearch {
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  return {
    ...(isText(arr) && {arr: String(arr).slice(0, 200)}),
    ...(isText(show) && {show: String(show).slice(0, 20)}),
  }
}
