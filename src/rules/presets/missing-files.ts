/**
 * Its files are gone: removed and searched again, without a word against the release. Not while the disk they should be
 * on is away or can not be read; a disk of another machine, which nobody here can look at, does not count as away.
 * Source: qbitrr-config.md B.6, B.9; safety-scenarios.md 8.
 */
import type {FactName} from '#model/fact.ts'
import type {Condition, Rule} from '#model/rule.ts'
import type {InheritedSection} from './inherited.ts'
import {action, every, fateOrder, is, isNotKnownAs, oldEnough, presetRule} from './preset.ts'

export function missingFilesRules(section: InheritedSection): readonly Rule[] {
  const goodOrOutOfSight = (fact: FactName): Condition => isNotKnownAs(fact, false)
  return [
    presetRule(section, {
      behaviour: 'missing-files',
      name: 'files are missing',
      reason: 'missingFiles',
      concern: 'fate',
      order: fateOrder.missingFiles,
      when: every(
        is('state', 'missingFiles'),
        goodOrOutOfSight('path.mounted'),
        goodOrOutOfSight('path.readable'),
        oldEnough(section),
      ),
      do: [action('failDownload', {search: section.arrId !== null, blocklist: false})],
      guards: {obligationOverride: 'Without its files it cannot seed what it owes.'},
    }),
  ]
}
