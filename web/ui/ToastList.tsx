import {CircleCheck, CircleX, Info, TriangleAlert, X, type LucideIcon} from 'lucide-react'
import {Toast as Radix} from 'radix-ui'
import {useState} from 'react'
import {text} from '../i18n/text.ts'
import {dismiss, type ShownToast, type ToastTone} from '../lib/toast.ts'
import {serverNow, useNow} from '../live/clock.ts'
import {Button} from './Button.tsx'
import {Icon} from './Icon.tsx'
import {IconButton} from './IconButton.tsx'
import {joined} from './joined.ts'
import {useHasOpenLayer} from './open-layers.ts'
import {useNarrow} from './use-media.ts'

const below =
  'bottom-[calc(var(--status-h)+var(--hints-h)+var(--ledger-h)+12px)] left-4 w-max max-w-[min(440px,calc(100vw-24px))] justify-items-start max-phone:right-3 max-phone:bottom-[calc(122px+env(safe-area-inset-bottom))] max-phone:left-3 max-phone:w-auto max-phone:max-w-none max-phone:justify-items-stretch'
/** Sheets, and dialogs where there is little room beside them, leave so much at the top that a line covers nothing. */
const above = 'inset-x-1 top-[max(1px,env(safe-area-inset-top))] justify-items-stretch'

/**
 * Where toasts appear: below, or in one line above a sheet or a dialog that may reach there. Once in the page; F8 goes to
 * them.
 */
export function ToastList({shown}: {shown: readonly ShownToast[]}) {
  const isNarrow = useNarrow()
  const isOverLayer = useHasOpenLayer() && isNarrow
  const newest = shown.at(-1)?.id
  const [turned, setTurned] = useState({newest, id: newest})
  // A new one comes to the front.
  const at = shown.findIndex(({id}) => id === (turned.newest === newest ? turned.id : newest))
  const front = at < 0 ? shown.length - 1 : at
  const next = shown.at(front - 1)?.id
  // What can be taken back does not leave for what comes after it: it stands behind the newest.
  const [isWhole, setWhole] = useState(false)
  const behind = Math.max(0, shown.length - MOST_STANDING)
  if (isWhole && behind === 0) setWhole(false)
  return (
    <Radix.Provider label={text('toast.label')} swipeDirection="left">
      {shown.map((one, place) => (
        <ToastCard
          key={one.id}
          toast={one}
          isBehind={!isWhole && !isOverLayer && place < behind}
          {...(!isWhole &&
            place === behind &&
            behind > 0 && {showOthers: () => setWhole(true), others: behind})}
          {...(isOverLayer && {
            line: {
              isFront: place === front,
              others: shown.length - 1,
              turn: () => setTurned({newest, id: next}),
            },
          })}
        />
      ))}
      <Radix.Viewport
        label={text('toast.region')}
        className={joined(
          'pointer-events-none fixed z-toast grid gap-2 focus-visible:shadow-none',
          isOverLayer ? above : below,
        )}
      />
    </Radix.Provider>
  )
}

const USUAL_MS = 4000
/** Somebody must read it before he can do something. */
const WITH_ACTION_MS = 10_000

const icons: Readonly<Record<ToastTone, {icon: LucideIcon; ink: string}>> = {
  good: {icon: CircleCheck, ink: 'text-st-seeding'},
  info: {icon: Info, ink: 'text-accent'},
  warn: {icon: TriangleAlert, ink: 'text-st-stalled'},
  bad: {icon: CircleX, ink: 'text-st-error'},
}

const MOST_STANDING = 3

/** Where there is room for one line: the front one is seen, and how many there are behind it. */
interface ToastLine {
  readonly isFront: boolean
  readonly others: number
  /** The next one comes to the front. */
  readonly turn: () => void
}

function ToastCard({
  toast,
  line,
  isBehind,
  others = 0,
  showOthers,
}: {
  toast: ShownToast
  line?: ToastLine
  /** Not seen: its time runs on. */
  isBehind: boolean
  others?: number
  /** So many are behind this one. */
  showOthers?: () => void
}) {
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
        (line?.isFront === false || isBehind) && 'hidden',
      )}
    >
      {look && <Icon icon={look.icon} className={look.ink} />}
      <Radix.Description
        className={joined('min-w-0 flex-1', line ? 'truncate' : 'text-pretty wrap-anywhere')}
      >
        {toast.text}
      </Radix.Description>
      {undo && <UndoPart until={undo.until} run={undo.run} />}
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
      {!line && showOthers && (
        <Button variant="ghost" onClick={showOthers} aria-label={text('toast.others', {count: others})}>
          +{others}
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
  // What failed stays until somebody has read it.
  if (tone === 'bad') return Infinity
  return action || tone === 'warn' ? WITH_ACTION_MS : USUAL_MS
}

/**
 * Undo, and beside it, where no pointer covers it, what is left of the time for it. The time is the server's: it does not
 * wait for the pointer.
 */
function UndoPart({until, run}: {until: number; run: () => void}) {
  const [startedAt] = useState(serverNow)
  const seconds = Math.max(0, Math.ceil((until - Math.max(useNow(), startedAt)) / 1000))
  if (seconds === 0) return <span className="px-1 text-12 text-text-3">{text('toast.late')}</span>
  return (
    <>
      <span aria-hidden className="num flex items-center gap-1 text-12 text-text-3">
        <Ring ms={until - startedAt} />
        {seconds} {text('unit.second')}
      </span>
      <Radix.Action asChild altText={text('toast.undo')}>
        <Button onClick={run}>{text('toast.undo')}</Button>
      </Radix.Action>
    </>
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
