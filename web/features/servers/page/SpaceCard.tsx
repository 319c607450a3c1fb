import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {LiveServer} from '#model/live.ts'
import {printedValue} from '#search-query/printing.ts'
import {foundSums} from '../../../api/torrents.ts'
import {trashQuery} from '../../../api/trash.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Card} from '../../../ui/Card.tsx'
import {bytes, count, until, written} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useSpaceForecasts} from './use-space-forecasts.ts'

/** What could go, each as a search that anybody can look through before he does anything. */
const ways = [
  {says: 'space.way.copies', q: 'is:complete is:duplicate'},
  {says: 'space.way.idle', q: 'is:complete activity>90d'},
  {says: 'space.way.ratio', q: 'is:complete ratio>=2'},
] as const satisfies readonly {says: TextKey; q: string}[]

/** When a disk ends, and what would free how much of it. */
export function SpaceCard({server}: {server: LiveServer}) {
  const {server_id: id, free_space: free} = server
  const forecast = useSpaceForecasts().get(id)
  const now = useNow(60_000)
  if (free === undefined) return null
  return (
    <Card title={text('space.title')} isPadded={false}>
      {forecast ? (
        <Note tone="warn" className="rounded-none!">
          {text('space.full', {
            when: written(until(forecast.fullAt, now)),
            rate: written(bytes(forecast.perDay)),
          })}
        </Note>
      ) : (
        <p className="px-3.5 pt-3 text-text-2">{text('space.enough', {free: written(bytes(free))})}</p>
      )}
      <ul className="py-1.5">
        <InTrash id={id} />
        {ways.map(({says, q}) => (
          <Way key={says} says={text(says)} q={`server:${printedValue(id)} ${q}`} />
        ))}
      </ul>
      <p className="px-3.5 pb-3 text-12 text-pretty text-text-3">
        {text('space.nobody')}{' '}
        <Link to="/journal" search={{what: 'destructive'}} className={textLinkClass}>
          {text('space.journal')}
        </Link>
      </p>
    </Card>
  )
}

const row = 'num grid grid-cols-[minmax(0,1fr)_auto_80px] items-baseline gap-x-2.5 px-3.5 py-1'

function Way({says, q}: {says: string; q: string}) {
  const {data} = useQuery(foundSums(q))
  return (
    <li className={row}>
      <Link to="/torrents" search={{q, sort: '-size'}} className={`${textLinkClass} truncate`}>
        {says}
      </Link>
      <span className="text-right">{data ? count(data.count) : '?'}</span>
      <span className="text-right text-text-2">{data ? written(bytes(data.size)) : '?'}</span>
    </li>
  )
}

/** Free at once: nobody has to decide anything but that. */
function InTrash({id}: {id: string}) {
  const {data} = useQuery(trashQuery)
  const its = (data ?? []).filter((item) => item.server_id === id && item.state === 'kept')
  return (
    <li className={row}>
      <Link to="/trash" className={`${textLinkClass} truncate`}>
        {text('space.way.trash')}
      </Link>
      <span className="text-right">{data ? count(its.length) : '?'}</span>
      <span className="text-right text-text-2">
        {data ? written(bytes(its.reduce((sum, item) => sum + item.bytes, 0))) : '?'}
      </span>
    </li>
  )
}
