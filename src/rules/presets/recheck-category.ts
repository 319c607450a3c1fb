/** What a person moves into the category for checks is checked once, then goes back. Source: qbitrr-config.md B.6. */
import type {Rule} from '#model/rule.ts'
import type {InheritedArr} from './inherited.ts'
import {action, leaf, oldEnough, presetRule} from './preset.ts'

export function recheckCategoryRules(arr: InheritedArr): readonly Rule[] {
  return [
    presetRule(
      {...arr, exceptCategories: []},
      {
        behaviour: 'recheck-category',
        name: `moved to ${arr.recheckCategory}`,
        reason: 'recheckCategory',
        concern: 'recheck',
        order: 10,
        scope: {categories: [arr.recheckCategory], subcategories: false},
        when: oldEnough(arr) ?? leaf('category', 'eq', arr.recheckCategory),
        // Out of the category again, so that it is once; a check that was refused leaves it there.
        do: [action('recheck'), action('category', {name: arr.category})],
      },
    ),
  ]
}
