/** The value that a column of JSON holds; `undefined` = it holds none. For rows that nothing but a page depends on. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
