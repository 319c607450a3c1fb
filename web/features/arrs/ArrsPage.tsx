import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {Ellipsis, Plus} from 'lucide-react'
import {useEffect} from 'react'
import {countOfNeeds, needsOfArr} from '#model/needs.ts'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {count} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {FileMark} from '../servers/list/FileMark.tsx'
import {openArrDialog} from './arr-dialogs.ts'
import {arrHealth, arrKindName} from './arr-health.ts'
import {ArrDialogs} from './ArrDialogs.tsx'
import {ArrHealthBadge, ArrTestLine, ArrTrouble, useArrMenu, useArrTest} from './ArrHead.tsx'
import {NoArrs} from './NoArrs.tsx'

/** All Arrs: how they do, what waits in them, and everything that is done with them. */
export function ArrsPage() {
  useTitle(text('nav.arrs'))
  useAddByAddress()
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
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
        <Awaited reading={reading} what={text('nav.arrs')} className="mb-3">
          <Waiting />
        </Awaited>
        {arrs?.length === 0 && <NoArrs />}
        {arrs && arrs.length > 0 && <List arrs={arrs} />}
      </div>
      <ArrDialogs />
    </main>
  )
}

function List({arrs}: {arrs: readonly Arr[]}) {
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
      {arrs.some(({origin}) => origin === 'file') && (
        <p className="mt-3 text-12 text-pretty text-text-3">
          <FileMark /> {text('arrs.file-hint')}
        </p>
      )}
    </>
  )
}

/** `/settings/arrs?add=true`: the dialog is one address away, from the palette and from elsewhere. */
function useAddByAddress(): void {
  const {add} = useSearch({from: '/inside/settings/arrs'})
  const navigate = useNavigate()
  useEffect(() => {
    if (add !== true) return
    openArrDialog({name: 'add'})
    void navigate({to: '/settings/arrs', search: {}, replace: true})
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

/** The columns that head and rows of the list share. */
const arrRowGrid =
  'desk:grid desk:grid-cols-[minmax(220px,1.4fr)_150px_minmax(110px,.6fr)_minmax(150px,.8fr)_40px] desk:items-center desk:gap-x-5 desk:pr-3 desk:pl-4'

/** An Arr in the list; what stands in its way and the result of a test open a line below. */
function ArrRow({arr}: {arr: Arr}) {
  const test = useArrTest(arr.id)
  const entries = useArrMenu(arr, test.run)
  return (
    <li className="border-b border-line bg-surface last:border-0 hover:bg-hover max-desk:p-3.5 desk:py-[13px]">
      <div
        className={`${arrRowGrid} max-desk:grid max-desk:grid-cols-[minmax(0,1fr)_auto_auto] max-desk:items-start max-desk:gap-2`}
      >
        <Who arr={arr} />
        <span className="justify-self-start max-desk:order-2">
          <ArrHealthBadge arr={arr} />
        </span>
        <span className="truncate text-text-2 max-desk:order-4 max-desk:col-span-full">
          <span className="text-12 text-text-3 desk:sr-only">{text('arrs.column.category')} </span>
          {arr.category === '' ? '–' : arr.category}
        </span>
        <Queue arr={arr} />
        <DropdownMenu
          label={arr.name}
          align="end"
          entries={entries}
          trigger={
            <IconButton
              label={text('arr.menu', {name: arr.name})}
              icon={Ellipsis}
              className="max-desk:order-3"
            />
          }
        />
      </div>
      <ArrTrouble arr={arr} className="mt-2.5 desk:mr-3 desk:ml-4" />
      <ArrTestLine test={test} className="mt-2 desk:mr-3 desk:ml-4" />
    </li>
  )
}

function Who({arr}: {arr: Arr}) {
  const {id, kind, name, url, origin, owner, access, manager} = arr
  return (
    <div className="grid min-w-0 gap-0.5 max-desk:order-1">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to="/library/arrs/$id"
          params={{id}}
          className="truncate rounded-s text-14 font-bold hover:underline focus-visible:shadow-focus"
        >
          {name}
        </Link>
        {origin === 'file' && <FileMark />}
      </span>
      <span className="truncate text-12 text-text-2">
        {arrKindName(kind)} {manager?.version ?? ''}
        {url !== null && <span className="text-text-3"> · {url.replace(/^https?:\/\//, '')}</span>}
      </span>
      {owner && access !== 'own' && (
        <span className="truncate text-12 text-text-3">{text('arrs.owned', {owner: owner.name})}</span>
      )}
    </div>
  )
}

function Queue({arr}: {arr: Arr}) {
  const {id, manager} = arr
  const waiting = countOfNeeds(needsOfArr(useAttention().needs, arr.id))
  return (
    <span className="flex flex-wrap gap-x-2 max-desk:order-5 max-desk:col-span-full">
      {manager === null || manager.queued === null ? (
        <span className="text-12 text-text-3" title={text('arrs.queue.unknown')}>
          <span className="desk:sr-only">{text('arrs.column.queue')} </span>?
        </span>
      ) : (
        <span className="num">
          {text('arrs.queued', {count: manager.queued, shown: count(manager.queued)})}
        </span>
      )}
      {waiting > 0 && (
        <Link to="/library/arrs/$id" params={{id}} className={`${textLinkClass} num text-st-stalled!`}>
          {text('arrs.waiting', {count: waiting})}
        </Link>
      )}
    </span>
  )
}
