/** All rules of an inherited section, each a small file beside this one. Table of keys: docs/reference/rules-presets.md. */
import type {Rule} from '#model/rule.ts'
import {erroredRules} from './errored.ts'
import {extraFileRules} from './extra-files.ts'
import {failedCategoryRules, failedWithoutArrRules} from './failed-category.ts'
import {fileRules} from './files.ts'
import {importRules} from './import.ts'
import {importRejectedRules} from './import-rejected.ts'
import {importWaitsRules} from './import-waits.ts'
import type {InheritedArr, InheritedSection} from './inherited.ts'
import {mediaRules} from './media.ts'
import {missingFilesRules} from './missing-files.ts'
import {rateLimitRules} from './rate-limits.ts'
import {recheckCategoryRules, recheckWithoutArrRules} from './recheck-category.ts'
import {scoreRules, worseThanFileRules} from './score.ts'
import {seedingLabelRules, seedingRules} from './seeding.ts'
import {slowRules} from './slow.ts'
import {stalledRules} from './stalled.ts'
import {trackerRules} from './trackers.ts'

export function arrPresets(arr: InheritedArr): readonly Rule[] {
  return [
    ...failedCategoryRules(arr),
    ...recheckCategoryRules(arr),
    ...fileRules(arr),
    ...mediaRules(arr),
    ...importRules(arr),
    ...importRejectedRules(arr),
    ...importWaitsRules(arr),
    ...extraFileRules(arr),
    ...worseThanFileRules(arr),
    ...scoreRules(arr),
    ...sharedPresets(arr, arr.searchesAgain),
  ]
}

/** Of managed categories: the same rules, without anybody to tell. */
export function categoryPresets(section: InheritedSection): readonly Rule[] {
  return [
    ...failedWithoutArrRules(section),
    ...recheckWithoutArrRules(section),
    ...sharedPresets({...section, arrId: null}, false),
  ]
}

/** Of tracker profiles, about torrents that no Arr and no managed category has. */
export function profilePresets(section: InheritedSection): readonly Rule[] {
  return [...trackerRules(section), ...rateLimitRules(section)]
}

function sharedPresets(section: InheritedSection, search: boolean): readonly Rule[] {
  return [
    ...stalledRules(section, search),
    ...slowRules(section, search),
    ...missingFilesRules(section),
    ...erroredRules(section),
    ...seedingRules(section),
    ...seedingLabelRules(section),
    ...trackerRules(section),
    ...rateLimitRules(section),
  ]
}
