/**
 * The Arr will not import it, for a reason that its owner listed: failed. Today's Arrs append details, so an entry is the
 * beginning of a sentence, and stands for its class of reasons, however the Arr words it. A pack of which a part came in stays: the release is not to blame, and its files are in use.
 * Source: qbitrr-config.md B.6; protocols/arr.md §3.5; safety-scenarios.md 28.
 */
import type {Condition, Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, fateOrder, is, leaf, oldEnough, presetRule} from './preset.ts'

export function importRejectedRules(arr: InheritedArr): readonly Rule[] {
  const says = arr.errorMessages.map(beginning).filter((message) => message !== '')
  if (says.length === 0) return []
  const meant = arr.errorClasses.length > 0 ? [leaf('arr.rejectClasses', 'hasAny', arr.errorClasses)] : []
  const matches: Condition = {
    any: [...says.map((message) => leaf('arr.messages', 'startsWith', message)), ...meant],
  }
  return [
    presetRule(arr, {
      behaviour: 'import-rejected',
      name: 'rejected by the Arr',
      reason: 'importRejected',
      concern: 'fate',
      order: fateOrder.importRejected,
      when: every(
        is('complete', true),
        leaf('arr.tracked', 'in', ['importPending', 'importBlocked', 'importFailed']),
        matches,
        is('arr.anyImported', false),
        oldEnough(arr),
      ),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}

/** The old list wrote "file(s)" where the Arrs write "file". Longer than any sentence of theirs is no use. */
function beginning(message: string): string {
  return message
    .trim()
    .replace(/\(s\)$/, '')
    .slice(0, 256)
}
