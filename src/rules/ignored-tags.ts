/**
 * Tags that keep a rule away which takes something from a torrent: whoever sets one while a removal waits protects the
 * torrent, whoever ordered the removal. Source: scenario S45.
 */
import type {StandingRule, Verdict} from '#model/decision.ts'
import type {Condition, Leaf, Rule, RuleAction} from '#model/rule.ts'
import {labelKey} from '#model/torrent.ts'
import {takesAway} from './compiled-rule.ts'
import {verdictReader} from './leaf.ts'
import {allOf, anyOf, not} from './verdict.ts'

/** Of the tags of a torrent those that keep a rule away from it, each in one spelling. */
export type IgnoredTags = (tags: readonly string[]) => readonly string[]

/** @param there all tags of the torrent */
type KeepsAway = (tag: string, there: readonly string[]) => boolean

/** Torrents have few sets of tags between them; so many are remembered. */
const MOST_REMEMBERED = 10_000

/** Rules that are off protect nothing. */
export function ignoredTags(rules: readonly Pick<StandingRule, 'rule'>[]): IgnoredTags {
  const tests = rules.flatMap(({rule}) => (rule.mode === 'off' ? [] : keptAwayFrom(rule)))
  const known = new Map<string, readonly string[]>()
  return (tags) => {
    if (tests.length === 0 || tags.length === 0) return []
    const name = JSON.stringify(tags)
    const found =
      known.get(name) ?? tags.filter((tag) => tests.some((keepsAway) => keepsAway(tag, tags))).map(labelKey)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(name, found)
    return found
  }
}

function keptAwayFrom(rule: Rule): readonly KeepsAway[] {
  const {scope, when, hold} = rule
  const out = new Set(scope.tagsNone.map(labelKey))
  const resetOn = hold?.resetOn
  return rule.do.filter(isMeant).map(({if: also}): KeepsAway => {
    const needed: Condition = {all: [when, ...(resetOn ? [{not: resetOn}] : []), ...(also ? [also] : [])]}
    return (tag, there) => out.has(labelKey(tag)) || withTag(needed, tag, there) === 'no'
  })
}

/** What is blocklisted is fetched again as another release, and the Arr takes this one no more. */
function isMeant(action: RuleAction): boolean {
  return takesAway(action) || action.action === 'arr.blocklist'
}

/** What a condition is while a torrent has the tag, as far as that alone tells it. */
function withTag(condition: Condition, tag: string, there: readonly string[]): Verdict {
  if ('fact' in condition) return condition.fact === 'tags' ? leafWithTag(condition, tag, there) : 'unknown'
  if ('not' in condition) return not(withTag(condition.not, tag, there))
  return 'all' in condition
    ? allOf(condition.all.map((part) => withTag(part, tag, there)))
    : anyOf(condition.any.map((part) => withTag(part, tag, there)))
}

/** That a tag is not among those asked for says nothing: another one may be. */
function leafWithTag(leaf: Leaf, tag: string, there: readonly string[]): Verdict {
  const {op} = leaf
  if (op === 'exists') return 'unknown'
  const evaluate = verdictReader(leaf)
  if (op === 'hasNone' || op === 'in') return evaluate([tag]) === 'no' ? 'no' : 'unknown'
  // All of them are there, and without this one they would not be.
  const others = there.filter((it) => it !== tag)
  const isNeeded = op !== 'hasAll' || evaluate(others) === 'no'
  return isNeeded && evaluate(op === 'hasAll' ? there : [tag]) === 'yes' ? 'yes' : 'unknown'
}
