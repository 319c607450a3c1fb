/** Whom a rule is about. What a subject does not tell keeps it out: scopes never guess, but for privacy. */
import {ofRecent} from '#lib/of-recent.ts'
import type {Verdict} from '#model/decision.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import {labelKey} from '#model/torrent.ts'
import type {RuleScope} from '#model/rule.ts'
import {isConclusive} from './condition.ts'
import type {FactReaders, FactUse} from './fact-readers.ts'
import {verdictOf} from './verdict.ts'

interface ScopePart {
  readonly part: keyof RuleScope
  readonly verdict: Verdict
}

export interface CompiledScope<S> {
  readonly uses: readonly FactUse[]
  evaluate(subject: S): Verdict
  /** It is about this one, or that is unknown, as of a condition. */
  mayBe(subject: S): boolean
  /** Each part that asks for something. */
  trace(subject: S): readonly ScopePart[]
}

type Test = (value: FactValue) => boolean

interface Part<S> {
  readonly part: keyof RuleScope
  readonly fact: FactName
  readonly evaluate: (subject: S) => Verdict
}

export function compileScope<S>(scope: RuleScope, readers: FactReaders<S>): CompiledScope<S> {
  const parts: Part<S>[] = []
  const ask = (part: keyof RuleScope, fact: FactName, test: Test) => {
    const read = readers.reader(fact, null)
    const evaluate = (subject: S): Verdict => {
      const value = read(subject)
      return value === undefined ? 'unknown' : verdictOf(test(value))
    }
    parts.push({part, fact, evaluate})
  }
  const {servers, arrs, categories, tagsAny, tagsAll, tagsNone, trackers, privacy, owner} = scope
  if (servers.length > 0) ask('servers', 'server.id', oneOf(servers))
  if (arrs.length > 0) ask('arrs', 'arr.id', oneOf(arrs))
  if (categories.length > 0) ask('categories', 'category', inCategory(categories, scope.subcategories))
  if (tagsAny.length > 0) ask('tagsAny', 'tags', tagged('any', tagsAny))
  if (tagsAll.length > 0) ask('tagsAll', 'tags', tagged('all', tagsAll))
  if (tagsNone.length > 0) ask('tagsNone', 'tags', tagged('none', tagsNone))
  if (trackers.length > 0) ask('trackers', 'tracker.hosts', onTracker(trackers))
  if (owner !== null) ask('owner', 'server.owner', (it) => it === owner)
  if (privacy !== 'any') parts.push(privacyPart(privacy, readers))
  return {
    uses: parts.map(({fact}) => ({fact, window: null})),
    evaluate(subject) {
      let verdict: Verdict = 'yes'
      for (const {evaluate} of parts) {
        const one = evaluate(subject)
        if (one === 'no') return 'no'
        if (one === 'unknown') verdict = 'unknown'
      }
      return verdict
    },
    mayBe: (subject) =>
      parts.every(({fact, evaluate}) => {
        const verdict = evaluate(subject)
        if (verdict !== 'unknown') return verdict === 'yes'
        const seen = readers.fact(fact, null, subject)
        return !('unknown' in seen && isConclusive(seen))
      }),
    trace: (subject) => parts.map(({part, evaluate}) => ({part, verdict: evaluate(subject)})),
  }
}

/** Who does not tell counts as private: a wrong guess the other way costs an account. */
function privacyPart<S>(privacy: 'public' | 'private', readers: FactReaders<S>): Part<S> {
  const read = readers.reader('isPrivate', null)
  const evaluate = (subject: S) => verdictOf((read(subject) === false) === (privacy === 'public'))
  return {part: 'privacy', fact: 'isPrivate', evaluate}
}

function oneOf(names: readonly string[]): Test {
  return (value) => names.includes(value as string)
}

function inCategory(categories: readonly string[], below: boolean): Test {
  const wanted = categories.map(labelKey)
  return (value) => {
    const category = keyOf(value as string)
    return wanted.some((one) => category === one || (below && category.startsWith(`${one}/`)))
  }
}

/** How many of the wanted tags a torrent has to have. */
function tagged(how: 'any' | 'all' | 'none', tags: readonly string[]): Test {
  const wanted = labels(tags)
  return (value) => {
    const there = labelsThere(value as readonly string[])
    let count = 0
    for (const tag of wanted) if (there.has(tag)) count++
    return how === 'any' ? count > 0 : count === (how === 'all' ? wanted.size : 0)
  }
}

/** `*.domain` is meant by whole labels: `*.example.org` has nothing to do with `myexample.org`. */
function onTracker(patterns: readonly string[]): Test {
  const wanted = [...lower(patterns)]
  const fits = (host: string) =>
    wanted.some((pattern) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern))
  return (hosts) => hostsThere(hosts as readonly string[]).some(fits)
}

/* Many rules ask of the same subject one after the other. */
const keyOf = ofRecent(labelKey)
const labelsThere = ofRecent(labels)
const hostsThere = ofRecent((hosts: readonly string[]) => [...lower(hosts)])

function labels(names: readonly string[]): Set<string> {
  return new Set(names.map(labelKey))
}

function lower(texts: readonly string[]): Set<string> {
  return new Set(texts.map((text) => text.toLowerCase()))
}
