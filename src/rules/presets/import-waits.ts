/**
 * Completed, and its Arr says why it will not import it: after a day a person is told so, in the words of the Arr. Said
 * again only when the Arr says something else. Source: qBitrr; scenario S26.
 */
import type {Rule} from '#model/rule.ts'
import {DAY, MINUTE} from '#model/units.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, is, leaf, notTakenInSoFar, presetRule} from './preset.ts'

/** From one look to the next, of those that wait for so long. */
const AGAIN = 15 * MINUTE

export function importWaitsRules(arr: InheritedArr): readonly Rule[] {
  return [
    presetRule(arr, {
      behaviour: 'import-waits',
      name: 'waits for a person',
      reason: 'importRejected',
      concern: 'notice',
      conflict: 'additive',
      when: every(is('complete', true), notTakenInSoFar, leaf('arr.messages', 'glob', '*')),
      hold: {for: DAY},
      schedule: {every: AGAIN},
      do: [action('notify', {template: {fact: 'arr.messages'}})],
    }),
  ]
}
