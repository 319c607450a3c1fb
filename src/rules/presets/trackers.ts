/** Trackers added and taken off, tags by tracker, super seeding. Source: qBitrr. */
import type {Condition, Rule} from '#model/rule.ts'
import {HOUR} from '#model/units.ts'
import type {InheritedSection, InheritedTracker} from './inherited.ts'
import {asksFor} from './obligations.ts'
import {action, every, is, leaf, presetRule, type PresetContent} from './preset.ts'
import {hasHostOf, ofWhich, trackerCases, trackerGrounds} from './tracker-cases.ts'

/** Who cannot be reached now may be back later; what was taken off stays off. */
const DEAD_FOR = 6 * HOUR

export function trackerRules(section: InheritedSection): readonly Rule[] {
  const ofRows = trackerGrounds(section).flatMap(({suffix, where, trackers, ...ground}) =>
    trackers.flatMap((row) =>
      ofRow(row).map((parts): PresetContent => ({
        ...parts,
        behaviour: `${parts.behaviour}${suffix}.${row.host}`,
        // They name their host themselves.
        name: `${parts.name}${ofWhich(null, ground)}`,
        when: every(where, parts.when),
      })),
    ),
  )
  return [...ofRows, ...dead(section), ...superSeeding(section)].map((parts) => presetRule(section, parts))
}

function ofRow(row: InheritedTracker): PresetContent[] {
  const {host, announceUrl, addIfMissing, removeIfExists, tags} = row
  const upkeep = {reason: 'trackerUpkeep', concern: 'trackers', conflict: 'additive'} as const
  const has = hasHostOf(row)
  const parts: PresetContent[] = []
  // Both at once would go on for ever.
  if (removeIfExists) {
    const remove = action('tracker.remove', {hosts: [host]})
    parts.push({...upkeep, behaviour: 'tracker-remove', name: `without ${host}`, when: has, do: [remove]})
  } else if (addIfMissing && announceUrl !== null) {
    const when = leaf('tracker.hosts', 'hasNone', [host])
    const add = action('tracker.add', {urls: [announceUrl]})
    parts.push({...upkeep, behaviour: 'tracker-add', name: `with ${host}`, when, do: [add]})
  }
  if (tags.length > 0) {
    const when = every(has, {not: leaf('tags', 'hasAll', tags)})
    const tag = action('tag', {names: tags})
    parts.push({...upkeep, behaviour: 'tracker-tags', name: `tags of ${host}`, when, do: [tag]})
  }
  return parts
}

function dead({
  deadMessages,
  trackers,
  serverTrackers,
  sharedTrackers,
  otherTrackers,
  hasAskingProfiles,
}: InheritedSection): readonly PresetContent[] {
  const messages = deadMessages.filter((message) => message !== '').map((message) => message.slice(0, 256))
  if (messages.length === 0) return []
  const ofServers = serverTrackers.flatMap((one) => one.trackers)
  const rows = [...trackers, ...ofServers, ...sharedTrackers, ...otherTrackers]
  const owed = rows.filter(({hitAndRun}) => asksFor(hitAndRun)).map(({host}) => host)
  return [
    {
      behaviour: 'tracker-dead',
      name: 'dead trackers',
      reason: 'trackerUpkeep',
      concern: 'trackers',
      conflict: 'additive',
      when: every(
        {any: messages.map((message) => leaf('tracker.messages', 'contains', message))},
        hasAskingProfiles ? owesNothing : owed.length === 0 ? null : owesNone([...new Set(owed)]),
      ),
      // Each by itself: one that fails since a minute is not taken off beside one that is long dead.
      hold: {for: DEAD_FOR, each: 'tracker.messages'},
      do: [action('tracker.remove', {hosts: {held: 'tracker.messages'}, messages})],
    },
  ]
}

const owesNothing = leaf('obligation.met', 'in', ['yes', 'none'])

/** What is owed goes by the trackers of a torrent: without the one it is owed to it would look free. */
function owesNone(hosts: readonly string[]): Condition {
  return {any: [leaf('tracker.hosts', 'hasNone', hosts), owesNothing]}
}

function superSeeding(section: InheritedSection): readonly PresetContent[] {
  return trackerCases(section, (row) => row.superSeed || null, null).map(
    ({suffix, ofWhich: which, when}) => ({
      behaviour: `super-seeding${suffix}`,
      name: `super seeding${which}`,
      reason: 'superSeeding',
      concern: 'superSeeding',
      when: every(
        is('complete', true),
        leaf('state', 'in', ['seeding', 'stalledUp']),
        is('superSeeding', false),
        when,
      ),
      do: [action('superSeed', {on: true})],
    }),
  )
}
