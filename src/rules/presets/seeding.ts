/**
 * Seeded enough: removed with its data once it has reached its limits, is imported, and owes its tracker nothing.
 * Stopped seeding counts like seeding; super and forced seeding are left alone. Source: qBitrr.
 */
import type {FactName} from '#model/fact.ts'
import type {Condition, Rule} from '#model/rule.ts'
import type {InheritedRemoval, InheritedSection} from './inherited.ts'
import {
  action,
  every,
  removalOrder,
  is,
  isNotKnownAs,
  labels,
  leaf,
  oldEnough,
  presetRule,
  type PresetContent,
} from './preset.ts'
import {trackerCases} from './tracker-cases.ts'

type Limited = Pick<InheritedSection, 'maxRatio' | 'maxSeedingTime'>

interface SeedingLimits {
  /** `null` = not set. */
  readonly ratio: number | null
  readonly time: number | null
}

const seeds = leaf('state', 'in', ['seeding', 'stalledUp', 'queuedUp'])

export function seedingRules(section: InheritedSection): readonly Rule[] {
  const cases = trackerCases(
    section,
    (row) => ((limitsOf(row).ratio ?? limitsOf(row).time) === null ? null : limitsFor(section, row)),
    limitsOf(section),
  )
  return cases.flatMap(({value, when, ...named}) => {
    const reached = limitsReached(section.removal, value)
    return reached === null ? [] : [presetRule(section, done(section, named, every(reached, when)))]
  })
}

/** Of the row where it sets them, else of the section. */
export function limitsFor(section: Limited, row: Limited | null): SeedingLimits {
  const [own, other] = [row && limitsOf(row), limitsOf(section)]
  return {ratio: own?.ratio ?? other.ratio, time: own?.time ?? other.time}
}

/** @returns `null` = cannot come true: a limit that is not set is not met */
export function limitsReached(removal: InheritedRemoval, {ratio, time}: SeedingLimits): Condition | null {
  const byRatio = ratio === null ? null : reached('ratio', 'ratioLimit', 'ratioLimitMet', ratio)
  const byTime = time === null ? null : reached('seedingTime', 'seedTimeLimit', 'seedTimeLimitMet', time)
  switch (removal) {
    case -1:
      return null
    case 1:
      return byRatio
    case 2:
      return byTime
    case 3:
      return byRatio && byTime ? {any: [byRatio, byTime]} : (byRatio ?? byTime)
    case 4:
      return byRatio && byTime && every(byRatio, byTime)
  }
}

/** The label of those that still seed. */
export function seedingLabelRules(section: InheritedSection): readonly Rule[] {
  const has = leaf('tags', 'hasAny', [labels.seeding])
  const hasNot = leaf('tags', 'hasNone', [labels.seeding])
  const label = (name: string, when: Condition, verb: 'tag' | 'untag'): PresetContent => ({
    behaviour: `seeding-${verb}`,
    name,
    reason: 'seedingDone',
    concern: 'seedingLabel',
    when,
    do: [action(verb, {names: [labels.seeding]})],
  })
  return [
    presetRule(section, label('seeds', every(is('complete', true), seeds, hasNot), 'tag')),
    presetRule(section, label('does not seed yet', every(is('complete', false), has), 'untag')),
  ]
}

function done(
  section: InheritedSection,
  {suffix, ofWhich}: {readonly suffix: string; readonly ofWhich: string},
  limits: Condition,
): PresetContent {
  return {
    behaviour: `seeded${suffix}`,
    name: `seeded enough${ofWhich}`,
    reason: 'seedingDone',
    concern: 'fate',
    order: removalOrder.seedingDone,
    when: every(
      is('complete', true),
      leaf('state', 'in', ['seeding', 'stalledUp', 'queuedUp', 'stopped']),
      isNotKnownAs('forceStart', true),
      isNotKnownAs('superSeeding', true),
      limits,
      leaf('tracker.hosts', 'exists'),
      leaf('obligation.met', 'in', ['yes', 'none']),
      oldEnough(section),
      section.arrId === null ? null : leaf('arr.importedEvidence', 'exists'),
    ),
    do: [action('removeWithData')],
  }
}

/** The larger of ours and a limit of the torrent's own; without one, or "none on purpose", ours decides. */
function reached(fact: FactName, ownLimit: FactName, ownMet: FactName, limit: number): Condition {
  const ownToo: Condition = {any: [is(ownMet, true), {not: leaf(ownLimit, 'exists')}]}
  return every(leaf(fact, 'gte', limit), ownToo)
}

function limitsOf({maxRatio, maxSeedingTime}: Limited): SeedingLimits {
  return {ratio: positive(maxRatio), time: positive(maxSeedingTime)}
}

function positive(limit: number | null): number | null {
  return limit !== null && limit > 0 ? limit : null
}
