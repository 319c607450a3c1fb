/**
 * The Arr looks as soon as a download is complete, and is asked to import only what it tracks, still waits for longer
 * than it takes to look, and says nothing against: what it refuses it tries again by itself, at every look. Source:
 * qBitrr; Sonarr and Radarr.
 */
import type {Condition, Rule} from '#model/rule.ts'
import {MINUTE} from '#model/units.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, is, labels, leaf, presetRule, twoLooks} from './preset.ts'

/** From one request to import to the next. */
const AGAIN = 5 * MINUTE
/** In whatever words: while it imports gladly it has none. */
const refused: Condition = leaf('arr.messages', 'glob', '*')

export function importRules(arr: InheritedArr): readonly Rule[] {
  const complete = every(is('complete', true), leaf('state', 'notIn', ['checking', 'moving']))
  return [
    presetRule(arr, {
      behaviour: 'import-look',
      name: 'complete',
      reason: 'imported',
      concern: 'look',
      conflict: 'additive',
      when: every(complete, leaf('tags', 'hasNone', [labels.imported])),
      schedule: {on: ['completed']},
      do: [action('arr.refresh')],
    }),
    presetRule(arr, {
      behaviour: 'import',
      name: 'waits to be imported',
      reason: 'imported',
      concern: 'import',
      when: every(complete, is('arr.tracked', 'importPending'), {not: refused}, mayMove(arr)),
      hold: twoLooks(arr),
      schedule: {every: AGAIN},
      // Of its own choice an Arr may move what still seeds.
      do: [action('arr.import', {mode: arr.importMode === 'auto' ? 'copy' : arr.importMode})],
    }),
    presetRule(arr, {
      behaviour: 'imported-label',
      name: 'imported',
      reason: 'imported',
      concern: 'importedLabel',
      when: every(
        is('complete', true),
        leaf('arr.importedEvidence', 'exists'),
        leaf('tags', 'hasNone', [labels.imported]),
      ),
      do: [action('tag', {names: [labels.imported]})],
    }),
  ]
}

/** Files that are moved away end the seeding: only when nothing is owed. */
function mayMove({importMode}: InheritedArr): Condition | null {
  return importMode === 'move' ? leaf('obligation.met', 'in', ['yes', 'none']) : null
}
