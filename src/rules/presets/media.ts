/** Media that cannot be read is failed before it is imported. Source: qbitrr-config.md B.7. */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, fateOrder, is, oldEnough, presetRule} from './preset.ts'

export function mediaRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.probesMedia) return []
  return [
    presetRule(arr, {
      behaviour: 'media',
      name: 'media cannot be read',
      reason: 'mediaUnreadable',
      concern: 'fate',
      order: fateOrder.mediaUnreadable,
      when: every(
        is('complete', true),
        is('media.valid', false),
        is('arr.importedEvidence', null),
        is('arr.anyImported', false),
        oldEnough(arr),
      ),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}
