import {CircleCheck, CircleX, Info, TriangleAlert, X, type LucideIcon} from 'lucide-react'
import {Toast as Radix} from 'radix-ui'
import {useState} from 'react'
import {serverNow} from '../live/clock.ts'
import {text} from '../i18n/text.ts'
import {Button} from './Button.tsx'
import {Icon} from './Icon.tsx'
import {IconButton} from './IconButton.tsx'
import {joined} from './joined.ts'
import {dismiss, type ShownToast, type ToastTone} from './toast.ts'
import {UndoButton} from './UndoButton.tsx'

const USUAL_MS = 5000
/** Somebody must read it before he can do something. */
const WITH_ACTION_MS = 10_000

const icons: Readonly<Record<ToastTone, {icon: LucideIcon; ink: string}>> = {
  good: {icon: CircleCheck, ink: 'text-st-seeding'},
  info: {icon: Info, ink: 'text-accent'},
  warn: {icon: TriangleAlert, ink: 'text-st-stalled'},
  bad: {icon: CircleX, ink: 'text-st-error'},
}

/** Where there is room for one line: the front one is seen, and how many there are behind it. */
export interface ToastLine {
  readonly isFront: boolean
  readonly others: number
  /** The next one comes to the front. */
  readonly turn: () => void
}

export function ToastCard({toast, line}: {toast: ShownToast; line?: ToastLine}) {
  const {tone, action, undo} = toast
  const [duration] = useState(() => durationOf(toast))
  const close = () => dismiss(toast.id)
  const look = tone && icons[tone]
  return (
    <Radix.Root
      type="background"
      duration={duration}
      onOpenChange={(open) => !open && close()}
      // While a dialog is open Radix takes the pointer from everything else: Undo has to stay in reach.
      style={{pointerEvents: 'auto'}}
      className={joined(
        'kit-toast flex max-w-full items-center rounded-l bg-raised shadow-2 focus-visible:shadow-focus data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)',
        line ? 'min-w-0 gap-1.5 pl-2.5' : 'gap-3 py-2 pr-2 pl-3.5',
        // Behind the front one its time runs on.
        line?.isFront === false && 'hidden',
      )}
    >
      {look && <Icon icon={look.icon} className={look.ink} />}
      <Radix.Description
        className={joined('min-w-0 flex-1', line ? 'truncate' : 'text-pretty wrap-anywhere')}
      >
        {toast.text}
      </Radix.Description>
      {undo && (
        <Radix.Action asChild altText={text('toast.undo')}>
          <UndoButton until={undo.until} onClick={undo.run} />
        </Radix.Action>
      )}
      {action && (
        <Radix.Action asChild altText={action.label}>
          <Button onClick={action.run}>{action.label}</Button>
        </Radix.Action>
      )}
      {line && line.others > 0 && (
        <Button variant="ghost" onClick={line.turn} aria-label={text('toast.others', {count: line.others})}>
          +{line.others}
        </Button>
      )}
      <Radix.Close asChild>
        <IconButton label={text('toast.close')} icon={X} size="small" />
      </Radix.Close>
    </Radix.Root>
  )
}

function durationOf({durationMs, undo, action, tone}: ShownToast): number {
  if (durationMs !== undefined) return durationMs
  if (undo) return Math.max(1000, undo.until - serverNow())
  return action || tone === 'bad' || tone === 'warn' ? WITH_ACTION_MS : USUAL_MS
}
