import {Link, useLocation} from '@tanstack/react-router'
import {CircleCheck, Lightbulb, X} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject} from 'react'
import {flushSync} from 'react-dom'
import {onAsked} from '../../api/ask.ts'
import {usePreference} from '../../api/preferences.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {usePhone} from '../../ui/use-media.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {
  boxAt,
  currentHint,
  hintIds,
  hints,
  placeBeside,
  placeInCorner,
  type Box,
  type Hint,
  type Place,
  type Size,
} from './hints.ts'

/** Among the hints that were put away: all of the demo's, and each that was tried. */
const HIDDEN = 'demo'
const none: readonly Command[] = []
const triedName = (id: string): string => `demo.${id}`

/** Five things to try, and one hint at a time beside its control. Nothing waits for it, and nothing is taken from it. */
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
  if (!isPhone) return <WideHints tried={tried} now={hint} pathname={pathname} onHide={hide} />
  return (
    <>
      <Dialog open={isListOpen} onOpenChange={setListOpen} title={text('hints.title')} size="s">
        <Steps tried={tried} now={hint} onSelected={() => setListOpen(false)} />
        <Foot now={hint} />
      </Dialog>
      {/* Where it is about another page it would only take room. */}
      {hint?.to === pathname && <PhoneHint hint={hint} onHide={hide} />}
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

/** The list in its corner, and the hint beside its control. Both keep off what the hint is about. */
function WideHints({
  tried,
  now,
  pathname,
  onHide,
}: {
  tried: ReadonlySet<string>
  now: Hint | null
  pathname: string
  onHide: () => void
}) {
  const list = useRef<HTMLElement>(null)
  const card = useRef<HTMLElement>(null)
  const places = usePlaces({hint: now, pathname, list, card})
  return (
    <>
      <Checklist self={list} place={places.list} tried={tried} now={now} onHide={onHide} />
      {now !== null && (
        <section
          ref={card}
          aria-label={text('hints.region')}
          {...standing(places.card)}
          className={joined(
            cardClass,
            'fixed z-panel w-72 shadow-2 short:hidden',
            places.card === null && 'invisible',
          )}
        >
          <HintWords hint={now} says={now.says} onHide={onHide}>
            {pathname !== now.to && (
              <Link to={now.to} className={buttonClass('default')}>
                {text('hints.go')}
              </Link>
            )}
          </HintWords>
        </section>
      )}
    </>
  )
}

const standing = (place: Place | null) => place !== null && {style: {left: place.left, top: place.top}}

function Checklist({
  self,
  place,
  tried,
  now,
  onHide,
}: {
  self: RefObject<HTMLElement | null>
  place: Place | null
  tried: ReadonlySet<string>
  now: Hint | null
  onHide: () => void
}) {
  return (
    <aside
      ref={self}
      aria-label={text('hints.title')}
      {...standing(place)}
      className={joined(
        'fixed z-panel w-72 overflow-clip rounded-l bg-raised shadow-2 short:hidden',
        place === null && 'invisible',
      )}
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
  onSelected,
}: {
  tried: ReadonlySet<string>
  now: Hint | null
  onSelected?: () => void
}) {
  return (
    <ul>
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
    <p className="mt-1.5 border-t border-line px-3.5 pt-2 pb-2.5 text-12 text-text-3" aria-live="polite">
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

const cardClass = 'grid gap-1.5 rounded-l border border-line-strong bg-raised p-3.5'

/** Stands between the page and the tab bar, and not over the page. On low screens it would leave too little of that. */
function PhoneHint({hint, onHide}: {hint: Hint; onHide: () => void}) {
  return (
    <section
      aria-label={text('hints.region')}
      className={joined(cardClass, 'mx-3 my-2 [@media(height<560px)]:hidden')}
    >
      <HintWords hint={hint} says={hint.saysOnPhone ?? hint.says} onHide={onHide} />
    </section>
  )
}

function HintWords({
  hint,
  says,
  onHide,
  children,
}: {
  hint: Hint
  says: TextKey
  onHide: () => void
  children?: ReactNode
}) {
  return (
    <>
      <b className="font-bold">{text(hint.title)}</b>
      <p className="text-pretty text-text-2">{text(says)}</p>
      <footer className="flex items-center gap-2 text-12 text-text-3">
        <span className="num">{text('hints.place', {at: hints.indexOf(hint) + 1})}</span>
        <span className="flex-1" />
        {children}
        <Button variant="ghost" onClick={onHide}>
          {text('hints.hide')}
        </Button>
      </footer>
    </>
  )
}

interface Places {
  /** `null` = it has no place now. */
  readonly list: Place | null
  /** `null` = its control is not shown, or there is no room for it. */
  readonly card: Place | null
}

/** What may move a control without a new element. */
const motions = ['resize', 'scroll', 'transitionend', 'animationend', 'load'] as const

/** Follows the page when it moves or changes. */
function usePlaces({
  hint,
  pathname,
  list,
  card,
}: {
  hint: Hint | null
  pathname: string
  list: RefObject<HTMLElement | null>
  card: RefObject<HTMLElement | null>
}): Places {
  const [places, setPlaces] = useState<Places>({list: null, card: null})
  useEffect(() => {
    let frame = 0
    const look = () => {
      frame = 0
      const next = placesNow(hint?.to === pathname ? hint : null, list.current, card.current)
      // Before this frame is painted: nobody sees the card where something else is by now.
      flushSync(() =>
        setPlaces((before) =>
          isSame(before.list, next.list) && isSame(before.card, next.card) ? before : next,
        ),
      )
    }
    // Many changes of one frame are one look.
    const soon = () => {
      frame ||= requestAnimationFrame(look)
    }
    const changes = new MutationObserver(soon)
    changes.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true})
    const sizes = new ResizeObserver(soon)
    for (const it of [document.body, list.current, card.current]) if (it !== null) sizes.observe(it)
    for (const it of motions) window.addEventListener(it, soon, {capture: true, passive: true})
    soon()
    return () => {
      cancelAnimationFrame(frame)
      changes.disconnect()
      sizes.disconnect()
      for (const it of motions) window.removeEventListener(it, soon, {capture: true})
    }
  }, [hint, pathname, list, card])
  return places
}

const isSame = (a: Place | null, b: Place | null) => a?.left === b?.left && a?.top === b?.top

/** @param hint of this page */
function placesNow(hint: Hint | null, list: HTMLElement | null, card: HTMLElement | null): Places {
  const room = roomOfPages()
  const kept = hint === null ? [] : keptOf(hint).map(withAir)
  const ofList = list && placeInCorner(sizeOf(list), room, kept)
  const control = hint === null ? null : shownOf(hint.beside, room)
  if (hint === null || control === null || card === null) return {list: ofList, card: null}
  // What is said of it is to be read, too.
  const subject = control.closest(hint.about.join()) ?? control
  return {
    list: ofList,
    card: placeBeside(sizeOf(card), {
      room,
      control: control.getBoundingClientRect(),
      kept: ofList === null || list === null ? kept : [...kept, withAir(boxAt(ofList, sizeOf(list)))],
      others: [subject.getBoundingClientRect(), ...othersOf([list, card])].map(withAir),
    }),
  }
}

const sizeOf = ({offsetWidth: width, offsetHeight: height}: HTMLElement): Size => ({width, height})

const AIR = 4
const withAir = ({left, top, right, bottom}: Box): Box => ({
  left: left - AIR,
  top: top - AIR,
  right: right + AIR,
  bottom: bottom + AIR,
})

/** Between the bars above and below every page. */
function roomOfPages(): Box {
  const {top, bottom} = document.querySelector('[data-pages]')!.getBoundingClientRect()
  return {left: 0, right: window.innerWidth, top, bottom}
}

const controls = 'a, button, input, select, textarea, summary, [role=tab], [role=switch], [role=checkbox]'

function keptOf({about}: Hint): readonly Box[] {
  const regions = [...document.querySelectorAll(about.join())]
  return boxesOf(regions.flatMap((it) => [...it.querySelectorAll(controls)]))
}

/** What somebody may want to use or read first, besides what is in the hints. */
function othersOf(own: readonly (Element | null)[]): readonly Box[] {
  const all = [...document.querySelectorAll(`${controls}, main h1, main h1 ~ p`)]
  return boxesOf(all.filter((it) => !own.some((one) => one?.contains(it))))
}

function boxesOf(elements: readonly Element[]): readonly Box[] {
  return elements
    .map((it) => it.getBoundingClientRect())
    .filter(
      ({width, height, top, bottom}) => width > 1 && height > 1 && bottom > 0 && top < window.innerHeight,
    )
}

/** The first that is on screen. Behind a dialog nothing is pointed at. */
function shownOf(selectors: readonly string[], room: Box): Element | null {
  if (document.querySelector('[role=dialog]') !== null) return null
  for (const selector of selectors) {
    for (const element of document.querySelectorAll(selector)) {
      const {width, height, top, bottom} = element.getBoundingClientRect()
      if (width > 0 && height > 0 && bottom > room.top && top < room.bottom) return element
    }
  }
  return null
}
