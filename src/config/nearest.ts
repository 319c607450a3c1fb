/** The word that was probably meant: the same apart from case and punctuation, or a typing slip away; else `null`. */
export function nearest(written: string, known: readonly string[]): string | null {
  const plain = plainForm(written)
  const same = known.find((word) => plainForm(word) === plain)
  if (same !== undefined) return same
  const allowed = plain.length <= 4 ? 1 : 2
  let best: string | null = null
  let bestDistance = allowed + 1
  for (const word of known) {
    const distance = typingDistance(plain, plainForm(word), bestDistance)
    if (distance < bestDistance) [best, bestDistance] = [word, distance]
  }
  return best
}

function plainForm(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Letters inserted, dropped, replaced or swapped with their neighbour; `limit` when it is that or more. */
function typingDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit
  let before: number[] = []
  let last = Array.from({length: other.length + 1}, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const replaced = last[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row.push(cost)
    }
    before = last
    last = row
  }
  return Math.min(last[other.length]!, limit)
}
