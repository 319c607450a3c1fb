/** Media that its Arr would import and that cannot be read is failed before that. Source: qBitrr. */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, removalOrder, is, leaf, oldEnough, presetRule} from './preset.ts'

/** It is in the queue, and nothing of it came in. Nobody probes what lies there from before. */
const beforeImport = ['downloading', 'importPending', 'importBlocked', 'importFailed']

export function mediaRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.probesMedia) return []
  return [
    presetRule(arr, {
      behaviour: 'media',
      name: 'media cannot be read',
      reason: 'mediaUnreadable',
      concern: 'fate',
      order: removalOrder.mediaUnreadable,
      when: every(
        is('complete', true),
        leaf('arr.tracked', 'in', beforeImport),
        is('media.valid', false),
        is('arr.importedEvidence', null),
        is('arr.anyImported', false),
        oldEnough(arr),
      ),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}
