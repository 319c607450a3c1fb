/** The word that was probably meant. */

/** Nobody mistypes one word this long, and comparing takes the square of it. */
const longestWord = 64
/** So many slips in one word are another word. */
const mostSlips = 3

/**
 * The same of `words` apart from case and punctuation, else the nearest by changed, missing, extra and swapped letters,
 * else one that begins so; '' = none is near. Of two as near, the one of the same length, then the earlier one.
 */
export function didYouMean(found: string, words: readonly string[]): string {
  const lower = found.toLowerCase()
  if (lower.length > longestWord) return ''
  const plain = plainForm(lower)
  const same = plain === '' ? undefined : words.find((word) => plainForm(word) === plain)
  if (same !== undefined) return same
  const farthest = Math.min(mostSlips, Math.max(1, Math.floor(lower.length / 3)))
  let best = ''
  let bestScore = farthest + 0.5
  for (const word of words) {
    if (Math.abs(word.length - lower.length) > farthest) continue
    const distance = editDistance(lower, word.toLowerCase())
    const score = distance + (word.length === found.length ? 0 : 0.25)
    if (distance <= farthest && score < bestScore) [best, bestScore] = [word, score]
  }
  return best || longer(lower, words)
}

function plainForm(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** What was begun: `sta` is `state`. */
function longer(lower: string, words: readonly string[]): string {
  if (lower.length < 2) return ''
  return words.find((word) => word.toLowerCase().startsWith(lower)) ?? ''
}

/** How many letters are changed, missing, extra, or swapped with their neighbour. */
export function editDistance(from: string, to: string): number {
  let previous: number[] = []
  let current = Array.from({length: to.length + 1}, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let least = Math.min(next[column - 1]! + 1, current[column]! + 1, current[column - 1]! + (same ? 0 : 1))
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) least = Math.min(least, previous[column - 2]! + 1)
      next.push(least)
    }
    ;[previous, current] = [current, next]
  }
  return current[to.length]!
}
