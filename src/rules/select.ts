/**
 * Who of many candidates: in what order, and how many until there is enough room. What each would free is added up, so
 * that one pass does not take ten where two are enough. Source: rules.md §1 `select`.
 */
import {factOf, type FactName, type FactValue} from '#model/fact.ts'
import type {Leaf, Selection} from '#model/rule.ts'
import type {FactReaders, FactUse, ReadFact} from './fact-readers.ts'
import {judgeOf} from './leaf.ts'

export interface CompiledSelection<S> {
  readonly uses: readonly FactUse[]
  choose(candidates: readonly S[]): readonly S[]
}

export function compileSelection<S>(
  {order, until}: Selection,
  readers: FactReaders<S>,
): CompiledSelection<S> {
  const keys = order.map((written) => sortKey(written, readers))
  const sorted = (candidates: readonly S[]) =>
    candidates.toSorted((one, other) => {
      for (const compare of keys) {
        const difference = compare(one, other)
        if (difference !== 0) return difference
      }
      return 0
    })
  const enough = until && compileUntil(until, readers)
  const names = order.map((written) => written.replace(/^-/, '') as FactName)
  return {
    uses: [...names.map((fact) => ({fact, window: null})), ...(enough?.uses ?? [])],
    choose: (candidates) => (enough ? enough.choose(sorted(candidates)) : sorted(candidates)),
  }
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
function compileUntil<S>(until: Leaf, readers: FactReaders<S>): CompiledSelection<S> {
  const isReached = judgeOf(until)
  const readRoom = readers.reader(until.fact, null)
  const readFreed = readers.reader('content.exclusiveBytes', null)
  const readDevice = readers.reader('content.device', null)
  const placeOf = (subject: S) => placeKey(until.fact, readDevice, subject, readers)
  const choose = (candidates: readonly S[]): readonly S[] => {
    const room = new Map<string, number>()
    return candidates.filter((subject) => {
      const place = placeOf(subject)
      const now = room.get(place) ?? readRoom(subject)
      const freed = readFreed(subject)
      if (!isAmount(now) || !isAmount(freed) || freed === 0 || isReached(now) !== 'no') return false
      room.set(place, now + freed)
      return true
    })
  }
  const facts: FactName[] = [until.fact, 'content.exclusiveBytes', 'content.device']
  return {uses: facts.map((fact) => ({fact, window: null})), choose}
}

function placeKey<S>(fact: FactName, readDevice: ReadFact<S>, subject: S, readers: FactReaders<S>): string {
  const {serverId} = readers.name(subject)
  return fact.startsWith('path.') ? `${serverId} ${String(readDevice(subject) ?? '')}` : `${serverId}`
}

function isAmount(value: FactValue | undefined): value is number {
  return typeof value === 'number'
}
