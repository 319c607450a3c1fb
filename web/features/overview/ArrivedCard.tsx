import {Link} from '@tanstack/react-router'
import type {Today} from '../../api/today.ts'
import {fullTime, timeOfDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useToday} from './use-today.ts'

const MOST = 6

/** What Arrs imported today; who sees no Arr has no such card. */
export function ArrivedCard() {
  const {data: today} = useToday()
  const arrivals = today?.arrivals ?? null
  if (arrivals === null) return null
  return (
    <Card
      title={text('arrived.title')}
      isPadded={false}
      className="overflow-clip"
      actions={
        <>
          <span className="num text-text-3">{arrivals.count}</span>
          <Link to="/library" className={textLinkClass}>
            {text('arrived.library')}
          </Link>
        </>
      }
    >
      {arrivals.count === 0 && <p className="px-3.5 py-4 text-text-2">{text('arrived.none')}</p>}
      <ul>
        {arrivals.newest.slice(0, MOST).map((it) => (
          <li
            key={`${it.arr_id} ${it.at} ${it.info_hash} ${it.title}`}
            className="border-t border-line first:border-0"
          >
            <ArrivalLink arrival={it} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

type Arrival = NonNullable<Today['arrivals']>['newest'][number]

const row =
  'grid grid-cols-[minmax(0,1fr)_auto_44px] items-baseline gap-3.5 px-3.5 py-2 hover:bg-hover focus-visible:shadow-focus-in pointer-coarse:py-3'

/** To its torrent while that is there, else to the Arr. */
function ArrivalLink({arrival}: {arrival: Arrival}) {
  const {title, at, arr_id: arrId, arr_name: arr, server_id: serverId, info_hash: hash} = arrival
  const words = (
    <>
      <span className="truncate">{title ?? text('arrived.unnamed')}</span>
      <span className="text-12 text-text-2">{arr}</span>
      <time
        dateTime={new Date(at).toISOString()}
        title={fullTime(at)}
        className="num text-right text-12 text-text-3"
      >
        {timeOfDay(at)}
      </time>
    </>
  )
  return arrival.there && serverId !== null && hash !== null ? (
    <Link to="/torrents" search={{at: `${serverId}~${hash}`}} className={row}>
      {words}
    </Link>
  ) : (
    <Link to="/library/arrs/$id" params={{id: arrId}} className={row}>
      {words}
    </Link>
  )
}
