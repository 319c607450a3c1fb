/**
 * Parts of a page that come when they are first shown, so that the page itself stands sooner. Where the network is not
 * dear they are loaded before anybody asks for them, so that no first click and no first key waits.
 */
import {lazyRouteComponent} from '@tanstack/react-router'
import {lazy, type ComponentType, type LazyExoticComponent} from 'react'
import {withWords, type TextPart} from '../i18n/text.ts'
import {whenThere} from '../live/modules.ts'
import {liveSocket} from '../live/socket.ts'

const begin = Promise.withResolvers<void>()
/** One after the other, each while nothing else is to do. */
let line: Promise<unknown> = begin.promise

/** @param words that it says and that did not come with the page */
export function lazyPart<Props>(
  words: readonly TextPart[],
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  const loading = withWords(words, async () => ({default: await load()}))
  const come = () => whenThere(loading, liveSocket)
  // What does not come now comes, or says why not, when it is needed.
  line = line
    .then(idle)
    .then(come)
    .catch(() => undefined)
  return lazy(come)
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

/** How long the page has to itself first: it asks for what it shows. */
const HEAD_START_MS = 2000

/** Begins to load parts before they are needed: not on a telephone, and not where somebody pays for what travels. */
export function loadPartsAhead(): void {
  const {connection} = navigator as {connection?: {readonly saveData?: boolean}}
  if (connection?.saveData || !matchMedia('(width >= 760px)').matches) return
  setTimeout(begin.resolve, HEAD_START_MS)
}

function idle(): Promise<unknown> {
  // Safari has no word for it.
  return new Promise((resolve) => globalThis.requestIdleCallback?.(resolve) ?? setTimeout(resolve, 200))
}
