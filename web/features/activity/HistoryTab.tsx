import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Clock} from 'lucide-react'
import {useMemo, useState} from 'react'
import type {WireKey} from '../../api/actions.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {explanationQuery, timelineQuery} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {duration, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {PartEmpty, PartSkeleton} from '../details/PartFrame.tsx'
import {picturesOf} from './HistoryPictures.tsx'
import {StoryDays} from './StoryList.tsx'
import {useStories} from './use-stories.ts'

const whose = ['all', 'rules', 'people'] as const
type Whose = (typeof whose)[number]

const whoOf: Readonly<Record<Whose, Readonly<Record<string, readonly string[]>>>> = {
  all: {},
  rules: {who: ['rule']},
  people: {not_who: ['rule', 'arr', 'system']},
}

/**
 * What happened to a torrent, newest first, and before it what will if nothing changes: the stories of the activity.
 *
 * @param isGone it is on its server no more: nothing is coming
 */
export function HistoryTab({torrent, isGone = false}: {torrent: WireKey; isGone?: boolean}) {
  const {server_id: serverId, info_hash: hash} = torrent
  const now = useNow(10_000)
  const [shown, setShown] = useState<Whose>('all')
  const [isAll, setAll] = useState(false)
  const wish = useMemo(
    () => ({info_hash: hash, server_id: [serverId], ...whoOf[shown], ...(isAll && {hidden: 'true'})}),
    [hash, serverId, shown, isAll],
  )
  const {stories, hasOlder, readOlder, isReadingOlder, olderFault, reading, showFresh} = useStories(
    wish,
    false,
  )
  const {data: lines} = useInfiniteQuery(timelineQuery(torrent))
  const {data: arrs} = useQuery(arrsQuery)
  const {data: explanation} = useQuery({...explanationQuery(torrent), enabled: !isGone})
  if (stories === null) {
    return (
      <Awaited reading={reading} what={text('details.tab.history')} className="p-3">
        <PartSkeleton />
      </Awaited>
    )
  }
  // What its Arr imported is told by the Arr's own milestone.
  const own = stories.filter(({verb}) => verb !== 'imported')
  // What lies before the oldest story that was read comes with the stories around it.
  const from = hasOlder ? (stories.at(-1)?.at ?? 0) : 0
  const all = shown === 'all' ? (lines?.pages[0]?.milestones ?? []) : []
  const milestones = all.filter(({at}) => at >= from)
  const pictures = picturesOf(
    torrent,
    lines?.pages[0]?.milestones ?? [],
    lines?.pages.flatMap(({entries}) => entries) ?? [],
    explanation?.media ?? null,
  )
  return (
    <div className="h-full min-h-0 overflow-auto">
      <div className="flex min-h-10 items-center px-4 py-1 max-phone:px-3.5">
        <Segmented
          value={shown}
          onChange={setShown}
          label={text('timeline.show')}
          options={whose.map((value) => ({value, label: text(`timeline.${value}`)}))}
        />
      </div>
      <Awaited reading={reading} what={text('details.tab.history')} className="px-3 pb-2" />
      {!isGone && <Next torrent={torrent} />}
      {own.length + milestones.length === 0 && !hasOlder && <PartEmpty title={text('timeline.none')} />}
      <StoryDays
        stories={own}
        milestones={milestones}
        pictures={pictures}
        wish={wish}
        names={{arr: (id) => arrs?.find((it) => it.id === id)?.name ?? null}}
        now={now}
        onUndone={showFresh}
      />
      <p className="flex flex-wrap items-center gap-3 px-4 py-3 max-phone:px-3.5">
        {hasOlder && (
          <Button waitsFor={isReadingOlder ? text('activity.reading') : undefined} onClick={readOlder}>
            {text('activity.older')}
          </Button>
        )}
        {olderFault !== '' && <output className="text-st-error">{olderFault}</output>}
        <TextButton onClick={() => setAll(!isAll)}>
          {text(isAll ? 'activity.hidden.hide-all' : 'activity.hidden.show')}
        </TextButton>
      </p>
    </div>
  )
}

/** Rules whose time runs. */
function Next({torrent}: {torrent: WireKey}) {
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
