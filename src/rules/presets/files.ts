/** Files that nobody wants are left out, once: what a person takes back in stays. A torrent of nothing else is failed.
 * Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, removalOrder, is, leaf, oldEnough, presetRule} from './preset.ts'

export function fileRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.filtersFiles) return []
  const downloads = every(
    is('hasMetadata', true),
    is('complete', false),
    leaf('state', 'in', ['downloading', 'stalledDown', 'queuedDown']),
    is('memory.filtered', false),
  )
  return [
    presetRule(arr, {
      behaviour: 'unwanted-files',
      name: 'unwanted files',
      reason: 'unwantedFiles',
      concern: 'files',
      // Nothing waits for its age: what has come in cannot be left out any more.
      when: every(downloads, is('badFiles.any', true), leaf('badFiles.share', 'lt', 1)),
      do: [action('filePriority', {set: arr.section, to: 'skip'})],
    }),
    presetRule(arr, {
      behaviour: 'nothing-wanted',
      asks: arr.asksMore,
      name: 'nothing in it is wanted',
      reason: 'nothingWanted',
      concern: 'fate',
      order: removalOrder.nothingWanted,
      when: every(downloads, leaf('badFiles.share', 'gte', 1), oldEnough(arr)),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}
