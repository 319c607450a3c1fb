/**
 * Releases that score too low while they download. With `CustomFormatUnmetSearch` what is worse than the file that is
 * there: it would be downloaded for nothing. Scores alone do not tell that, as a better quality may score less: the
 * program before us gave such upgrades up again and again. `ForceMinimumCustomFormat` is about what scores less than its
 * profile asks for, too, whether there is a file or not: no Arr grabs that unless a person picks it, so it asks first.
 * What a person picked stays. Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, every, removalOrder, is, leaf, oldEnough, presetRule} from './preset.ts'

const tooLow = is('arr.scoreMet', false)

export function worseThanFileRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.searchesUnmetScores) return []
  return [
    presetRule(arr, {
      behaviour: 'worse-than-file',
      name: 'worse than the file in the library',
      reason: 'worseThanFile',
      concern: 'fate',
      order: removalOrder.worseThanFile,
      when: every(
        ...comingIn,
        leaf('progress', 'lte', arr.deletableShare),
        is('arr.worseThanFile', true),
        ...(arr.asksScore ? [tooLow] : []),
        oldEnough(arr),
      ),
      do: failing(arr),
    }),
  ]
}

export function scoreRules(arr: InheritedArr): readonly Rule[] {
  if (!arr.asksScore) return []
  return [
    presetRule(arr, {
      behaviour: 'score',
      name: 'custom format score too low',
      reason: 'scoreUnmet',
      concern: 'fate',
      order: removalOrder.scoreUnmet,
      asks: true,
      when: every(...comingIn, tooLow, oldEnough(arr)),
      do: failing(arr),
    }),
  ]
}

const comingIn = [is('complete', false), is('arr.queuePresent', true), is('arr.pickedByHand', false)]

function failing({searchesAgain: search}: InheritedArr) {
  return [action('failDownload', {search, blocklist: true})]
}
