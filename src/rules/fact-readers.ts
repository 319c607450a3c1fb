/** How judgement sees the world: it is handed in, one reader for each fact that some rule names. */
import type {SubjectName} from '#model/decision.ts'
import type {Fact, FactName, FactValue} from '#model/fact.ts'
import type {Seconds} from '#model/units.ts'

/** `undefined` = unknown. Called for each rule and subject: no allocation, please. */
export type ReadFact<S> = (subject: S) => FactValue | undefined

/** `S` is whatever names a subject cheaply: a row number, a record. */
export interface FactReaders<S> {
  /** Asked once when rules are compiled. @param window of windowed facts, else `null` */
  reader(fact: FactName, window: Seconds | null): ReadFact<S>
  /** With where it comes from, or why it is unknown: for traces. Must agree with `reader`. */
  fact(fact: FactName, window: Seconds | null, subject: S): Fact
  name(subject: S): SubjectName
  /**
   * Facts that are told at once, and of some subjects hang on lazy ones: which those are. Such a fact is unknown as
   * `notRead` until they were looked up. `null` = it never does. Asked once when rules are compiled.
   */
  looksBehind?(fact: FactName): ((subject: S) => readonly FactName[]) | null
  /** It was looked up, and may be another by now: it counts on, but is worth another look. Absent = none ever is. */
  isAged?(fact: FactName, subject: S): boolean
}

/** A fact over a window, or without. */
export interface FactUse {
  readonly fact: FactName
  readonly window: Seconds | null
}

/**
 * The same readers for judging one subject by many rules: what several of them ask is read once, as long as no other
 * subject is looked at in between. For subjects that are made again for each look.
 */
export function readOnce<S extends object>(readers: FactReaders<S>): FactReaders<S> {
  const shared = new Map<string, ReadFact<S>>()
  return {
    ...readers,
    reader(fact, window) {
      const name = `${fact} ${window}`
      const known = shared.get(name) ?? readingOnce(readers.reader(fact, window))
      shared.set(name, known)
      return known
    },
  }
}

function readingOnce<S extends object>(read: ReadFact<S>): ReadFact<S> {
  let last: S | null = null
  let value: FactValue | undefined
  return (subject) => {
    if (subject === last) return value
    // What cannot be read leaves nothing behind that is not so.
    last = null
    value = read(subject)
    last = subject
    return value
  }
}
