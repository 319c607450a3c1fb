import {useQuery} from '@tanstack/react-query'
import {explanationQuery} from '../../api/explanation.ts'
import {useNow} from '../../live/clock.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'
import type {Torrent} from '../details/torrent.ts'
import {phraseWords} from './verdict-words.ts'

/** Why it stays or goes, in a line; what follows from it behind it. */
export function VerdictLine({torrent}: {torrent: Torrent}) {
  const now = useNow(10_000)
  const {data, error} = useQuery(explanationQuery(torrent))
  // While nobody can say the other sentences stand alone.
  if (error && !data) return null
  if (!data) return <VerdictSkeleton />
  const {says, follows} = data.verdict
  return (
    <p className="mb-2.5 min-h-[18px] leading-[1.4] text-pretty wrap-anywhere">
      <b className="font-medium">{phraseWords(says, now)}</b>{' '}
      {follows && <span className="text-text-2">{phraseWords(follows, now)}</span>}
    </p>
  )
}

/** Its place, so that nothing moves when it comes. */
function VerdictSkeleton() {
  return (
    <div className="mb-2.5">
      <Skeleton height={18} />
    </div>
  )
}
