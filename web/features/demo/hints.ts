/** Five things to try in the demo: what each is, where, beside which control, and by which request it was tried. Pure. */
import type {TextKey} from '../../i18n/text.ts'

export const hintIds = ['decide', 'list', 'why', 'undo', 'rule'] as const
type HintId = (typeof hintIds)[number]

/** A request of this page, as `ask` sent it. */
export interface SentRequest {
  readonly method: string
  /** Below `/api`. */
  readonly path: string
}

export interface Hint {
  readonly id: HintId
  readonly title: TextKey
  readonly says: TextKey
  /** For fingers; absent = the same. */
  readonly saysOnPhone?: TextKey
  /** The page that it is about. */
  readonly to: '/' | '/torrents' | '/activity' | '/rules'
  /** Its control there: the first of these that is shown. */
  readonly beside: readonly string[]
  /** What it is about: whoever tries it uses the controls in these, so that nothing of the hints may lie over them. */
  readonly about: readonly string[]
  /** Was it tried by this, sent from there? */
  readonly isTriedBy: (
    request: SentRequest,
    from: {readonly pathname: string; readonly search: string},
  ) => boolean
}

const changes = (method: string): boolean => method !== 'GET'

export const hints: readonly Hint[] = [
  {
    id: 'decide',
    title: 'hints.decide',
    says: 'hints.decide.says',
    to: '/',
    beside: ['[data-need] [data-answers] > :first-child'],
    about: ['[data-need]'],
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(rules\/[^/]+\/resume$|approvals\/|needs\/|arrs\/[^/]+\/actions$)/.test(path),
  },
  {
    id: 'list',
    title: 'hints.list',
    says: 'hints.list.says',
    saysOnPhone: 'hints.list.says-phone',
    to: '/torrents',
    beside: ['[role=grid] [aria-rowindex="1"]'],
    about: ['[role=grid] [aria-rowindex="1"]', '[data-ledger]'],
    isTriedBy: ({method, path}) => method === 'POST' && path === '/torrents/actions',
  },
  {
    id: 'why',
    title: 'hints.why',
    says: 'hints.why.says',
    saysOnPhone: 'hints.why.says-phone',
    to: '/torrents',
    beside: ['[role=grid] [aria-rowindex="3"]', '[role=grid] [aria-rowindex="2"]'],
    about: ['[role=grid] [role=row]', '[role=tablist]'],
    isTriedBy: ({path}, {pathname, search}) =>
      /\/(explain|explanation)$/.test(path) && (/[?&]tab=why\b/.test(search) || pathname.endsWith('/why')),
  },
  {
    id: 'undo',
    title: 'hints.undo',
    says: 'hints.undo.says',
    to: '/',
    beside: ['[data-hint=undo]'],
    about: ['main section:has([data-hint=undo])'],
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(trash\/[^/]+\/restore|journal\/[^/]+\/undo)$/.test(path),
  },
  {
    id: 'rule',
    title: 'hints.rule',
    says: 'hints.rule.says',
    to: '/rules',
    beside: ['main [data-hint=rule]'],
    about: ['main section:has([data-hint=rule])'],
    // "Why?" asks for a preview, too: to say how many torrents a change would concern.
    isTriedBy: ({method, path}, {pathname}) =>
      method === 'POST' && path === '/rules/preview' && pathname.endsWith('/rules'),
  },
]

/** The one to show: of this page first, else the next that was not tried; `null` = all were. */
export function currentHint(tried: ReadonlySet<string>, pathname: string): Hint | null {
  const left = hints.filter(({id}) => !tried.has(id))
  return left.find(({to}) => to === pathname) ?? left[0] ?? null
}

/** Where the hints of the demo stand: beside their control, and over nothing that is to be used. Pure. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Place {
  readonly left: number
  readonly top: number
}

interface Surroundings {
  /** Where something may stand, px of the window. */
  readonly room: Box
  /** What it is to be near to. */
  readonly control: Box
  /** What it never covers: the controls of what it is about. */
  readonly kept: readonly Box[]
  /** What it covers only where there is no other place: all else that can be used or is to be read first. */
  readonly others: readonly Box[]
}

const GAP = 10
const EDGE = 8

/**
 * Where a hint stands: as near to its control as can be without covering it, or anything that is kept.
 *
 * @returns `null` = there is no such place
 */
export function placeBeside(size: Size, {room, control, kept, others}: Surroundings): Place | null {
  const far = {
    left: control.left - GAP,
    top: control.top - GAP,
    right: control.right + GAP,
    bottom: control.bottom + GAP,
  }
  const never = [far, ...kept]
  const places = placesBetween(size, room, [...never, ...others], control)
  const cost = (place: Place) => wayTo(control, boxAt(place, size))
  return (
    cheapest(places, size, [...never, ...others], cost) ??
    cheapest(places, size, never, (place) => cost(place) + FAR * countOf(boxAt(place, size), others))
  )
}

/**
 * Where something stands that belongs into the lower right corner: there, or as near to it as nothing is covered that
 * is kept.
 *
 * @returns `null` = there is no such place
 */
export function placeInCorner(size: Size, room: Box, kept: readonly Box[]): Place | null {
  const corner = {left: room.right, top: room.bottom, right: room.right, bottom: room.bottom}
  const places = placesBetween(size, room, kept, corner)
  return cheapest(places, size, kept, (place) => wayTo(corner, boxAt(place, size)))
}

/** More than any way within a window. */
const FAR = 1e6

export function boxAt({left, top}: Place, {width, height}: Size): Box {
  return {left, top, right: left + width, bottom: top + height}
}

export function areOver(a: Box, b: Box): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top
}

function countOf(box: Box, others: readonly Box[]): number {
  return others.reduce((count, it) => (areOver(box, it) ? count + 1 : count), 0)
}

/** Of all places that are free, one at least touches an edge of something or of the room, both across and down. */
function placesBetween(
  {width, height}: Size,
  room: Box,
  boxes: readonly Box[],
  near: Box,
): {readonly lefts: readonly number[]; readonly tops: readonly number[]} {
  const within = (from: number, to: number) => {
    const [least, most] = [from + EDGE, to - EDGE]
    return (at: number) => at >= least && at <= most
  }
  const lefts = [
    room.left + EDGE,
    room.right - EDGE - width,
    near.left,
    near.right - width,
    ...boxes.flatMap(({left, right}) => [left - width, right]),
  ]
  const tops = [
    room.top + EDGE,
    room.bottom - EDGE - height,
    near.top,
    near.bottom - height,
    ...boxes.flatMap(({top, bottom}) => [top - height, bottom]),
  ]
  return {
    lefts: [...new Set(lefts)].filter(within(room.left, room.right - width)),
    tops: [...new Set(tops)].filter(within(room.top, room.bottom - height)),
  }
}

/** The first of several that cost the same. */
function cheapest(
  {lefts, tops}: {readonly lefts: readonly number[]; readonly tops: readonly number[]},
  size: Size,
  never: readonly Box[],
  cost: (place: Place) => number,
): Place | null {
  let best: Place | null = null
  let least = Infinity
  for (const top of tops) {
    for (const left of lefts) {
      const place = {left, top}
      const its = cost(place)
      // Whether it is free takes longer to find out.
      if (its >= least || countOf(boxAt(place, size), never) > 0) continue
      best = place
      least = its
    }
  }
  return best
}

/** How far from it, px. As near is better below than above, above than beside, and flush with its left edge. */
function wayTo(control: Box, box: Box): number {
  const across = Math.max(0, box.left - control.right, control.left - box.right)
  const down = Math.max(0, box.top - control.bottom, control.top - box.bottom)
  const side = box.top >= control.bottom ? 0 : box.bottom <= control.top ? 1 : 2
  return Math.hypot(across, down) + side + Math.abs(box.left - control.left) / FAR
}
