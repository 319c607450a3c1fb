import {Link, useLocation} from '@tanstack/react-router'
import {CircleCheck, Lightbulb, X} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState, type RefObject} from 'react'
import {onAsked} from '../../api/ask.ts'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {usePhone} from '../../ui/use-media.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {currentHint, hintIds, hints, placeBeside, type Hint} from './hints.ts'

/** Among the hints that were put away: all of the demo's, and each that was tried. */
const HIDDEN = 'demo'
const none: readonly Command[] = []
const triedName = (id: string): string => `demo.${id}`

/** Five things to try, and one hint at a time beside its control. Nothing waits for it, and nothing is taken from it. */
export function DemoHints() {
  const [put, putAway] = usePreference('hints.hidden')
  const pathname = useLocation({select: (it) => it.pathname})
  const tried = new Set<string>(hintIds.filter((id) => put.includes(triedName(id))))
  const isHidden = put.includes(HIDDEN)
  const isPhone = usePhone()
  useTrying(isHidden, tried, (id) => putAway([...put, triedName(id)]))
  useCommands([
    {
      id: 'demo hints',
      group: 'look',
      label: 'demo.hints',
      icon: Lightbulb,
      keys: [],
      run: () => putAway(put.filter((it) => it !== HIDDEN && !it.startsWith(triedName('')))),
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
  const hide = () => putAway([...put, HIDDEN])
  const hint = currentHint(tried, pathname)
  return (
    <>
      {!isPhone && <Checklist tried={tried} now={hint} onHide={hide} />}
      {isPhone && (
        <Dialog open={isListOpen} onOpenChange={setListOpen} title={text('hints.title')} size="s">
          <Steps tried={tried} now={hint} onChosen={() => setListOpen(false)} />
          <Foot now={hint} />
        </Dialog>
      )}
      {hint !== null && (
        <HintCard key={hint.id} hint={hint} pathname={pathname} isPhone={isPhone} onHide={hide} />
      )}
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
      const {search} = window.location
      const done = hints.find(
        (it) => !latest.current.tried.has(it.id) && it.isTriedBy({method, path}, {search}),
      )
      if (done) latest.current.onTried(done.id)
    })
  }, [isHidden])
}

function Checklist({tried, now, onHide}: {tried: ReadonlySet<string>; now: Hint | null; onHide: () => void}) {
  return (
    <aside
      aria-label={text('hints.title')}
      className="fixed right-4 bottom-[calc(var(--status-h)+14px)] z-panel w-72 overflow-clip rounded-l bg-raised shadow-2 short:hidden"
    >
      <header className="flex h-10 items-center gap-2 pr-1 pl-3.5">
        <h2 className="font-bold">{text('hints.title')}</h2>
        <span className="sr-only">{text('hints.done', {done: tried.size})}</span>
        <span className="ml-auto flex gap-0.75" aria-hidden>
          {hints.map(({id}) => (
            <i
              key={id}
              className={joined(
                'h-0.75 w-3.5 rounded-full',
                tried.has(id) ? 'bg-st-seeding' : id === now?.id ? 'bg-accent' : 'bg-line-strong',
              )}
            />
          ))}
        </span>
        <IconButton label={text('hints.hide')} icon={X} onClick={onHide} />
      </header>
      <Steps tried={tried} now={now} />
      <Foot now={now} />
    </aside>
  )
}

function Steps({
  tried,
  now,
  onChosen,
}: {
  tried: ReadonlySet<string>
  now: Hint | null
  onChosen?: () => void
}) {
  return (
    <ul>
      {hints.map((hint) => (
        <li key={hint.id}>
          <Step hint={hint} isTried={tried.has(hint.id)} isNow={hint.id === now?.id} onChosen={onChosen} />
        </li>
      ))}
    </ul>
  )
}

function Foot({now}: {now: Hint | null}) {
  return (
    <p className="mt-1.5 border-t border-line px-3.5 pt-2 pb-2.5 text-12 text-text-3" aria-live="polite">
      {text(now === null ? 'hints.all-done' : 'hints.foot')}
    </p>
  )
}

function Step({
  hint: {title, to},
  isTried,
  isNow,
  onChosen,
}: {
  hint: Hint
  isTried: boolean
  isNow: boolean
  onChosen: (() => void) | undefined
}) {
  return (
    <Link
      to={to}
      {...(onChosen && {onClick: onChosen})}
      className={joined(
        'grid min-h-7.5 max-phone:min-h-11 grid-cols-[16px_minmax(0,1fr)] items-center gap-2.5 px-3.5 py-1 hover:bg-hover focus-visible:shadow-focus',
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

const card = 'fixed z-panel grid gap-1.5 rounded-l border border-line-strong bg-raised p-3.5 shadow-2'

function HintCard({
  hint,
  pathname,
  isPhone,
  onHide,
}: {
  hint: Hint
  pathname: string
  isPhone: boolean
  onHide: () => void
}) {
  const self = useRef<HTMLElement>(null)
  const place = usePlace(hint, self, pathname)
  // On a phone it stands above the tab bar of the page that it is about, for it takes much room; elsewhere beside its
  // control, and nowhere without that.
  const isShown = isPhone ? pathname === hint.to : place !== null
  return (
    <section
      ref={self}
      aria-label={text('hints.region')}
      style={!isPhone && place !== null ? {left: place.left, top: place.top} : undefined}
      className={joined(
        card,
        isPhone ? 'inset-x-3 bottom-[calc(68px+env(safe-area-inset-bottom))]' : 'w-72',
        isShown ? '' : 'invisible',
        'short:hidden',
      )}
    >
      <b className="font-bold">{text(hint.title)}</b>
      <p className="text-pretty text-text-2">{text(isPhone ? (hint.saysOnPhone ?? hint.says) : hint.says)}</p>
      <footer className="flex items-center gap-2 text-12 text-text-3">
        <span className="num">{text('hints.place', {at: hints.indexOf(hint) + 1})}</span>
        <span className="flex-1" />
        {pathname !== hint.to && (
          <Link to={hint.to} className={buttonClass('default')}>
            {text('hints.go')}
          </Link>
        )}
        <Button variant="ghost" onClick={onHide}>
          {text('hints.hide')}
        </Button>
      </footer>
    </section>
  )
}

/** Follows its control when the page moves or changes; `null` = that is not shown, or there is no room beside it. */
function usePlace(
  hint: Hint,
  self: RefObject<HTMLElement | null>,
  pathname: string,
): {readonly left: number; readonly top: number} | null {
  const [place, setPlace] = useState<{readonly left: number; readonly top: number} | null>(null)
  useEffect(() => {
    let frame = 0
    const look = () => {
      frame = 0
      const control = pathname === hint.to ? shownOf(hint.beside) : null
      const own = self.current
      const next =
        control === null || own === null
          ? null
          : placeBeside(
              control.getBoundingClientRect(),
              {width: own.offsetWidth, height: own.offsetHeight},
              {width: window.innerWidth, height: window.innerHeight},
              usedBeside(control, own),
            )
      setPlace((before) => (before?.left === next?.left && before?.top === next?.top ? before : next))
    }
    // Many changes of one frame are one look.
    const soon = () => {
      frame ||= requestAnimationFrame(look)
    }
    const changes = new MutationObserver(soon)
    changes.observe(document.body, {subtree: true, childList: true})
    window.addEventListener('scroll', soon, {capture: true, passive: true})
    window.addEventListener('resize', soon)
    soon()
    return () => {
      cancelAnimationFrame(frame)
      changes.disconnect()
      window.removeEventListener('scroll', soon, {capture: true})
      window.removeEventListener('resize', soon)
    }
  }, [hint, self, pathname])
  return place
}

/** What somebody may want to use or read first, besides the control itself and what is in the hint. */
function usedBeside(control: Element, own: Element): readonly DOMRect[] {
  return [...document.querySelectorAll('a, button, input, select, textarea, main h1, main h1 ~ p')]
    .filter((it) => !own.contains(it) && !control.contains(it) && !it.contains(control))
    .map((it) => it.getBoundingClientRect())
    .filter(
      ({width, height, top, bottom}) => width > 1 && height > 1 && bottom > 0 && top < window.innerHeight,
    )
}

/** The first that is on screen. Behind a dialog nothing is pointed at. */
function shownOf(selectors: readonly string[]): Element | null {
  if (document.querySelector('[role=dialog]') !== null) return null
  for (const selector of selectors) {
    for (const element of document.querySelectorAll(selector)) {
      const {width, height, top, bottom} = element.getBoundingClientRect()
      if (width > 0 && height > 0 && bottom > 0 && top < window.innerHeight) return element
    }
  }
  return null
}
