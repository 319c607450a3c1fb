/**
 * Downloads that stand still: no peer sends, no full copy is within reach, or not even the metadata comes.
 * Counted from the last activity, or from the adding while there is no metadata or never was any activity; by the steady
 * clock of its server, so that time in which nobody could have seen it move does not count.
 * Source: qBitrr.
 */
import type {Condition, Rule} from '#model/rule.ts'
import {DAY, MINUTE, type Seconds} from '#model/units.ts'
import type {InheritedSection} from './inherited.ts'
import {action, every, removalOrder, is, labels, leaf, presetRule, type PresetContent} from './preset.ts'

/** Who moved within the last minute does not stand still; this minute is part of the delay. */
const QUIET: Seconds = MINUTE

/** What comes in is remembered for so long. */
const LONGEST_SEEN: Seconds = DAY

const stalled: Condition = {all: [is('state', 'stalledDown'), stillFor(QUIET)]}
const unavailable: Condition = {
  all: [is('state', 'downloading'), leaf('availability', 'lt', 1), stillFor(QUIET)],
}
/** By both words: a server may lose the metadata of what it has nearly finished. */
const withoutMetadata: Condition = {all: [is('state', 'metadata'), is('hasMetadata', false)]}
const standsStill: Condition = {any: [stalled, unavailable, withoutMetadata]}

export function stalledRules(section: InheritedSection, search: boolean): readonly Rule[] {
  const {stalledDelay, searchesStalled, deletableShare} = section
  if (stalledDelay === null || stalledDelay <= 0) return []
  // Whichever is longer: then nothing is judged while it is young, and nothing waits twice.
  const delay = Math.max(stalledDelay, section.youngerThan, QUIET)
  const deletable = leaf('progress', 'lte', deletableShare)
  const failing = action('failDownload', {search, blocklist: true})
  const fail = {concern: 'fate', do: [failing]}
  // A hold does not see what moved between two looks, or while nobody looked: whoever keeps activity does.
  const failStill = {...fail, do: [{...failing, if: stillFor(delay)}]}
  const rules: readonly PresetContent[] = [
    {
      behaviour: 'stalled',
      name: 'stalled',
      reason: 'stalled',
      order: removalOrder.stalled,
      when: every(stalled, deletable),
      hold: {for: delay - QUIET},
      ...failStill,
    },
    {
      behaviour: 'unavailable',
      name: 'no full copy within reach',
      reason: 'unavailable',
      order: removalOrder.unavailable,
      when: every(unavailable, deletable),
      hold: {for: delay - QUIET},
      ...failStill,
    },
    {
      behaviour: 'metadata',
      name: 'no metadata',
      reason: 'metadataStuck',
      order: removalOrder.metadata,
      when: withoutMetadata,
      hold: {for: delay},
      ...fail,
    },
    {
      behaviour: 'stall-begins',
      name: 'a stall begins',
      reason: 'stalled',
      concern: 'stallLabel',
      when: every(standsStill, leaf('tags', 'hasNone', [labels.stalled])),
      // The label is what makes it one search for one stall, so it comes first.
      do: [
        action('tag', {names: [labels.stalled]}),
        ...(searchesStalled && section.arrId !== null ? [action('arr.search')] : []),
      ],
    },
    {
      behaviour: 'stall-ends',
      name: 'it moves again',
      reason: 'stalled',
      concern: 'stallLabel',
      when: every(leaf('tags', 'hasAny', [labels.stalled]), {not: standsStill}),
      do: [action('untag', {names: [labels.stalled]})],
    },
  ]
  return rules.map((parts) => presetRule(section, parts))
}

/** Nothing came or went for so long, or ever. */
function stillFor(time: Seconds): Condition {
  const neverActive = every(is('lastActivityAt', null), leaf('age', 'gte', QUIET))
  return {any: [leaf('sinceActivity', 'gte', time), neverActive, seenStillFor(time)]}
}

/** rTorrent keeps no last activity: of what did not move since we look, only what we saw tells that it stands still. */
function seenStillFor(time: Seconds): Condition {
  return every(
    {not: leaf('lastActivityAt', 'exists')},
    {...leaf('gained', 'lte', 0), window: Math.min(time, LONGEST_SEEN)},
    leaf('upSpeed', 'lte', 0),
  )
}
