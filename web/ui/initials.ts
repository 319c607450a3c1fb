/** "HG" of "The Harbour of Glass (2021)": of its first and its last word that is more than an article. */
export function initialsOf(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? []
  const isYear = (word: string) => /^(19|20)\d\d$/.test(word)
  const named = words.filter((word, place) => !(isYear(word) && place > 0))
  const [first, ...more] = /^(the|a|an)$/i.test(named[0] ?? '') && named.length > 1 ? named.slice(1) : named
  const last = more.at(-1)
  return [first, last].map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('')
}
