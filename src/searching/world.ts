/**
 * What a unit is searched in: its profile, its tags, its dates, the indexers that are asked, what is wanted of it. As soon
 * as that is another one, or more, what was searched before says nothing any more, and its rest ends. An indexer or an
 * episode less ends none: nothing new can be found without it.
 *
 * As text it is kept with the state of the unit: `<hash> <indexers> <items>`.
 */
export interface World {
  /** What has to stay as it is. */
  readonly facts: readonly (string | number | boolean | null)[]
  /** Asked, by their number in the Arr. */
  readonly indexers: readonly number[]
  /** Of a season: which of its episodes are wanted; none of another unit. */
  readonly items: readonly number[]
}

export function worldText({facts, indexers, items}: World): string {
  return `${hashOf(JSON.stringify(facts))} ${listed(indexers)} ${listed(items)}`
}

/** Whether there may be something to find now that was not there then. Both as text. */
export function isNewWorld(before: string, now: string): boolean {
  if (before === now) return false
  const [hash, indexers, items] = before.split(' ')
  const [hashNow, indexersNow, itemsNow] = now.split(' ')
  return hash !== hashNow || !isWithin(indexersNow, indexers) || !isWithin(itemsNow, items)
}

/** Thousands of units have the same indexers. */
const lists = new WeakMap<readonly number[], string>()

function listed(numbers: readonly number[]): string {
  if (numbers.length === 0) return ''
  const known = lists.get(numbers) ?? [...new Set(numbers)].sort((a, b) => a - b).join()
  lists.set(numbers, known)
  return known
}

/** How many were asked. */
export function indexersIn(world: string): number {
  const indexers = world.split(' ')[1] ?? ''
  return indexers === '' ? 0 : indexers.split(',').length
}

function isWithin(some = '', all = ''): boolean {
  if (some === '' || some === all) return true
  const known = new Set(all.split(','))
  return some.split(',').every((one) => known.has(one))
}

/** Of a text that no attacker writes: two that differ by chance have another one. Source: FNV-1a and its mirror. */
function hashOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1000193]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b, 31) + code
  }
  return ((a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)).toString(36)
}
