import {Link} from '@tanstack/react-router'
import {Ellipsis} from 'lucide-react'
import type {Arr} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {count} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {FileMark} from '../servers/import/FileMark.tsx'
import {waitingOfArr} from '../shell/attention.ts'
import {arrKindName} from './arr-health.ts'
import {ArrHealthBadge} from './ArrHealthBadge.tsx'
import {ArrTestLine} from './form/ArrTestLine.tsx'
import {useArrTest} from './form/use-arr-test.ts'
import {ArrTrouble} from './page/ArrTrouble.tsx'
import {useArrMenu} from './use-arr-menu.ts'

/** The columns that head and rows of the list share. */
export const arrRowGrid =
  'desk:grid desk:grid-cols-[minmax(220px,1.4fr)_150px_minmax(110px,.6fr)_minmax(150px,.8fr)_40px] desk:items-center desk:gap-x-5 desk:pr-3 desk:pl-4'

/** An Arr in the list; what stands in its way and the result of a test open a line below. */
export function ArrRow({arr}: {arr: Arr}) {
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
          to="/arrs/$id"
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
  const waiting = waitingOfArr(arr, useAttention())
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
        <Link to="/arrs/$id" params={{id}} className={`${textLinkClass} num text-st-stalled!`}>
          {text('arrs.waiting', {count: waiting})}
        </Link>
      )}
    </span>
  )
}
