import {useQuery} from '@tanstack/react-query'
import type {WireKey} from '../../api/actions.ts'
import {explanationQuery} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {phraseValueWords} from './verdict-words.ts'

/** By then its rule is about to do it. */
const SOON_MS = 60_000

/** From when on a rule may remove it; in red while that is still to come. Nothing where no time can be told. */
export function RemovalDate({torrent}: {torrent: WireKey}) {
  const now = useNow(10_000)
  const {data} = useQuery(explanationQuery(torrent))
  const at = data?.verdict.may_be_removed.at ?? null
  if (at === null) return null
  const isEarly = at > now + SOON_MS
  return (
    <span className={`block text-12 ${isEarly ? 'text-st-error' : 'text-text-3'}`}>
      {text('fate.may-be-removed', {when: phraseValueWords({unit: 'when', value: at}, now)})}
    </span>
  )
}
