/**
 * Files outside the allow list are set aside once a torrent is imported: of its own folder, and only those that no
 * torrent wants. Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import {DAY} from '#model/units.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, is, leaf, presetRule} from './preset.ts'

/**
 * Nobody looks into folders of later: what a person took back from the trash stays, and the trash tells of that for a
 * month.
 */
const AFTER_COMPLETION = 30 * DAY

export function extraFileRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.clearsFolders) return []
  return [
    presetRule(arr, {
      behaviour: 'extra-files',
      name: 'unwanted files left behind',
      reason: 'extraFiles',
      concern: 'extraFiles',
      when: every(
        is('complete', true),
        leaf('state', 'notIn', ['checking', 'moving']),
        leaf('sinceCompleted', 'lte', AFTER_COMPLETION),
        leaf('arr.importedEvidence', 'exists'),
        leaf('extraFiles.count', 'gt', 0),
      ),
      do: [action('extraFiles.recycle', {set: arr.section})],
    }),
  ]
}
