import {useQuery} from '@tanstack/react-query'
import {Link, useParams} from '@tanstack/react-router'
import {useState} from 'react'
import {arrQueueQuery, arrsQuery, type Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {Note} from '../../../ui/Note.tsx'
import {pageClass} from '../../../ui/page-class.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../shell/use-title.ts'
import {ArrDialogs} from '../ArrDialogs.tsx'
import {ArrHead} from './ArrHead.tsx'
import {ArrSettingsCard} from './ArrSettingsCard.tsx'
import {ArrTabs} from './ArrTabs.tsx'
import {ChecksCard} from './ChecksCard.tsx'
import {DoctorCard} from './DoctorCard.tsx'
import {NotRead} from './NotRead.tsx'
import {Pipeline} from './Pipeline.tsx'
import {QueueCard} from './QueueCard.tsx'
import {queueLines, stageCounts, type QueueStage} from './queue-lines.ts'
import {WaitingCard} from './WaitingCard.tsx'

/** Everything about one Arr: how it does, what waits for a person, its queue beside the torrents. */
export function ArrPage() {
  const {id} = useParams({from: '/inside/arrs/$id'})
  const {data: arrs, error} = useQuery(arrsQuery)
  const arr = arrs?.find((it) => it.id === id)
  useTitle(arr?.name ?? id, text('nav.arrs'))
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] grid-cols-[minmax(0,1fr)] gap-5">
        <Link to="/arrs" className={`${textLinkClass} justify-self-start`}>
          ‹ {text('nav.arrs')}
        </Link>
        {arr ? (
          <>
            {arrs!.length > 1 && <ArrTabs arrs={arrs!} id={id} />}
            <Page key={id} arr={arr} />
          </>
        ) : error && !arrs ? (
          <Note tone="bad">{error.message}</Note>
        ) : arrs ? (
          <EmptyState
            isPage
            title={text('arr.gone')}
            actions={
              <Link to="/arrs" className={textLinkClass}>
                {text('arr.gone.next')}
              </Link>
            }
          />
        ) : (
          <Skeleton height={28} width={260} />
        )}
      </div>
      <ArrDialogs />
    </main>
  )
}

function Page({arr}: {arr: Arr}) {
  const {data: queue, error} = useQuery(arrQueueQuery(arr.id))
  const [stage, setStage] = useState<QueueStage | null>(null)
  const lines = queue?.ready ? queueLines(queue.rows) : null
  return (
    <>
      <ArrHead arr={arr} />
      <ChecksCard arr={arr} />
      <Pipeline arr={arr} counts={lines && stageCounts(lines)} stage={stage} onStage={setStage} />
      <WaitingCard arr={arr} lines={lines?.filter(({waits}) => waits) ?? []} />
      {lines ? (
        <QueueCard arr={arr} lines={lines} stage={stage} onAll={() => setStage(null)} />
      ) : (
        <NotRead arr={arr} queue={queue ?? null} error={error} />
      )}
      {arr.access === 'own' && arr.url !== null && <DoctorCard arr={arr} />}
      {arr.access === 'own' && arr.url !== null && <ArrSettingsCard arr={arr} />}
    </>
  )
}
