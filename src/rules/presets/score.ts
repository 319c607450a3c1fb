/**
 * The release scores less than its profile asks for at least: failed while it downloads. What the Arr took in stays.
 * Without `CustomFormatUnmetSearch` it asks first: in the program before us the key did nothing alone.
 * Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, removalOrder, is, oldEnough, presetRule} from './preset.ts'

export function scoreRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.asksScore) return []
  return [
    presetRule(arr, {
      behaviour: 'score',
      name: 'custom format score too low',
      reason: 'scoreUnmet',
      concern: 'fate',
      order: removalOrder.scoreUnmet,
      asks: !arr.searchesUnmetScores,
      when: every(
        is('complete', false),
        is('arr.queuePresent', true),
        is('arr.scoreMet', false),
        oldEnough(arr),
      ),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}
