/** Class names in one string; what is not wanted is `false`, `null` or `undefined`. */
export function joined(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
