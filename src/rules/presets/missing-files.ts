/**
 * Its server says that files are missing, and goes on saying so after its disk came back, until somebody has them
 * checked. What is seen on the disk is checked; what is proven not to be there, on a disk that is, for a whole day, is
 * given up without its data, without a word against the release, and searched again. What nobody here can look at stays.
 * Source: qBitrr; scenarios S08 and S32.
 */
import type {Rule} from '#model/rule.ts'
import {DAY, MINUTE} from '#model/units.ts'
import type {InheritedSection} from './inherited.ts'
import {action, every, removalOrder, is, leaf, oldEnough, presetRule} from './preset.ts'

/** So long a disk that came back may take to be whole. */
const SETTLED = 5 * MINUTE

export function missingFilesRules(section: InheritedSection): readonly Rule[] {
  return [
    presetRule(section, {
      behaviour: 'missing-files-found',
      name: 'missing files are there again',
      reason: 'missingFiles',
      concern: 'recheck',
      order: 10,
      when: every(is('state', 'missingFiles'), leaf('path.filesFound', 'gt', 0)),
      hold: {for: SETTLED},
      do: [action('recheck')],
    }),
    presetRule(section, {
      behaviour: 'missing-files',
      name: 'files are missing',
      reason: 'missingFiles',
      concern: 'fate',
      order: removalOrder.missingFiles,
      when: every(is('state', 'missingFiles'), is('path.filesFound', 0), oldEnough(section)),
      hold: {for: DAY},
      do: [action('failDownload', {search: section.arrId !== null, blocklist: false, keepsData: true})],
      guards: {obligationOverride: 'Without its files it cannot seed what it owes.'},
    }),
  ]
}
