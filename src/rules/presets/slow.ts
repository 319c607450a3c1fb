/** Downloads that would take too long, for longer than the young age. Source: qbitrr-config.md B.3, B.5. */
import type {Rule} from '#model/rule.ts'
import type {InheritedSection} from './inherited.ts'
import {action, every, fateOrder, is, leaf, presetRule} from './preset.ts'
import {trackerCases} from './tracker-cases.ts'

export function slowRules(section: InheritedSection, search: boolean): readonly Rule[] {
  if (section.keepsSlow) return []
  const longest = (seconds: number | null) => (seconds !== null && seconds > 0 ? seconds : null)
  const cases = trackerCases(section, (row) => longest(row.maximumEta), longest(section.maximumEta))
  return cases.map(({suffix, value, when}) =>
    presetRule(section, {
      behaviour: `slow${suffix}`,
      name: 'slow',
      reason: 'slow',
      concern: 'fate',
      order: fateOrder.slow,
      when: every(
        is('state', 'downloading'),
        leaf('eta', 'gt', value),
        leaf('progress', 'lte', section.deletableShare),
        when,
      ),
      hold: {for: section.youngerThan},
      do: [action('failDownload', {search, blocklist: true})],
    }),
  )
}
