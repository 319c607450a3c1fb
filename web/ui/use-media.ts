/** What this screen is. Layout is CSS's; these are for what another component must be shown for. */
import {useSyncExternalStore} from 'react'

/** Narrower than 760 px: one column, sheets from below. */
export function usePhone(): boolean {
  return useMedia('(width < 760px)')
}

const narrow = '(width < 1100px)'

/** Narrower than 1100 px: what stands at the left of wide screens is a drawer. */
export function useNarrow(): boolean {
  return useMedia(narrow)
}

/** The same outside of components. */
export function isNarrowNow(): boolean {
  return listFor(narrow).matches
}

/** From 1600 px on there is room for something at the right of a list. */
export function useWide(): boolean {
  return useMedia('(width >= 1600px)')
}

/** Lower than 320 px, as at 400 %: there is room for rows alone. */
export function useShort(): boolean {
  return useMedia('(height < 320px)')
}

/** Pointed at by finger. */
export function useCoarsePointer(): boolean {
  return useMedia('(pointer: coarse)')
}

const lists = new Map<string, MediaQueryList>()

function listFor(query: string): MediaQueryList {
  const known = lists.get(query)
  if (known) return known
  const list = window.matchMedia(query)
  lists.set(query, list)
  return list
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = listFor(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => listFor(query).matches,
  )
}
