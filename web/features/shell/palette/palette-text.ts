/** What was typed into the palette: `>` only commands, `@` servers, `#` tags and categories. */
type PaletteKind = 'all' | 'commands' | 'servers' | 'labels'

const kinds: Readonly<Record<string, PaletteKind>> = {'>': 'commands', '@': 'servers', '#': 'labels'}

export function readPaletteText(typed: string): {readonly kind: PaletteKind; readonly words: string} {
  const kind = kinds[typed.charAt(0)]
  return kind ? {kind, words: typed.slice(1).trim()} : {kind: 'all', words: typed.trim()}
}

/** Every word is in it, in any case and order; words that begin one come first. @returns 0 = no */
export function matchScore(label: string, words: string): number {
  const folded = label.toLocaleLowerCase()
  let score = 1
  for (const word of words.toLocaleLowerCase().split(/\s+/).filter(Boolean)) {
    const at = folded.indexOf(word)
    if (at < 0) return 0
    const begins = at === 0 || /[\s(,./-]/.test(folded[at - 1]!)
    score += begins ? 2 : 1
  }
  return score
}

/** Those that match, best first, otherwise in their order. */
export function matching<T>(all: readonly T[], words: string, label: (one: T) => string): readonly T[] {
  if (words === '') return all
  return all
    .map((one) => ({one, score: matchScore(label(one), words)}))
    .filter(({score}) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({one}) => one)
}
