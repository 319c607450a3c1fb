/** A torrent that its server gave up on is checked again, which is what most errors need. */
import type {Rule} from '#model/rule.ts'
import {MINUTE} from '#model/units.ts'
import type {InheritedSection} from './inherited.ts'
import {action, is, presetRule} from './preset.ts'

/** From one check to the next, at least. */
const PAUSE = 10 * MINUTE

export function erroredRules(section: InheritedSection): readonly Rule[] {
  return [
    presetRule(section, {
      behaviour: 'errored',
      name: 'the server reports an error',
      reason: 'errored',
      concern: 'recheck',
      order: 20,
      when: is('state', 'error'),
      hold: {for: Math.max(section.youngerThan, PAUSE)},
      do: [action('recheck')],
    }),
  ]
}
