/**
 * A torrent that its server gave up on is checked again, which is what most errors need. At a slow pace: a check reads
 * every byte, and where it does not help (a disk that is full) the error stays.
 */
import type {Rule} from '#model/rule.ts'
import {MINUTE} from '#model/units.ts'
import type {InheritedSection} from './inherited.ts'
import {action, is, presetRule} from './preset.ts'

/** So long an error stands before it is more than a moment's. */
const STANDS = 10 * MINUTE
/** From one check of a torrent to the next, at least. */
const AGAIN = 30 * MINUTE

export function erroredRules(section: InheritedSection): readonly Rule[] {
  return [
    presetRule(section, {
      behaviour: 'errored',
      name: 'the server reports an error',
      reason: 'errored',
      concern: 'recheck',
      order: 20,
      when: is('state', 'error'),
      hold: {for: Math.max(section.youngerThan, STANDS)},
      schedule: {every: AGAIN},
      do: [action('recheck')],
    }),
  ]
}
