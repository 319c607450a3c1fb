/**
 * Parts of a page that come when they are first shown, so that the page itself stands sooner. Once the page shows what it
 * is for, small ones that every page needs are loaded, and then, where the network is not dear, those that the first key
 * or click most likely asks for; others when somebody points at what opens them.
 */
import {lazyRouteComponent} from '@tanstack/react-router'
import {
  createElement,
  lazy,
  Suspense,
  useEffect,
  useLayoutEffect,
  useState,
  type ComponentType,
  type ReactNode,
} from 'react'
import {withWords, type TextPart} from '../i18n/text.ts'
import {whenThere} from '../live/modules.ts'
import {liveSocket} from '../live/socket.ts'
import {PartBoundary} from './PartBoundary.tsx'

const stands = Promise.withResolvers<void>()
const isShown = Promise.withResolvers<void>()
const isCheap = Promise.withResolvers<void>()
/** One after the other, each while nothing else is to do. */
const lines: Record<'soon' | 'ahead', Promise<unknown>> = {soon: isShown.promise, ahead: isCheap.promise}

type LazyPart<Props> = ((props: Props) => ReactNode) & {
  /** Loads it now: it is about to be shown. */
  readonly fetch: () => void
}

/**
 * While it comes, or where it does not come, nothing else waits, hides or breaks: what is beside it may be a dialog that
 * is open, and one that was hidden for a moment takes the pointer from what was opened in it.
 * @param words that it says and that did not come with the page
 * @param when before anybody asks for it: `soon` = on telephones, too; `ahead` = where the network is not dear
 * @param fallback in its place until it is there
 */
export function lazyPart<Props extends object>(
  words: readonly TextPart[],
  load: () => Promise<ComponentType<Props>>,
  when: When = 'on demand',
  fallback: ReactNode = null,
): LazyPart<Props> {
  return partThat(words, load, when, fallback, false)
}

/** As `lazyPart`, of what lies over the page and says the words that came with it: that it did not come is said there. */
export function lazyLayer<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  return partThat([], load, 'soon', null, true)
}

type When = keyof typeof lines | 'on demand'

function partThat<Props extends object>(
  words: readonly TextPart[],
  load: () => Promise<ComponentType<Props>>,
  when: When,
  fallback: ReactNode,
  isLayer: boolean,
): LazyPart<Props> {
  const loading = withWords(words, async () => ({default: await load()}))
  const come = () => whenThere(loading, liveSocket)
  // What does not come now comes, or says why not, when it is needed.
  const fetch = () => come().then(noted, noted)
  if (when !== 'on demand') lines[when] = lines[when].then(idle).then(fetch)
  const made = () => {
    const part = lazy(() =>
      come().catch((cause: unknown) => {
        // React keeps that one failed: whatever shows it next takes another.
        if (Part === part) Part = made()
        throw cause
      }),
    ) as ComponentType<Props>
    return part
  }
  let Part = made()
  const Whole = (props: Props) =>
    createElement(PartBoundary, {
      isLayer,
      show: () => createElement(Suspense, {fallback}, createElement(Part, props)),
    })
  return Object.assign(Whole, {fetch: () => void (isDear() || fetch())})
}

/**
 * As `lazyPart`, of a dialog, menu or field that takes what is typed: until it is there no key commands the page behind it,
 * where "stop", typed a moment too early, would stop torrents.
 */
export function lazyDialog<Props extends object>(
  words: readonly TextPart[],
  load: () => Promise<ComponentType<Props>>,
  when: When = 'on demand',
): LazyPart<Props> {
  return partThat(words, load, when, createElement(OnItsWay), true)
}

let onTheirWay = 0

function OnItsWay(): null {
  useLayoutEffect(() => {
    onTheirWay++
    return () => void onTheirWay--
  }, [])
  return null
}

/** Is a dialog on its way, for which what is typed is meant? */
export function isDialogOnItsWay(): boolean {
  return onTheirWay > 0
}

function noted(): void {}

/** For the button that opens a part: it is on its way before the click. */
export function onIntent({fetch}: Pick<LazyPart<never>, 'fetch'>) {
  return {onPointerEnter: fetch, onFocus: fetch} as const
}

/** Whether it is open or was: what came once stays, and leaves the way it leaves. */
export function useWasOpen(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen)
  if (isOpen && !wasOpen) setWasOpen(true)
  return isOpen || wasOpen
}

/** A page by its file, with the words that it says; the frame does not wait for it. */
export function lazyPage<Name extends string>(
  words: readonly TextPart[],
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
) {
  const come = withWords(words, load)
  return lazyRouteComponent(() => whenThere(come, liveSocket), name)
}

/** The page shows what it is for: from now on what is needed next is loaded. */
export function loadPartsAhead(): void {
  stands.resolve()
  if (!isSaving()) isShown.resolve()
  if (!isDear()) void lines.soon.then(() => isCheap.resolve())
}

/** For what nobody waits for and that has to be there later on, unasked: it is loaded once the page shows what it is for. */
export function OncePageStands({children}: {children: ReactNode}): ReactNode {
  const [isTime, setTime] = useState(false)
  useEffect(() => {
    let isGone = false
    void stands.promise.then(() => isGone || setTime(true))
    return () => void (isGone = true)
  }, [])
  return isTime ? children : null
}

/** On a telephone, and where somebody pays for what travels, nothing large is loaded that may not be needed. */
function isDear(): boolean {
  return isSaving() || matchMedia('(width < 760px)').matches
}

/** Somebody pays for what travels: nothing is loaded that may not be needed. */
function isSaving(): boolean {
  const {connection} = navigator as {connection?: {readonly saveData?: boolean}}
  return connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches
}

function idle(): Promise<unknown> {
  // Safari has no word for it.
  return new Promise((resolve) => globalThis.requestIdleCallback?.(resolve) ?? setTimeout(resolve, 200))
}
