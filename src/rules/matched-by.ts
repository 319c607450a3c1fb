/** What a rule asks of a torrent, as one condition: its scope and its `when`. Without its hold, schedule and selection. */
import type {Condition, Leaf, Rule} from '#model/rule.ts'

export function matchedBy({scope, when}: Pick<Rule, 'scope' | 'when'>): Condition {
  const {servers, arrs, categories, subcategories, tagsAny, tagsAll, tagsNone, trackers, privacy, owner} =
    scope
  const listed = (fact: Leaf['fact'], op: Leaf['op'], value: readonly string[]): readonly Condition[] =>
    value.length === 0 ? [] : [{fact, op, value}]
  const parts: readonly Condition[] = [
    ...listed('server.id', 'in', servers),
    ...listed('arr.id', 'in', arrs),
    ...(categories.length === 0 ? [] : [inCategories(categories, subcategories)]),
    ...listed('tags', 'hasAny', tagsAny),
    ...listed('tags', 'hasAll', tagsAll),
    ...listed('tags', 'hasNone', tagsNone),
    ...(trackers.length === 0 ? [] : [onTrackers(trackers)]),
    ...ofPrivacy(privacy),
    ...(owner === null ? [] : [{fact: 'server.owner', op: 'eq', value: owner} as const]),
    when,
  ]
  return parts.length === 1 ? when : {all: parts}
}

function inCategories(categories: readonly string[], isBelow: boolean): Condition {
  const named: Condition = {fact: 'category', op: 'in', value: categories}
  if (!isBelow) return named
  return {
    any: [named, ...categories.map((it) => ({fact: 'category', op: 'startsWith', value: `${it}/`}) as const)],
  }
}

/** `*.domain` stands for all hosts below it. */
function onTrackers(trackers: readonly string[]): Condition {
  const hosts = trackers.filter((it) => !it.startsWith('*.'))
  const domains = trackers.filter((it) => it.startsWith('*.'))
  const parts: readonly Condition[] = [
    ...(hosts.length === 0 ? [] : [{fact: 'tracker.hosts', op: 'hasAny', value: hosts} as const]),
    ...domains.map((value) => ({fact: 'tracker.hosts', op: 'glob', value}) as const),
  ]
  return parts.length === 1 ? parts[0]! : {any: parts}
}

/** Who does not tell counts as private. */
function ofPrivacy(privacy: Rule['scope']['privacy']): readonly Condition[] {
  if (privacy === 'any') return []
  const isPublic: Condition = {
    all: [
      {fact: 'isPrivate', op: 'exists'},
      {fact: 'isPrivate', op: 'eq', value: false},
    ],
  }
  return [privacy === 'public' ? isPublic : {not: isPublic}]
}
