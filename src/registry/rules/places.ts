/** Which numbers rules get so that one of them stands elsewhere. Those of the configuration keep theirs. Pure. */
import type {RuleId} from '#model/rule.ts'

export interface PlacedRule {
  readonly id: RuleId
  readonly order: number
  /** Its number stays: it follows from the configuration. */
  readonly isFixed: boolean
}

/**
 * @param rules in the order that is wanted
 * @param moved the one that was put elsewhere
 * @param isBefore which of two with one number decides first, where neither is fixed
 * @returns the numbers that change; `null` = there is no room between rules that keep theirs
 */
export function placesFor(
  rules: readonly PlacedRule[],
  moved: RuleId,
  isBefore: (one: RuleId, other: RuleId) => boolean,
): ReadonlyMap<RuleId, number> | null {
  const at = rules.findIndex(({id}) => id === moved)
  // Only those between the same two fixed rules stand in each other's way.
  const from = rules.findLastIndex((it, index) => index < at && it.isFixed) + 1
  const next = rules.findIndex((it, index) => index > at && it.isFixed)
  const block = rules.slice(from, next < 0 ? rules.length : next)
  // A rule of a person stands before a fixed one of the same number.
  const least = from === 0 ? Number.NEGATIVE_INFINITY : rules[from - 1]!.order + 1
  const most = next < 0 ? Number.POSITIVE_INFINITY : rules[next]!.order
  const follows = (index: number) => (isBefore(block[index - 1]!.id, block[index]!.id) ? 0 : 1)
  const index = at - from
  const numbers =
    withOne(block, index, {least, most, follows}) ??
    downwards(block, index, {least, most, follows}) ??
    upwards(block, index, {least, most, follows}) ??
    dense(block, {least, most, follows})
  if (numbers === null) return null
  return new Map(
    block.flatMap(({id, order}, nth) => (numbers[nth] === order ? [] : [[id, numbers[nth]!] as const])),
  )
}

interface Bounds {
  readonly least: number
  readonly most: number
  /** How much more its number has to be than that of the one before it. */
  readonly follows: (index: number) => number
}

type Numbers = readonly number[]

function isIn(numbers: Numbers, {least, most, follows}: Bounds): boolean {
  return numbers.every(
    (number, at) =>
      number >= least && number <= most && (at === 0 || number >= numbers[at - 1]! + follows(at)),
  )
}

/** Only the one that was moved gets another number. */
function withOne(block: readonly PlacedRule[], index: number, bounds: Bounds): Numbers | null {
  const orders = block.map(({order}) => order)
  const before = orders[index - 1]
  const behind = orders[index + 1]
  const tries = [
    orders[index]!,
    ...(behind === undefined ? [] : [behind - 1, behind]),
    ...(before === undefined ? [] : [before + 1, before]),
    ...(Number.isFinite(bounds.most) ? [bounds.most] : []),
    ...(Number.isFinite(bounds.least) ? [bounds.least] : []),
  ]
  for (const order of tries) {
    const numbers = orders.with(index, order)
    if (isIn(numbers, bounds)) return numbers
  }
  return null
}

/** Those before it make room: what is behind it keeps its number. */
function downwards(block: readonly PlacedRule[], index: number, bounds: Bounds): Numbers | null {
  const numbers = block.map(({order}) => order)
  numbers[index] = Math.min(numbers[index + 1] ?? bounds.most, bounds.most, 1e6)
  for (let at = block.length - 1; at > 0; at--) {
    numbers[at - 1] = Math.min(numbers[at - 1]!, numbers[at]! - bounds.follows(at))
  }
  return isIn(numbers, bounds) ? numbers : null
}

/** Those behind it make room. */
function upwards(block: readonly PlacedRule[], index: number, bounds: Bounds): Numbers | null {
  const numbers = block.map(({order}) => order)
  numbers[index] = Math.max(numbers[index - 1] ?? bounds.least, bounds.least, -1e6)
  for (let at = 1; at < block.length; at++) {
    numbers[at] = Math.max(numbers[at]!, numbers[at - 1]! + bounds.follows(at))
  }
  return isIn(numbers, bounds) ? numbers : null
}

/** As little room as they take. */
function dense(block: readonly PlacedRule[], bounds: Bounds): Numbers | null {
  const numbers = [Math.max(bounds.least, -1e6)]
  for (let at = 1; at < block.length; at++) numbers.push(numbers[at - 1]! + bounds.follows(at))
  return isIn(numbers, bounds) ? numbers : null
}
