import {useState, type ComponentPropsWithRef} from 'react'
import {serverNow, useNow} from '../live/clock.ts'
import {text} from '../i18n/text.ts'
import {Button} from './Button.tsx'

/** Undo, with what is left of the time for it. The time is the server's: it does not wait for the pointer. */
export function UndoButton({
  until,
  onClick,
  ...rest
}: ComponentPropsWithRef<'button'> & {
  /** Epoch ms by the server's clock. */
  until: number
}) {
  const [startedAt] = useState(serverNow)
  const seconds = Math.max(0, Math.ceil((until - Math.max(useNow(), startedAt)) / 1000))
  if (seconds === 0) return <span className="px-1 text-12 text-text-3">{text('toast.late')}</span>
  return (
    <Button {...rest} onClick={onClick}>
      <span className="flex items-center gap-2">
        {text('toast.undo')}
        <span aria-hidden className="num flex items-center gap-1 text-12 font-normal text-text-3">
          <Ring ms={until - startedAt} />
          {seconds} {text('unit.second')}
        </span>
      </span>
    </Button>
  )
}

function Ring({ms}: {ms: number}) {
  return (
    <svg viewBox="0 0 16 16" className="size-3.5 -rotate-90" fill="none" strokeWidth={2}>
      <circle cx={8} cy={8} r={6.5} className="stroke-line-strong" />
      <circle
        cx={8}
        cy={8}
        r={6.5}
        pathLength={100}
        className="kit-ring stroke-accent"
        style={{'--ring-time': `${ms}ms`} as object}
      />
    </svg>
  )
}
