/** Chance with a seed: the same seed gives the same fleet, the same motion, the same trouble. */
export interface Random {
  /** 0 to 1, 1 excluded. */
  next(): number
  /** Whole, 0 to `limit` − 1. */
  below(limit: number): number
  between(least: number, most: number): number
  chance(share: number): boolean
  pick<T>(choices: readonly T[]): T
  hex(digits: number): string
  /** Letters and digits. */
  text(length: number): string
}

/** xorshift128 seeded by splitmix32: good enough for inventions, and quick. */
export function seededRandom(seed: number): Random {
  const state = new Uint32Array(4)
  for (let i = 0, s = seed >>> 0; i < 4; i++) state[i] = splitMix((s = (s + 0x9e3779b9) >>> 0))
  const bits = (): number => {
    const a = state[0]! ^ (state[0]! << 11)
    state[0] = state[1]!
    state[1] = state[2]!
    state[2] = state[3]!
    state[3] = state[3]! ^ (state[3]! >>> 19) ^ a ^ (a >>> 8)
    return state[3]
  }
  const next = (): number => bits() / 0x1_0000_0000
  const below = (limit: number): number => Math.floor(next() * limit)
  const string = (length: number, letters: string): string => {
    let text = ''
    while (text.length < length) text += letters[below(letters.length)]
    return text
  }
  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    chance: (share) => next() < share,
    pick: (choices) => choices[below(choices.length)]!,
    hex: (digits) => string(digits, '0123456789abcdef'),
    text: (length) => string(length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  }
}

/** A seed out of a text, so that what belongs to a torrent follows from its hash. */
export function seedOf(text: string): number {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  return hash >>> 0
}

function splitMix(value: number): number {
  let z = value
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}
