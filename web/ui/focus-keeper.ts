/**
 * The focus of a page is never lost: where what had it goes (a button that did its work, a row, a whole page), the
 * nearest thing that is still there gets it. Without that the next key starts at the top of the page, or does nothing.
 */

const LAYERS = '[role=dialog], [role=menu], [role=listbox], [data-radix-popper-content-wrapper]'
const GRIDS = '[role=grid], [role=treegrid]'
const FOCUSABLE =
  'a[href], button:not(:disabled), summary, input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])'
const TYPED_INTO = 'input, textarea, [role=combobox]'

/** A place in the page: within this, behind that; `null` = at its beginning. */
interface Place {
  readonly within: Element
  readonly behind: Node | null
}

/**
 * Watches what has the focus until it is gone.
 * @returns ends it
 */
export function keepFocus(): () => void {
  let held: Element | null = null
  let page = ''
  let coming: MutationObserver | null = null
  const going = new MutationObserver((records) => {
    if (held === null || held.isConnected || !isLost()) return
    const gone = held
    held = null
    const place = placeOf(gone, records)
    // Who knows better where it goes gives it there first.
    if (place !== null) requestAnimationFrame(() => isLost() && giveTo(place))
  })
  /** Only the way down to it is watched: lists that change each second are not. */
  const watch = ({target}: FocusEvent) => {
    if (!(target instanceof Element)) return
    going.disconnect()
    coming?.disconnect()
    held = target
    page = pageNow()
    for (let at = target.parentElement; at !== null; at = at.parentElement) {
      going.observe(at, {childList: true})
    }
  }
  const giveTo = ({within, behind}: Place) => {
    const isOther =
      pageNow() !== page || !within.isConnected || within.closest('main, [role=dialog]') === null
    if (isOther) return toPage()
    const grid = within.closest<HTMLElement>(GRIDS)
    const found = grid ?? nearest({within, behind})
    found?.focus({preventScroll: true})
    if (isLost()) toPage()
  }
  /** Another page may be on its way. */
  const toPage = () => {
    const isThere = () => {
      if (!isLost()) return true
      document.querySelector('main')?.focus({preventScroll: true})
      return !isLost()
    }
    if (isThere()) return
    coming?.disconnect()
    coming = new MutationObserver(() => {
      if (isThere()) coming?.disconnect()
    })
    coming.observe(document.body, {childList: true, subtree: true})
  }
  document.addEventListener('focusin', watch)
  return () => {
    document.removeEventListener('focusin', watch)
    going.disconnect()
    coming?.disconnect()
  }
}

function isLost(): boolean {
  const {activeElement: at} = document
  return at === null || at === document.body
}

function pageNow(): string {
  return `${window.location.pathname}${window.location.search}`
}

/** Where it was. @returns `null` = what closes gives the focus back where it came from */
function placeOf(gone: Element, records: readonly MutationRecord[]): Place | null {
  for (const {target, removedNodes, previousSibling} of records) {
    for (const node of removedNodes) {
      if (!(node instanceof Element) || !node.contains(gone) || !(target instanceof Element)) continue
      const layer = gone.closest(LAYERS)
      if (layer !== null && !layer.isConnected) return null
      if (target.isConnected) return {within: target, behind: previousSibling}
    }
  }
  return null
}

/** What follows, else what is before, in the smallest part of the page that has any. */
function nearest({within, behind}: Place): HTMLElement | null {
  let after = behind
  let at: Element | null = within
  while (at !== null && at !== document.body) {
    const part: Element = at
    const all = [...part.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isMeant)
    const found = all.find((it) => isBehind(it, after, part)) ?? all.at(-1)
    if (found !== undefined) return found
    if (part instanceof HTMLElement && part.matches('main, [role=dialog], [tabindex]')) return part
    after = part
    at = part.parentElement
  }
  return null
}

/** @param after `null` = all of it is */
function isBehind(it: Node, after: Node | null, within: Node): boolean {
  if (after === null || !within.contains(after)) return true
  return (after.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !after.contains(it)
}

/** It is seen, and raises no keyboard. */
function isMeant(it: HTMLElement): boolean {
  const isTouched = window.matchMedia('(pointer: coarse)').matches
  return it.checkVisibility({visibilityProperty: true}) && !(isTouched && it.matches(TYPED_INTO))
}
