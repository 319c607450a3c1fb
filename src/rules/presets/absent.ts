/**
 * Presets of an Arr that its settings leave out, each with the settings by which it would be there and what it would say
 * then: people see what they could switch on, and what that would do.
 */
import type {Rule} from '#model/rule.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {extraFileRules} from './extra-files.ts'
import type {InheritedArr} from './inherited.ts'
import {scoreRules, worseThanFileRules} from './score.ts'
import {seedingRules} from './seeding.ts'
import {slowRules} from './slow.ts'
import {stalledRules} from './stalled.ts'

/** A setting of the Arr, as its path is written, with the value that it takes. */
interface NeededSetting {
  readonly path: string
  readonly value: string | number | boolean
}

export interface AbsentPreset {
  /** Behind the section in the ids of its rules: `slow`. */
  readonly behaviour: string
  readonly settings: readonly NeededSetting[]
  readonly rules: readonly Rule[]
}

interface Candidate {
  readonly behaviour: string
  readonly rulesOf: (arr: InheritedArr) => readonly Rule[]
  /** What the Arr would be, and by which settings; `null` = more than a switch is missing. */
  readonly begin: (
    arr: InheritedArr,
  ) => {readonly arr: Partial<InheritedArr>; readonly settings: readonly NeededSetting[]} | null
}

const seedingPath = 'Torrent.SeedingMode.'

const candidates: readonly Candidate[] = [
  {
    behaviour: 'stalled',
    rulesOf: (arr) => stalledRules(arr, arr.searchesAgain),
    begin: () => ({
      arr: {stalledDelay: 15 * MINUTE},
      settings: [{path: 'Torrent.StalledDelay', value: '15m'}],
    }),
  },
  {
    behaviour: 'slow',
    rulesOf: (arr) => slowRules(arr, arr.searchesAgain),
    begin: ({maximumEta}) => {
      const isSet = maximumEta !== null && maximumEta > 0
      return {
        arr: {keepsSlow: false, maximumEta: isSet ? maximumEta : DAY},
        settings: [
          {path: 'Torrent.DoNotRemoveSlow', value: false},
          ...(isSet ? [] : [{path: 'Torrent.MaximumETA', value: '24h'}]),
        ],
      }
    },
  },
  {
    behaviour: 'worse-than-file',
    rulesOf: worseThanFileRules,
    begin: () => ({
      arr: {searchesUnmetScores: true},
      settings: [{path: 'EntrySearch.CustomFormatUnmetSearch', value: true}],
    }),
  },
  {
    behaviour: 'score',
    rulesOf: scoreRules,
    begin: () => ({
      arr: {asksScore: true},
      settings: [{path: 'EntrySearch.ForceMinimumCustomFormat', value: true}],
    }),
  },
  {
    behaviour: 'seeded',
    rulesOf: seedingRules,
    begin: ({maxRatio, maxSeedingTime}) => {
      const isRatio = maxRatio !== null && maxRatio > 0
      const isTime = maxSeedingTime !== null && maxSeedingTime > 0
      return {
        arr: {
          removal: 3,
          maxRatio: isRatio ? maxRatio : 2,
          maxSeedingTime: isTime ? maxSeedingTime : 14 * DAY,
        },
        settings: [
          {path: `${seedingPath}RemoveTorrent`, value: 3},
          ...(isRatio ? [] : [{path: `${seedingPath}MaxUploadRatio`, value: 2}]),
          ...(isTime ? [] : [{path: `${seedingPath}MaxSeedingTime`, value: '14d'}]),
        ],
      }
    },
  },
  {
    behaviour: 'extra-files',
    rulesOf: extraFileRules,
    // Without a list of what stays everything would be unwanted.
    begin: ({hasAllowlist}) =>
      hasAllowlist
        ? {arr: {clearsFolders: true}, settings: [{path: 'Torrent.AutoDelete', value: true}]}
        : null,
  },
]

export function absentPresets(arr: InheritedArr): readonly AbsentPreset[] {
  return candidates.flatMap(({behaviour, rulesOf, begin}) => {
    if (rulesOf(arr).length > 0) return []
    const begun = begin(arr)
    const rules = begun ? rulesOf({...arr, ...begun.arr}) : []
    return begun && rules.length > 0 ? [{behaviour, settings: begun.settings, rules}] : []
  })
}
