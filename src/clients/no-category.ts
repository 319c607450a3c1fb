/** For kinds that know only labels, of which the first is the category. */
import {BadArgument} from '#model/errors.ts'
import type {CategorySource} from '#model/server.ts'

/**
 * Stands where the category would, written by us alone, and only where a torrent has tags and no category: without it
 * its first tag would be its category.
 */
export const NO_CATEGORY = 'no-category'

/** @throws {BadArgument} nobody could tell such a category from none */
export function refusePlaceholder(source: CategorySource, category: string): void {
  if (source.from !== 'label' || category !== NO_CATEGORY) return
  throw new BadArgument(`"${NO_CATEGORY}" is kept for torrents that have tags but no category.`, {
    field: 'category',
  })
}
