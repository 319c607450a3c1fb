import {Link} from '@tanstack/react-router'
import {useEffect, useRef} from 'react'
import type {Arr} from '../../../api/arrs.ts'
import {useAttention} from '../../../live/attention.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {waitingOfArr} from '../../shell/attention.ts'
import {arrKindName, healthLook} from '../arr-health.ts'

const inks = {
  good: 'text-st-seeding',
  warn: 'text-st-stalled',
  bad: 'text-st-error',
  info: 'text-accent',
  busy: 'text-st-checking',
  quiet: 'text-text-3',
} as const

/** All Arrs side by side: how each does, and the way to it. */
export function ArrTabs({arrs, id}: {arrs: readonly Arr[]; id: string}) {
  const strip = useRef<HTMLElement>(null)
  const place = arrs.findIndex((it) => it.id === id)
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    strip.current?.children[place]?.scrollIntoView({block: 'nearest', inline: 'nearest'})
  }, [place])
  return (
    <nav
      ref={strip}
      aria-label={text('arr.tabs')}
      className="-m-1 flex gap-2 overflow-x-auto p-1 [scrollbar-width:none]"
    >
      {arrs.map((arr) => (
        <Link
          key={arr.id}
          to="/arrs/$id"
          params={{id: arr.id}}
          className="grid min-w-36 shrink-0 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 rounded-l border border-line-strong bg-surface px-3.5 py-2 hover:bg-hover focus-visible:shadow-focus aria-[current]:border-accent aria-[current]:shadow-[inset_0_0_0_1px_var(--accent)] aria-[current]:focus-visible:shadow-focus"
        >
          <b className="truncate">{arr.name}</b>
          <Mark arr={arr} />
          <span className="col-span-full truncate text-12 text-text-3">
            {[arr.manager?.version ?? arrKindName(arr.kind), text(healthLook(arr).word)].join(' · ')}
          </span>
        </Link>
      ))}
    </nav>
  )
}

function Mark({arr}: {arr: Arr}) {
  const waiting = waitingOfArr(arr, useAttention())
  if (waiting > 0) {
    return (
      <span className="num rounded-s bg-tint-warn px-1.5 text-12 font-medium text-st-stalled">
        <span aria-hidden>{waiting}</span>
        <span className="sr-only">{text('nav.waiting', {count: waiting})}</span>
      </span>
    )
  }
  const {icon, tone} = healthLook(arr)
  return <Icon icon={icon} className={inks[tone]} />
}
