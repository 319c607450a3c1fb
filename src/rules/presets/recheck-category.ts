/** What a person moves into the category for checks is checked once, then goes back. Source: qBitrr. */
import type {Condition, Rule} from '#model/rule.ts'
import {cameFrom, notOfArr} from './came-from.ts'
import type {InheritedArr, InheritedGround, InheritedSection} from './inherited.ts'
import {action, every, is, leaf, oldEnough, presetRule, type PresetContent} from './preset.ts'

const known: Condition = leaf('memory.categoryBefore', 'exists')
/** Out of the category again, so that it is once; a check that was refused leaves it there. */
const goesBack = [action('recheck'), action('category', {name: {fact: 'memory.categoryBefore'}})]

export function recheckCategoryRules(arr: InheritedArr): readonly Rule[] {
  if (arr.recheckCategory === '') return []
  const parts = partsOf(arr.recheckCategory)
  const home = [action('recheck'), action('category', {name: arr.category})]
  return [
    moved(arr, {...parts, when: every(known, notOfArr(arr), oldEnough(arr))}),
    // It was moved while nobody looked.
    moved(arr, {
      ...parts,
      behaviour: 'recheck-category-home',
      name: `${parts.name} unseen`,
      order: 11,
      do: home,
      when: every(is('memory.categoryBefore', null), notOfArr(arr), oldEnough(arr)),
    }),
  ]
}

/** Of managed categories: only what was seen to come from one of them. */
export function recheckWithoutArrRules(section: InheritedSection): readonly Rule[] {
  if (section.recheckCategory === '') return []
  const parts = partsOf(section.recheckCategory)
  return [moved({...section, arrId: null}, {...parts, when: every(cameFrom(section), oldEnough(section))})]
}

function partsOf(category: string) {
  return {
    behaviour: 'recheck-category',
    name: `moved to ${category}`,
    reason: 'recheckCategory',
    concern: 'recheck',
    order: 10,
    scope: {categories: [category], subcategories: false},
    do: goesBack,
  } as const satisfies Omit<PresetContent, 'when'>
}

function moved(ground: InheritedGround, parts: PresetContent): Rule {
  return presetRule({...ground, exceptCategories: []}, parts)
}
