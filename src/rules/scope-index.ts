/**
 * Which of many rules may be about a subject at all: by its server, category and trackers, found once for each
 * combination of these that there is.
 */
import type {RuleScope} from '#model/rule.ts'
import type {CompiledRule} from './compiled-rule.ts'
import type {FactReaders} from './fact-readers.ts'
import {compileScope} from './scope.ts'

/** Combinations of which it is kept: beyond that they are found again. */
const MOST_KNOWN = 1_000

const asked = ['server.id', 'category', 'tracker.hosts'] as const

const everything: RuleScope = {
  servers: [],
  arrs: [],
  categories: [],
  subcategories: false,
  tagsAny: [],
  tagsAll: [],
  tagsNone: [],
  trackers: [],
  privacy: 'any',
  owner: null,
}

/** Both in the order in which the rules decide. */
interface Indexed<R> {
  readonly inside: readonly R[]
  /** They are not about it, but have a hold, which may have begun when they were. */
  readonly outside: readonly R[]
}

/** @param some with rules whose readers differ in nothing but what Arrs say */
export function scopeIndex<S, R extends {readonly compiled: CompiledRule<S>}>(
  some: readonly R[],
  readers: FactReaders<S>,
): (subject: S) => Indexed<R> {
  const reads = asked.map((fact) => readers.reader(fact, null))
  const rough = some.map((it) => {
    const {servers, categories, subcategories, trackers} = it.compiled.rule.scope
    const scope = {...everything, servers, categories, subcategories, trackers}
    return {it, scope: compileScope(scope, it.compiled.readers)}
  })
  const known = new Map<string, Indexed<R>>()
  return (subject) => {
    // What is unknown is another thing than its name.
    const place = JSON.stringify(reads.map((read) => read(subject) ?? null))
    const before = known.get(place)
    if (before) return before
    if (known.size === MOST_KNOWN) known.clear()
    const inside: R[] = []
    const outside: R[] = []
    for (const {it, scope} of rough) {
      if (scope.evaluate(subject) !== 'no') inside.push(it)
      else if (it.compiled.rule.hold) outside.push(it)
    }
    const found = {inside, outside}
    known.set(place, found)
    return found
  }
}
