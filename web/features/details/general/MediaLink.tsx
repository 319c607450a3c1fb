import {Link} from '@tanstack/react-router'
import type {Explanation} from '../../../api/explanation.ts'
import {text} from '../../../i18n/text.ts'
import {textLinkClass} from '../../../ui/TextButton.tsx'

/** Leads to how far the movie, episode, album or book of a torrent has got; of several, the first. */
export function MediaLink({media}: {media: NonNullable<Explanation['media']>}) {
  const {arr_id: id, arr_name: arr, title, items} = media
  const [item] = items
  if (item === undefined) return null
  const named = title === null ? text('details.media.unnamed', {arr}) : text('details.media', {arr, title})
  return (
    <Link
      to="/library/arrs/$id/items/$item"
      params={{id, item: String(item)}}
      className={`${textLinkClass} whitespace-normal! wrap-anywhere pointer-coarse:py-2.5`}
    >
      {items.length === 1 ? named : text('details.media.first', {named, all: items.length})}
    </Link>
  )
}
