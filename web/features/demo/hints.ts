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
  /** Was it tried by this? */
  readonly isTriedBy: (request: SentRequest, place: {readonly search: string}) => boolean
}

const changes = (method: string): boolean => method !== 'GET'

export const hints: readonly Hint[] = [
  {
    id: 'decide',
    title: 'hints.decide',
    says: 'hints.decide.says',
    to: '/',
    beside: ['[data-need] [data-answers] > :last-child'],
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(rules\/[^/]+\/resume$|approvals\/|needs\/|arrs\/[^/]+\/actions$)/.test(path),
  },
  {
    id: 'list',
    title: 'hints.list',
    says: 'hints.list.says',
    saysOnPhone: 'hints.list.says-phone',
    to: '/torrents',
    beside: ['[role=grid] [aria-rowindex="1"]', '[role=grid]'],
    isTriedBy: ({method, path}) => method === 'POST' && path === '/torrents/actions',
  },
  {
    id: 'why',
    title: 'hints.why',
    says: 'hints.why.says',
    saysOnPhone: 'hints.why.says-phone',
    to: '/torrents',
    beside: ['[role=grid] [aria-rowindex="3"]', '[role=grid] [aria-rowindex="2"]'],
    isTriedBy: ({path}, {search}) => /\/(explain|explanation)$/.test(path) && /[?&]tab=why\b/.test(search),
  },
  {
    id: 'undo',
    title: 'hints.undo',
    says: 'hints.undo.says',
    to: '/',
    beside: ['[data-hint=undo]'],
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(trash\/[^/]+\/restore|journal\/[^/]+\/undo)$/.test(path),
  },
  {
    id: 'rule',
    title: 'hints.rule',
    says: 'hints.rule.says',
    to: '/rules',
    beside: ['main [data-hint=rule]'],
    isTriedBy: ({method, path}) => method === 'POST' && path === '/rules/preview',
  },
]

/** The one to show: of this page first, else the next that was not tried; `null` = all were. */
export function currentHint(tried: ReadonlySet<string>, pathname: string): Hint | null {
  const left = hints.filter(({id}) => !tried.has(id))
  return left.find(({to}) => to === pathname) ?? left[0] ?? null
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const GAP = 10
const EDGE = 8

/**
 * Where the hint stands: beside its control without covering it, and in the way of as few others as can be.
 *
 * @param room of the window, px
 * @param others what else can be used now
 * @returns `null` = there is no such place
 */
export function placeBeside(
  control: Box,
  hint: {readonly width: number; readonly height: number},
  room: {readonly width: number; readonly height: number},
  others: readonly Box[],
): {readonly left: number; readonly top: number} | null {
  const {width, height} = hint
  const across = (left: number) => Math.min(Math.max(EDGE, left), Math.max(EDGE, room.width - width - EDGE))
  const down = (top: number) => Math.min(Math.max(EDGE, top), Math.max(EDGE, room.height - height - EDGE))
  const lefts = [across(control.left), across(control.right - width)]
  const tops = [down(control.top), down(control.bottom - height)]
  const fitting = [
    ...lefts.map((left) => ({left, top: control.bottom + GAP})),
    ...lefts.map((left) => ({left, top: control.top - GAP - height})),
    ...tops.map((top) => ({left: control.right + GAP, top})),
    ...tops.map((top) => ({left: control.left - GAP - width, top})),
  ].filter(
    ({left, top}) =>
      left >= EDGE && top >= EDGE && left + width <= room.width - EDGE && top + height <= room.height - EDGE,
  )
  const covered = ({left, top}: {readonly left: number; readonly top: number}) =>
    others.filter(
      (it) => it.left < left + width && it.right > left && it.top < top + height && it.bottom > top,
    ).length
  let best: {readonly left: number; readonly top: number} | null = null
  let least = Infinity
  // The first of several that are as good.
  for (const place of fitting) {
    const count = covered(place)
    if (count < least) [best, least] = [place, count]
  }
  return best
}
