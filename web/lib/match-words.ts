/** Whether what somebody typed is the name of something. Pure. */

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

/** "Torrent.StalledDelay" is found by "stalled delay", too. */
export function spacedKey(path: string): string {
  return `${path} ${path.replaceAll(/(?<=[a-z])(?=[A-Z])|\./g, ' ')}`
}
