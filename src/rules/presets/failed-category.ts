/** What a person moves into the category for failures is failed for the Arr it came from. Source: qbitrr-config.md B.6. */
import type {Condition, Rule} from '#model/rule.ts'
import type {InheritedArr, InheritedGround} from './inherited.ts'
import {action, fateOrder, leaf, oldEnough, presetRule} from './preset.ts'

export function failedCategoryRules(arr: InheritedArr): readonly Rule[] {
  return failedIn(arr, arr.failedCategory, arr.searchesAgain)
}

/** Of torrents that are in no Arr's queue or history: removed, without a word to any Arr. */
export function failedWithoutArrRules(ground: InheritedGround, failedCategory: string): readonly Rule[] {
  return failedIn({...ground, arrId: null}, failedCategory, false)
}

function failedIn(ground: InheritedGround, category: string, search: boolean): readonly Rule[] {
  // Without a name it would be every torrent that has no category.
  if (category === '') return []
  const there: Condition = leaf('category', 'eq', category)
  return [
    presetRule(
      {...ground, exceptCategories: []},
      {
        behaviour: 'failed-category',
        name: `moved to ${category}`,
        reason: 'failedCategory',
        concern: 'fate',
        order: fateOrder.failedCategory,
        scope: {categories: [category], subcategories: false},
        when: oldEnough(ground) ?? there,
        do: [action('failDownload', {search, blocklist: ground.arrId !== null})],
      },
    ),
  ]
}
