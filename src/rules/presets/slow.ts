/**
 * Downloads that would take too long by their average of half an hour, for longer than the young age. Asks first: in the
 * program before us the key had no effect on what may be deleted. Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import {MINUTE} from '#model/units.ts'
import type {InheritedSection} from './inherited.ts'
import {action, every, removalOrder, is, leaf, presetRule} from './preset.ts'
import {trackerCases} from './tracker-cases.ts'

/** What its server foretells jumps with each piece. */
const AVERAGE_OVER = 30 * MINUTE

export function slowRules(section: InheritedSection, search: boolean): readonly Rule[] {
  if (section.keepsSlow) return []
  const longest = (seconds: number | null) => (seconds !== null && seconds > 0 ? seconds : null)
  const cases = trackerCases(section, (row) => longest(row.maximumEta), longest(section.maximumEta))
  return cases.map(({suffix, ofWhich, value, when}) =>
    presetRule(section, {
      behaviour: `slow${suffix}`,
      name: `slow${ofWhich}`,
      reason: 'slow',
      concern: 'fate',
      order: removalOrder.slow,
      asks: true,
      when: every(
        is('state', 'downloading'),
        {fact: 'avgEta', op: 'gt', value, window: AVERAGE_OVER},
        leaf('progress', 'lte', section.deletableShare),
        when,
      ),
      hold: {for: section.youngerThan},
      do: [action('failDownload', {search, blocklist: true})],
    }),
  )
}
