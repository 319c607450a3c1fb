/**
 * Where the focus goes when a dialog closes: back to what had it, and if that is gone (the entry of a menu that has
 * closed), to the last thing of the page below that had it.
 */
import {useEffect, useRef} from 'react'
import {keepFocus} from './focus-keeper.ts'

const LAYERS = '[role=dialog], [role=menu], [role=listbox], [data-radix-popper-content-wrapper]'
const TYPED_INTO = 'input:not([type=hidden], [type=checkbox], :disabled), textarea, [role=combobox]'
let lastOfPage: HTMLElement | null = null

/** Once in the page, from the start: so that the first layer, too, knows what had the focus before it. */
export function useFocusMemory(): void {
  useEffect(() => {
    const note = ({target}: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest(LAYERS)) lastOfPage = target
    }
    document.addEventListener('focusin', note)
    const end = keepFocus()
    return () => {
      document.removeEventListener('focusin', note)
      end()
    }
  }, [])
}

/**
 * Handlers for a layer that takes the focus.
 *
 * @param first what gets it; else the first field (not on touch, where that raises the keyboard), else the layer itself
 */
export function useLayerFocus(first: () => HTMLElement | null | undefined = () => null) {
  const origin = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: (event: Event) => {
      event.preventDefault()
      const layer = event.currentTarget as HTMLElement
      origin.current = document.activeElement
      const target = first() ?? (isTouched() ? null : layer.querySelector<HTMLElement>(TYPED_INTO)) ?? layer
      target.focus({preventScroll: true})
    },
    onCloseAutoFocus: (event: Event) => giveFocusBack(event, origin.current),
  }
}

/** For `onCloseAutoFocus`. */
export function giveFocusBack(event: Event, origin: Element | null): void {
  event.preventDefault()
  const target = [origin, lastOfPage].find((it) => it?.isConnected && it !== document.body)
  // Neither is there any more: then the page itself.
  const found = target instanceof HTMLElement ? target : document.querySelector('main')
  found?.focus({preventScroll: true})
}

function isTouched(): boolean {
  return window.matchMedia('(pointer: coarse)').matches
}
