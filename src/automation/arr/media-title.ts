/** What a download is for, in few words: "Harbour of Glass (2021)", "The Long Ferry S03E01–E04", "Ada Moss: Tides". */
import type {LibraryItem} from '#model/arr.ts'

/** A movie, series, artist or author. */
export type TitledOwner = Pick<LibraryItem, 'title' | 'year' | 'kind'>
/** An episode, album or book of it. */
export type TitledItem = Pick<LibraryItem, 'title' | 'seasonNumber' | 'number'>

/** Albums and books that are named; the rest is counted. */
const MOST_NAMED = 2

/** @param items none = which of them is not known */
export function mediaTitle(owner: TitledOwner, items: readonly TitledItem[]): string {
  if (owner.kind === 'movie') return owner.year === null ? owner.title : `${owner.title} (${owner.year})`
  if (items.length === 0) return owner.title
  const seasons = seasonsOf(items)
  if (seasons !== '') return `${owner.title} ${seasons}`
  const more = items.length > MOST_NAMED ? ` +${items.length - MOST_NAMED}` : ''
  const named = items.slice(0, MOST_NAMED).map(({title}) => title)
  return `${owner.title}: ${named.join(', ')}${more}`
}

/** "S03E01–E04 S04E01"; gaps within a season are not told. '' = they have no numbers. */
function seasonsOf(episodes: readonly TitledItem[]): string {
  const known = episodes.filter((it) => it.seasonNumber !== null && it.number !== null)
  const seasons = [...Map.groupBy(known, ({seasonNumber}) => seasonNumber!)].sort(([a], [b]) => a - b)
  return seasons
    .map(([season, some]) => {
      const numbers = some.map(({number}) => number!)
      const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
      return `S${twoDigits(season)}E${twoDigits(first)}${first === last ? '' : `–E${twoDigits(last)}`}`
    })
    .join(' ')
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
