import type {Condition} from '#model/rule.ts'
import type {InheritedGround} from './inherited.ts'
import {inOneOf, is, leaf} from './preset.ts'

/** Of what was moved into a category for failures or checks: it was seen to come from one of these. */
export function cameFrom({spellings, subcategories, exceptCategories}: InheritedGround): Condition {
  const other = exceptCategories.flatMap((category): readonly Condition[] => [
    is('memory.categoryBefore', category),
    leaf('memory.categoryBefore', 'startsWith', `${category}/`),
  ])
  const known = leaf('memory.categoryBefore', 'exists')
  const mine = inOneOf('memory.categoryBefore', spellings, subcategories)
  return {all: [known, mine, ...(other.length > 0 ? [{not: {any: other}}] : [])]}
}

/**
 * A person moved it there: its Arr does not put torrents there itself, when it grabs or when it imported them. It would
 * mean that all of its downloads have failed.
 */
export function notOfArr({arrId}: Pick<InheritedGround, 'arrId'>): Condition | null {
  return arrId === null ? null : is('arr.usesCategory', false)
}
