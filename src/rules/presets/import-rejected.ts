/**
 * The Arr will not import it, for a reason that its owner listed: failed. Today's Arrs append details, so an entry is the
 * beginning of a sentence, and stands for its class of reasons, however the Arr words it. It tries again at every look:
 * what it refuses at two of them it refuses. A pack of which a part came in stays: the release is not to blame, and its
 * files are in use. What stands in the way of any release is no release's fault, whatever was listed; what is nothing but
 * dangerous files is failed unlisted.
 * Source: qBitrr; Sonarr and Radarr; scenario S28.
 */
import {holdingClasses, rejectClasses} from '#model/arr.ts'
import type {Condition, Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {
  action,
  every,
  removalOrder,
  is,
  leaf,
  notTakenIn,
  notTakenInSoFar,
  oldEnough,
  presetRule,
  twoLooks,
} from './preset.ts'

export function importRejectedRules(arr: InheritedArr): readonly Rule[] {
  return [...dangerousRules(arr), ...listedRules(arr)]
}

/** A folder, a disk or a lock is in the way: another release would be met by the same. */
const isHeld = leaf('arr.rejectClasses', 'hasAny', holdingClasses)

/**
 * Nothing but programs and what opens one: no list has to name what nobody wants, and it is complete before anybody
 * could leave a file out of it.
 */
function dangerousRules(arr: InheritedArr): readonly Rule[] {
  const others = rejectClasses.filter((name) => name !== 'dangerous' && name !== 'partial')
  return [
    presetRule(arr, {
      behaviour: 'dangerous',
      asks: arr.asksMore,
      name: 'nothing but dangerous files',
      reason: 'importRejected',
      concern: 'fate',
      order: removalOrder.dangerous,
      when: every(
        is('complete', true),
        notTakenIn,
        leaf('arr.rejectClasses', 'hasAny', ['dangerous']),
        leaf('arr.rejectClasses', 'hasNone', others),
        is('arr.anyImported', false),
        oldEnough(arr),
      ),
      do: [action('failDownload', {search: arr.searchesAgain, blocklist: true})],
    }),
  ]
}

function listedRules(arr: InheritedArr): readonly Rule[] {
  const says = arr.errorMessages.map(beginning).filter((message) => message !== '')
  if (says.length === 0) return []
  const meant = arr.errorClasses.length > 0 ? [leaf('arr.rejectClasses', 'hasAny', arr.errorClasses)] : []
  const matches: Condition = {
    any: [...says.map((message) => leaf('arr.messages', 'startsWith', message)), ...meant],
  }
  return [
    presetRule(arr, {
      behaviour: 'import-rejected',
      asks: arr.asksMore,
      name: 'rejected by the Arr',
      reason: 'importRejected',
      concern: 'fate',
      order: removalOrder.importRejected,
      when: every(
        is('complete', true),
        notTakenInSoFar,
        matches,
        {not: isHeld},
        is('arr.anyImported', false),
        oldEnough(arr),
      ),
      hold: twoLooks(arr),
      // Not in the moment of a try: it may come in.
      do: [{...action('failDownload', {search: arr.searchesAgain, blocklist: true}), if: notTakenIn}],
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
