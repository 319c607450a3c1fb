import {CircleCheck, CircleX, Info, TriangleAlert, X, type LucideIcon} from 'lucide-react'
import {Toast as Radix} from 'radix-ui'
import {useState} from 'react'
import {serverNow} from '../live/clock.ts'
import {text} from '../text/text.ts'
import {Button} from './Button.tsx'
import {Icon} from './Icon.tsx'
import {IconButton} from './IconButton.tsx'
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

export function ToastCard({toast}: {toast: ShownToast}) {
  const {tone, action, undo} = toast
  const [duration] = useState(() => durationOf(toast))
  const close = () => dismiss(toast.id)
  const look = tone && icons[tone]
  return (
    <Radix.Root
      type="background"
      duration={duration}
      onOpenChange={(open) => !open && close()}
      className="kit-toast pointer-events-auto flex max-w-full items-center gap-3 rounded-l bg-raised py-2 pr-2 pl-3.5 shadow-2 focus-visible:shadow-focus data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
    >
      {look && <Icon icon={look.icon} className={look.ink} />}
      <Radix.Description className="min-w-0 flex-1 text-pretty wrap-anywhere">{toast.text}</Radix.Description>
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
