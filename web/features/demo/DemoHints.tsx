import {Link, useLocation} from '@tanstack/react-router'
import {CircleCheck, Lightbulb, X} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState, type RefObject} from 'react'
import {onAsked} from '../../api/ask.ts'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {usePhone} from '../../ui/use-media.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {currentHint, hintIds, hints, type Hint} from './hints.ts'

/** Among the hints that were put away: all of the demo's, and each that was tried. */
const HIDDEN = 'demo'
const none: readonly Command[] = []
const triedName = (id: string): string => `demo.${id}`

/**
 * Five things to try, and one hint at a time. They stand in room of their own below the page, so that they lie over
 * nothing of it. Nothing waits for them, and no focus goes to them.
 */
export function DemoHints() {
  const [put, setHidden] = usePreference('hints.hidden')
  const pathname = useLocation({select: (it) => it.pathname})
  const tried = new Set<string>(hintIds.filter((id) => put.includes(triedName(id))))
  const isHidden = put.includes(HIDDEN)
  const isPhone = usePhone()
  useTrying(isHidden, tried, (id) => setHidden([...put, triedName(id)]))
  useCommands([
    {
      id: 'demo hints',
      group: 'look',
      label: 'demo.hints',
      icon: Lightbulb,
      keys: [],
      run: () => setHidden(put.filter((it) => it !== HIDDEN && !it.startsWith(triedName('')))),
    },
  ])
  const [isListOpen, setListOpen] = useState(false)
  useCommands(
    isPhone && !isHidden
      ? [
          {
            id: 'demo list',
            group: 'look',
            label: 'hints.title',
            icon: Lightbulb,
            keys: [],
            isInMore: true,
            run: () => setListOpen(true),
          },
        ]
      : none,
  )
  if (isHidden) return null
  const hide = () => setHidden([...put, HIDDEN])
  const hint = currentHint(tried, pathname)
  // About another page it would only take room.
  const here = hint?.to === pathname ? hint : null
  if (!isPhone) return <HintBar tried={tried} now={hint} here={here} onHide={hide} />
  return (
    <>
      <Dialog open={isListOpen} onOpenChange={setListOpen} title={text('hints.title')} size="s">
        <Steps tried={tried} now={hint} onSelected={() => setListOpen(false)} />
        <Foot now={hint} />
      </Dialog>
      {here !== null && <HintCard hint={here} onHide={hide} />}
    </>
  )
}

/** Doing the thing ticks it. */
function useTrying(isHidden: boolean, tried: ReadonlySet<string>, onTried: (id: string) => void): void {
  const latest = useRef({tried, onTried})
  useLayoutEffect(() => {
    latest.current = {tried, onTried}
  })
  useEffect(() => {
    if (isHidden) return undefined
    return onAsked((method, path) => {
      const {pathname, search} = window.location
      const done = hints.find(
        (it) => !latest.current.tried.has(it.id) && it.isTriedBy({method, path}, {pathname, search}),
      )
      if (done) latest.current.onTried(done.id)
    })
  }, [isHidden])
}

/** On wide screens: all five, and below them the words of the hint. Windows that are low show the first of these alone. */
function HintBar({
  tried,
  now,
  here,
  onHide,
}: {
  tried: ReadonlySet<string>
  now: Hint | null
  /** The same where it is about this page. */
  here: Hint | null
  onHide: () => void
}) {
  const bar = useRef<HTMLElement>(null)
  useHeightKept(bar)
  return (
    <aside
      ref={bar}
      aria-label={text('hints.title')}
      className="relative border-t border-line-strong bg-raised py-1 pr-1 pl-3 short:hidden"
    >
      <header className="flex items-center gap-2">
        <h2 className="shrink-0 font-bold">{text('hints.title')}</h2>
        <span className="sr-only" aria-live="polite">
          {text('hints.done', {done: tried.size})}
        </span>
        <Steps tried={tried} now={now} />
        <IconButton className="ml-auto" label={text('hints.hide')} icon={X} onClick={onHide} />
      </header>
      <div className="pr-2 pb-1 [@media(height<560px)]:hidden">
        {here === null ? (
          <Foot now={now} />
        ) : (
          <section aria-label={text('hints.region')} className="flex items-baseline gap-2">
            <b className="shrink-0 font-bold">{text(here.title)}</b>
            <p className="min-w-0 flex-1 text-pretty text-text-2">{text(here.says)}</p>
            <HintPlace hint={here} />
          </section>
        )}
      </div>
    </aside>
  )
}

/** What stands in the lower corners of the window keeps off the bar. */
function useHeightKept(bar: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const {style} = document.documentElement
    const sizes = new ResizeObserver(() =>
      style.setProperty('--hints-h', `${bar.current?.offsetHeight ?? 0}px`),
    )
    sizes.observe(bar.current!)
    return () => {
      sizes.disconnect()
      style.removeProperty('--hints-h')
    }
  }, [bar])
}

function Steps({
  tried,
  now,
  onSelected,
}: {
  tried: ReadonlySet<string>
  now: Hint | null
  onSelected?: () => void
}) {
  return (
    <ul className="phone:flex phone:min-w-0 phone:flex-wrap">
      {hints.map((hint) => (
        <li key={hint.id}>
          <Step
            hint={hint}
            isTried={tried.has(hint.id)}
            isNow={hint.id === now?.id}
            onSelected={onSelected}
          />
        </li>
      ))}
    </ul>
  )
}

function Foot({now}: {now: Hint | null}) {
  return (
    <p
      className="text-12 text-text-3 max-phone:mt-1.5 max-phone:border-t max-phone:border-line max-phone:px-3.5 max-phone:pt-2 max-phone:pb-2.5"
      aria-live="polite"
    >
      {text(now === null ? 'hints.all-done' : 'hints.foot')}
    </p>
  )
}

function Step({
  hint: {title, to},
  isTried,
  isNow,
  onSelected,
}: {
  hint: Hint
  isTried: boolean
  isNow: boolean
  onSelected: (() => void) | undefined
}) {
  return (
    <Link
      to={to}
      {...(onSelected && {onClick: onSelected})}
      className={joined(
        'grid min-h-7.5 max-phone:min-h-11 grid-cols-[16px_minmax(0,1fr)] items-center gap-1.5 px-2 py-1 max-phone:gap-2.5 max-phone:px-3.5 phone:rounded-m hover:bg-hover focus-visible:shadow-focus',
        isTried && 'text-text-3',
        isNow && 'bg-accent-soft font-medium',
      )}
    >
      {isTried ? (
        <Icon icon={CircleCheck} className="text-st-seeding" />
      ) : (
        <span aria-hidden className="m-px size-3.5 rounded-full border-[1.5px] border-control" />
      )}
      <span>
        {text(title)}
        {isTried && <span className="sr-only"> ({text('hints.tried')})</span>}
      </span>
    </Link>
  )
}

/** On phones, between the page and the tab bar. On low screens it would leave too little of the page. */
function HintCard({hint, onHide}: {hint: Hint; onHide: () => void}) {
  return (
    <section
      aria-label={text('hints.region')}
      className="mx-3 my-2 grid gap-1.5 rounded-l border border-line-strong bg-raised p-3.5 [@media(height<560px)]:hidden"
    >
      <b className="font-bold">{text(hint.title)}</b>
      <p className="text-pretty text-text-2">{text(hint.saysOnPhone ?? hint.says)}</p>
      <footer className="flex items-center justify-between gap-2 text-text-3">
        <HintPlace hint={hint} />
        <Button variant="ghost" onClick={onHide}>
          {text('hints.hide')}
        </Button>
      </footer>
    </section>
  )
}

function HintPlace({hint}: {hint: Hint}) {
  return (
    <span className="num shrink-0 text-12 text-text-3">
      {text('hints.place', {at: hints.indexOf(hint) + 1})}
    </span>
  )
}
