import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import type {PlaceInView} from '../../torrents/use-place-in-view.ts'

/** @param place `null` = it left the list, absent = not known: nothing is said */
export function placeWords(place: PlaceInView | null | undefined): string {
  if (place === undefined) return ''
  if (place === null) return text('details.elsewhere')
  return text('details.place', {rank: count(place.rank), total: count(place.total)})
}
