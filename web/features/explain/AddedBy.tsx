import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'
import {originQuery} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {actorWords} from './action-words.ts'
import type {Torrent} from '../details/torrent.ts'

/** Who brought a torrent: a person, a rule, an API key or an Arr; '' while nothing of it is read. */
export function AddedBy({torrent}: {torrent: Torrent}) {
  const {data} = useQuery(originQuery(torrent))
  const {data: arrs} = useQuery({...arrsQuery, enabled: data?.arrId != null})
  if (data === undefined) return null
  const arr = arrs?.find(({id}) => id === data.arrId)?.name
  const who = data.entry ? actorWords(data.entry) : (arr ?? null)
  return (
    <span className="text-text-2">
      {who === null ? text('details.added.unknown') : text('details.added.by', {who})}
    </span>
  )
}
