/** Speed of each torrent, by tracker or section; sent only where it differs. Source: qBitrr. */
import type {Rule} from '#model/rule.ts'
import type {InheritedRate, InheritedSection} from './inherited.ts'
import {action, every, leaf, presetRule} from './preset.ts'
import {trackerCases} from './tracker-cases.ts'

export function rateLimitRules(section: InheritedSection): readonly Rule[] {
  return [...limitRules(section, 'down'), ...limitRules(section, 'up')]
}

function limitRules(section: InheritedSection, way: 'down' | 'up'): readonly Rule[] {
  const key = `${way}Rate` as const
  const fact = `${way}Limit` as const
  const rate = section[key]
  const cases = trackerCases<{rate: Exclude<InheritedRate, 'leaveAlone'>}>(
    section,
    (row) => (row[key] !== null && row[key] > 0 ? {rate: row[key]} : null),
    rate === 'leaveAlone' ? null : {rate},
  )
  return cases.map(({suffix, ofWhich, value, when}) =>
    presetRule(section, {
      behaviour: `${way}-limit${suffix}`,
      name: `${way === 'down' ? 'download' : 'upload'} limit${ofWhich}`,
      reason: 'rateLimit',
      concern: fact,
      // That program sent the number of an Arr's section as bytes; as KiB it is a thousand times as much.
      asks: section.asksMore && section.arrId !== null && suffix === '' && typeof value.rate === 'number',
      when: every(leaf(fact, 'ne', value.rate), when),
      do: [action('limits', {[way]: value.rate})],
    }),
  )
}
