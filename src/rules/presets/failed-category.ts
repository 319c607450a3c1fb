/**
 * What a person moves into the category for failures is failed for the Arr it came from; what came from a managed
 * category is removed, without a word to any Arr. Source: qBitrr.
 */
import type {Condition, Rule} from '#model/rule.ts'
import {cameFrom, notOfArr} from './came-from.ts'
import type {InheritedArr, InheritedSection} from './inherited.ts'
import {action, every, removalOrder, oldEnough, presetRule} from './preset.ts'

export function failedCategoryRules(arr: InheritedArr): readonly Rule[] {
  return failedIn(arr, null, arr.searchesAgain)
}

/** Nobody saw where it came from: it is left alone. */
export function failedWithoutArrRules(section: InheritedSection): readonly Rule[] {
  return failedIn({...section, arrId: null}, cameFrom(section), false)
}

function failedIn(ground: InheritedSection, origin: Condition | null, search: boolean): readonly Rule[] {
  const category = ground.failedCategory
  // Without a name it would be every torrent that has no category.
  if (category === '') return []
  return [
    presetRule(
      {...ground, exceptCategories: []},
      {
        behaviour: 'failed-category',
        name: `moved to ${category}`,
        reason: 'failedCategory',
        concern: 'fate',
        order: removalOrder.failedCategory,
        scope: {categories: [category], subcategories: false},
        when: every(origin, notOfArr(ground), oldEnough(ground)),
        do: [action('failDownload', {search, blocklist: ground.arrId !== null})],
      },
    ),
  ]
}
