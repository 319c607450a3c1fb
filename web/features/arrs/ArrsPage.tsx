import {useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {Plus, RefreshCw} from 'lucide-react'
import {useEffect} from 'react'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {usePermission, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useTitle} from '../../ui/use-title.ts'
import {FileMark} from '../servers/import/FileMark.tsx'
import {openArrDialog} from './arr-dialogs.ts'
import {arrHealth} from './arr-health.ts'
import {ArrDialogs} from './ArrDialogs.tsx'
import {ArrRow, arrRowGrid} from './ArrRow.tsx'

/** All Arrs: how they do, what waits in them, and everything that is done with them. */
export function ArrsPage() {
  useTitle(text('nav.arrs'))
  useAddByAddress()
  const {data: arrs, error} = useQuery(arrsQuery)
  const mayAdd = usePermission('manage')
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        <PageHead
          title={text('nav.arrs')}
          note={arrs && arrs.length > 0 && liveWords(arrs)}
          actions={
            mayAdd && (
              <Button variant="primary" icon={Plus} onClick={() => openArrDialog({name: 'add'})}>
                {text('arrs.add')}
              </Button>
            )
          }
        />
        {error && !arrs && (
          <Note tone="bad" isNews>
            {error.message}
          </Note>
        )}
        {!arrs && !error && <Waiting />}
        {arrs?.length === 0 && <NoArrs />}
        {arrs && arrs.length > 0 && <List arrs={arrs} />}
      </div>
      <ArrDialogs />
    </main>
  )
}

function List({arrs}: {arrs: readonly Arr[]}) {
  const {demo: isDemo} = useSession()
  return (
    <>
      <Card isPadded={false} className="overflow-clip">
        <div
          aria-hidden
          className={`${arrRowGrid} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
        >
          <span>{text('arrs.column.name')}</span>
          <span>{text('arrs.column.health')}</span>
          <span>{text('arrs.column.category')}</span>
          <span>{text('arrs.column.queue')}</span>
          <span />
        </div>
        <ul aria-label={text('nav.arrs')}>
          {arrs.map((arr) => (
            <ArrRow key={arr.id} arr={arr} />
          ))}
        </ul>
      </Card>
      {!isDemo && arrs.some(({origin}) => origin === 'file') && (
        <p className="mt-3 text-12 text-pretty text-text-3">
          <FileMark /> {text('arrs.file-hint')}
        </p>
      )}
    </>
  )
}

/** `/arrs?add=true`: the dialog is one address away, from the palette and from elsewhere. */
function useAddByAddress(): void {
  const {add} = useSearch({from: '/inside/arrs'})
  const navigate = useNavigate()
  useEffect(() => {
    if (add !== true) return
    openArrDialog({name: 'add'})
    void navigate({to: '/arrs', search: {}, replace: true})
  }, [add, navigate])
}

function liveWords(arrs: readonly Arr[]): string {
  const well = arrs.filter((arr) => ['live', 'polling'].includes(arrHealth(arr))).length
  return well === arrs.length
    ? text('arrs.all-well', {count: well})
    : text('arrs.well', {well, total: arrs.length})
}

function Waiting() {
  return (
    <Card isPadded={false}>
      {['a', 'b', 'c'].map((row) => (
        <div
          key={row}
          className="flex min-h-[67px] items-center gap-6 border-b border-line px-4 last:border-0"
        >
          <Skeleton width={180} height={12} />
          <Skeleton width={110} height={12} />
          <Skeleton width={80} height={12} />
        </div>
      ))}
    </Card>
  )
}

/** There is no Arr in sight, and what to do about it. */
function NoArrs() {
  const mayAdd = usePermission('manage')
  if (!mayAdd) return <EmptyState icon={RefreshCw} title={text('arrs.none.viewer')} />
  return (
    <EmptyState
      icon={RefreshCw}
      title={text('arrs.none')}
      text={text('arrs.none.more')}
      actions={
        <Button variant="primary" onClick={() => openArrDialog({name: 'add'})}>
          {text('arrs.add')}
        </Button>
      }
    />
  )
}
