import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Clock} from 'lucide-react'
import {useState} from 'react'
import {explanationQuery, timelineQuery, type Deed} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {duration, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {PartEmpty, PartSkeleton} from '../details/PartFrame.tsx'
import type {Torrent} from '../details/torrent.ts'
import {ActivityDays} from './ActivityDays.tsx'

const whose = ['all', 'rules', 'people'] as const
type Whose = (typeof whose)[number]

/** What happened to a torrent, newest first, and before it what will if nothing changes. */
export function TimelineTab({torrent}: {torrent: Torrent}) {
  const now = useNow(10_000)
  const [shown, setShown] = useState<Whose>('all')
  const {data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch} = useInfiniteQuery(
    timelineQuery(torrent),
  )
  if (!data) {
    if (!error) return <PartSkeleton />
    const again = <Button onClick={() => void refetch()}>{text('details.again')}</Button>
    return <PartEmpty className="pt-3" title={error.message} actions={again} />
  }
  const all = data.pages.flatMap(({deeds}) => deeds)
  const deeds = all.filter((deed) => isOf(deed, shown))
  // What lies before the oldest deed that was read comes with the deeds around it.
  const from = hasNextPage ? (all.at(-1)?.at ?? 0) : 0
  const milestones = shown === 'all' ? data.pages[0]!.milestones.filter(({at}) => at >= from) : []
  return (
    <div className="h-full min-h-0 overflow-auto">
      <div className="flex min-h-10 items-center px-4 py-1 max-phone:px-3.5">
        <Segmented
          value={shown}
          onChange={setShown}
          label={text('timeline.show')}
          options={whose.map((value) => ({value, label: text(`journal.${value}`)}))}
        />
      </div>
      <Next torrent={torrent} />
      {deeds.length + milestones.length === 0 && !hasNextPage && <PartEmpty title={text('timeline.none')} />}
      <ActivityDays deeds={deeds} milestones={milestones} now={now} withTorrent={false} />
      {hasNextPage && (
        <div className="px-4 py-3 max-phone:px-3.5">
          <Button
            waitsFor={isFetchingNextPage ? text('journal.reading') : undefined}
            onClick={() => void fetchNextPage()}
          >
            {text('journal.older')}
          </Button>
        </div>
      )}
    </div>
  )
}

function isOf({origin}: Deed, whose: Whose): boolean {
  return whose === 'all' || (whose === 'people') === (origin === 'user' || origin === 'api')
}

/** Rules whose time runs. */
function Next({torrent}: {torrent: Torrent}) {
  const {data} = useQuery(explanationQuery(torrent))
  const coming = (data?.rules ?? []).filter(({acts_in: left}) => left !== null && left > 0)
  if (coming.length === 0) return null
  return (
    <section aria-label={text('timeline.next')}>
      <h2 className="bg-sunken px-4 py-1 text-11 font-bold text-text-3 max-phone:px-3.5">
        {text('timeline.next')}
      </h2>
      <ol>
        {coming
          .toSorted((one, other) => one.acts_in! - other.acts_in!)
          .map(({rule_id: id, name, acts_in: left}) => (
            <li
              key={id}
              className="flex items-center gap-2.5 border-b border-line px-4 py-2 text-text-2 last:border-0 max-phone:px-3.5"
            >
              <Icon icon={Clock} className="text-text-3" />
              <span className="min-w-0 wrap-anywhere">{text('timeline.soon', {rule: name})}</span>
              <span className="num ml-auto whitespace-nowrap">
                {text('timeline.in', {time: written(duration(left))})}
              </span>
            </li>
          ))}
      </ol>
    </section>
  )
}
