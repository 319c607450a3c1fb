import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Undo2} from 'lucide-react'
import type {WireKey} from '../../api/actions.ts'
import {timelineQuery, type TimelineAction} from '../../api/explanation.ts'
import {restoreFromTrash, trashQuery, type TrashItem} from '../../api/trash.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServer} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {HistoryTab} from './HistoryTab.tsx'
import {actorWords} from '../explain/action-words.ts'
import {trashObjection} from '../trash/trash-batch.ts'
import {breakable} from '../details/torrent.ts'

/**
 * What is left of a torrent that went: who removed it and when, the way back while there is one, and its history.
 *
 * @param isPage its name is the heading of the page
 */
export function GoneTorrent({torrent, isPage}: {torrent: WireKey; isPage: boolean}) {
  const Heading = isPage ? 'h1' : 'h2'
  const now = useNow(10_000)
  const {data: timeline} = useInfiniteQuery({...timelineQuery(torrent), retry: false})
  const {data: trash} = useQuery(trashQuery)
  const removal = timeline?.pages.flatMap(({entries}) => entries).find(isRemoval)
  const item = trash?.find((it) => isOf(it, torrent))
  const name = item?.name ?? removal?.name ?? null
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      <div className="grid justify-items-start gap-2 border-b border-line px-4 py-3.5 max-phone:px-3.5">
        {name !== null && (
          <Heading className="text-16/[1.35] font-bold wrap-anywhere select-text">{breakable(name)}</Heading>
        )}
        <p className="text-pretty wrap-anywhere">
          {removal === undefined ? (
            <>
              <b className="font-medium">{text('details.gone')}</b>{' '}
              <span className="text-text-2">{text('details.gone.next')}</span>
            </>
          ) : (
            <b className="font-medium">
              {text('details.gone.removed', {
                who: actorWords(removal),
                when: exactTime(removal.ended_at, now),
              })}
            </b>
          )}
        </p>
        {item && <WayBack item={item} now={now} />}
      </div>
      {removal === undefined ? <span /> : <HistoryTab torrent={torrent} isGone />}
    </div>
  )
}

const removals: ReadonlySet<string> = new Set(['remove', 'removeWithData', 'recycle', 'failDownload'])

/** One that was asked for, and that took it away. */
function isRemoval({verb, outcome}: TimelineAction): boolean {
  return removals.has(verb) && outcome === 'done'
}

/** As it can be brought back, or is being. What was beside it brings back no torrent. */
function isOf({server_id: server, info_hash: hash, verb, state}: TrashItem, torrent: WireKey): boolean {
  return (
    server === torrent.server_id &&
    hash === torrent.info_hash &&
    (verb === 'recycle' || verb === 'remove' || verb === 'removeWithData') &&
    (state === 'kept' || state === 'restoring')
  )
}

function WayBack({item, now}: {item: TrashItem; now: number}) {
  const access = useServer(item.server_id)?.access
  const {send, isBusy, error} = useSending()
  return (
    <>
      <Button
        icon={Undo2}
        aria-label={text('details.gone.restore-one', {name: item.name})}
        disabledReason={trashObjection(item, 'restore', access) ?? undefined}
        waitsFor={isBusy ? text('details.sending') : undefined}
        onClick={() => void send(() => restoreFromTrash(item.id))}
      >
        {text('details.gone.restore')}
      </Button>
      <p className="text-12 text-text-2">
        {text(item.state === 'restoring' ? 'details.gone.restoring' : 'details.gone.until', {
          when: exactTime(item.until, now),
        })}
      </p>
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
    </>
  )
}
