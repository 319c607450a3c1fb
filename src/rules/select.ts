/**
 * Who of many candidates: in what order, and how many until there is enough room. What each would free is added up, so
 * that one pass does not take ten where two are enough.
 */
import {factOf, type FactName, type FactValue} from '#model/fact.ts'
import type {Leaf, Selection} from '#model/rule.ts'
import type {FactReaders, FactUse, ReadFact} from './fact-readers.ts'
import {verdictReader} from './leaf.ts'

export interface CompiledSelection<S> {
  readonly uses: readonly FactUse[]
  select(candidates: readonly S[]): readonly S[]
  /** The same, with a pause after each part of a millisecond. */
  selectInSteps(candidates: readonly S[]): Generator<undefined, readonly S[]>
}

export function compileSelection<S>(
  {order, until}: Selection,
  readers: FactReaders<S>,
): CompiledSelection<S> {
  const keys = order.map((written) => sortKey(written, readers))
  const compare = (one: S, other: S): number => {
    for (const compareBy of keys) {
      const difference = compareBy(one, other)
      if (difference !== 0) return difference
    }
    return 0
  }
  const enough = until && compileUntil(until, readers)
  const names = order.map((written) => written.replace(/^-/, '') as FactName)
  function* selectInSteps(candidates: readonly S[]): Generator<undefined, readonly S[]> {
    const sorted = yield* sortedInSteps(candidates, compare)
    return enough ? yield* enough.selectInSteps(sorted) : sorted
  }
  return {
    uses: [...names.map((fact) => ({fact, window: null})), ...(enough?.uses ?? [])],
    selectInSteps,
    select(candidates) {
      const steps = selectInSteps(candidates)
      let step = steps.next()
      while (!step.done) step = steps.next()
      return step.value
    },
  }
}

/** So many are sorted or merged between two pauses. */
const STEP = 128

/** Stable. Short runs are sorted at once, and merged two by two. */
function* sortedInSteps<S>(
  all: readonly S[],
  compare: (one: S, other: S) => number,
): Generator<undefined, readonly S[]> {
  let runs: (readonly S[])[] = []
  for (let at = 0; at < all.length; at += STEP) {
    runs.push(all.slice(at, at + STEP).toSorted(compare))
    yield
  }
  while (runs.length > 1) {
    const merged: (readonly S[])[] = []
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(at + 1 < runs.length ? yield* mergedInSteps(runs[at]!, runs[at + 1]!, compare) : runs[at]!)
    }
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedInSteps<S>(
  first: readonly S[],
  second: readonly S[],
  compare: (one: S, other: S) => number,
): Generator<undefined, readonly S[]> {
  const merged: S[] = []
  let [ofFirst, ofSecond] = [0, 0]
  while (ofFirst < first.length && ofSecond < second.length) {
    if (compare(first[ofFirst]!, second[ofSecond]!) <= 0) merged.push(first[ofFirst++]!)
    else merged.push(second[ofSecond++]!)
    if (merged.length % STEP === 0) yield
  }
  for (; ofFirst < first.length; ofFirst++) merged.push(first[ofFirst]!)
  for (; ofSecond < second.length; ofSecond++) merged.push(second[ofSecond]!)
  return merged
}

/** What is unknown comes last, whichever way. Of a choice the first named counts as the highest. */
function sortKey<S>(written: string, readers: FactReaders<S>): (one: S, other: S) => number {
  const down = written.startsWith('-')
  const fact = written.replace(/^-/, '') as FactName
  const {values} = factOf(fact)
  const read = readers.reader(fact, null)
  const rank = (subject: S): string | number | undefined => {
    const value = read(subject)
    if (value === undefined || value === null) return undefined
    if (values.length > 0) {
      // A word for unknown is none of them.
      const place = values.indexOf(value as string)
      return place < 0 ? undefined : -place
    }
    return typeof value === 'boolean' ? Number(value) : (value as string | number)
  }
  return (one, other) => {
    const [a, b] = [rank(one), rank(other)]
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
    if (a === b) return 0
    return a < b === down ? 1 : -1
  }
}

/** Room is counted disk by disk, or server by server. Who frees nothing, or nobody knows how much, is not chosen. */
function compileUntil<S>(
  until: Leaf,
  readers: FactReaders<S>,
): Pick<CompiledSelection<S>, 'uses' | 'selectInSteps'> {
  const isReached = verdictReader(until)
  const readRoom = readers.reader(until.fact, null)
  const readFreed = readers.reader('content.exclusiveBytes', null)
  const readDevice = readers.reader('content.device', null)
  const placeOf = (subject: S) => placeKey(until.fact, readDevice, subject, readers)
  function* selectInSteps(candidates: readonly S[]): Generator<undefined, readonly S[]> {
    const room = new Map<string, number>()
    const selected: S[] = []
    for (const [at, subject] of candidates.entries()) {
      if (at % STEP === 0) yield
      const place = placeOf(subject)
      const now = room.get(place) ?? readRoom(subject)
      const freed = readFreed(subject)
      if (!isAmount(now) || !isAmount(freed) || freed === 0 || isReached(now) !== 'no') continue
      room.set(place, now + freed)
      selected.push(subject)
    }
    return selected
  }
  const facts: FactName[] = [until.fact, 'content.exclusiveBytes', 'content.device']
  return {uses: facts.map((fact) => ({fact, window: null})), selectInSteps}
}

function placeKey<S>(fact: FactName, readDevice: ReadFact<S>, subject: S, readers: FactReaders<S>): string {
  const {serverId} = readers.name(subject)
  if (!fact.startsWith('path.')) return `server ${serverId}`
  // Two servers on one disk share its room.
  const device = readDevice(subject)
  return typeof device === 'string' ? `disk ${device}` : `server ${serverId}`
}

function isAmount(value: FactValue | undefined): value is number {
  return typeof value === 'number'
}
