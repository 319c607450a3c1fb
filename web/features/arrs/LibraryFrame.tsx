import {useQuery} from '@tanstack/react-query'
import {Link, Outlet, useParams} from '@tanstack/react-router'
import {Hand, Plus} from 'lucide-react'
import {useEffect, useRef} from 'react'
import {countOfNeeds, needsOfArr} from '#model/needs.ts'
import {arrsQuery, type Arr} from '../../api/arrs.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {openArrDialog} from './arr-dialogs.ts'
import {healthLook} from './arr-health.ts'
import {ArrDialogs} from './ArrDialogs.tsx'

/** Everything about the Arrs, with a bar above it that leads to their queue, their titles, what is wanted, what was searched and each of them. */
export function LibraryFrame() {
  const {data: arrs = []} = useQuery(arrsQuery)
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      {arrs.length > 0 ? <SectionBar arrs={arrs} /> : <div />}
      <div className="min-h-0 min-w-0">
        <Outlet />
      </div>
      <ArrDialogs />
    </div>
  )
}

const tab =
  'flex h-full shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2.5 font-medium whitespace-nowrap text-text-2 hover:text-text focus-visible:shadow-focus-in aria-[current]:border-accent aria-[current]:text-text'

/** The queue, the titles and what is wanted of all, one tab for each Arr with how it does, and the way to add one. It scrolls; the open tab is in sight. */
function SectionBar({arrs}: {arrs: readonly Arr[]}) {
  const mayAdd = usePermission('manage')
  const {id} = useParams({strict: false})
  const strip = useRef<HTMLDivElement>(null)
  // Behind those of all Arrs and the line beside them.
  const place = id === undefined ? 0 : arrs.findIndex((it) => it.id === id) + 5
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    strip.current?.children[place]?.scrollIntoView({block: 'nearest', inline: 'nearest'})
  }, [place])
  return (
    <nav
      aria-label={text('arr.tabs')}
      className="flex h-10.5 min-w-0 border-b border-line-strong bg-bg px-5.5 max-phone:h-11.5 max-phone:px-1 short:h-9!"
    >
      <div ref={strip} className="flex min-w-0 overflow-x-auto [scrollbar-width:none]">
        <Link to="/library" activeOptions={{exact: true, includeSearch: false}} className={tab}>
          {text('queue.title')}
        </Link>
        <Link to="/library/titles" activeOptions={{includeSearch: false}} className={tab}>
          {text('arr.tabs.titles')}
        </Link>
        <Link to="/library/wanted" activeOptions={{includeSearch: false}} className={tab}>
          {text('arr.tabs.wanted')}
        </Link>
        <Link to="/library/searches" activeOptions={{includeSearch: false}} className={tab}>
          {text('arr.tabs.searches')}
        </Link>
        <span aria-hidden className="mx-2.5 h-4 w-px shrink-0 self-center bg-line-strong" />
        {arrs.map((arr) => (
          <Link key={arr.id} to="/library/arrs/$id" params={{id: arr.id}} className={tab}>
            {arr.name}
            <Mark arr={arr} />
          </Link>
        ))}
      </div>
      {mayAdd && (
        // Beside what scrolls, so that it is never cut.
        <button
          type="button"
          title={text('shell.add_arr')}
          className={joined(tab, 'max-phone:border-l max-phone:border-l-line-strong max-phone:px-3.5')}
          onClick={() => openArrDialog({name: 'add'})}
        >
          <Icon icon={Plus} size={14} />
          <span className="max-phone:sr-only">{text('shell.add_arr')}</span>
        </button>
      )}
    </nav>
  )
}

/** That something of it needs a person, else how it does. */
function Mark({arr}: {arr: Arr}) {
  const waiting = countOfNeeds(needsOfArr(useAttention().needs, arr.id))
  const {icon, tone, word} = healthLook(arr)
  const words = waiting > 0 ? text('arrs.waiting', {count: waiting}) : text(word)
  return (
    <span title={words} className={joined('flex', waiting > 0 ? inks.warn : inks[tone])}>
      <Icon icon={waiting > 0 ? Hand : icon} size={14} />
      <span className="sr-only">, {words}</span>
    </span>
  )
}

const inks = {
  good: 'text-st-seeding',
  warn: 'text-st-stalled',
  bad: 'text-st-error',
  info: 'text-accent',
  busy: 'text-st-checking',
  quiet: 'text-text-3',
} as const
