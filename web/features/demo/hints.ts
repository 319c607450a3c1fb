/** Five things to try in the demo: what each is, where, and by which request it was tried. Pure. */
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
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(rules\/[^/]+\/resume$|approvals\/|needs\/|arrs\/[^/]+\/actions$)/.test(path),
  },
  {
    id: 'list',
    title: 'hints.list',
    says: 'hints.list.says',
    saysOnPhone: 'hints.list.says-phone',
    to: '/torrents',
    isTriedBy: ({method, path}) => method === 'POST' && path === '/torrents/actions',
  },
  {
    id: 'why',
    title: 'hints.why',
    says: 'hints.why.says',
    saysOnPhone: 'hints.why.says-phone',
    to: '/torrents',
    isTriedBy: ({path}, {pathname, search}) =>
      /\/(explain|explanation)$/.test(path) && (/[?&]tab=why\b/.test(search) || pathname.endsWith('/why')),
  },
  {
    id: 'undo',
    title: 'hints.undo',
    says: 'hints.undo.says',
    to: '/',
    isTriedBy: ({method, path}) =>
      changes(method) && /^\/(trash\/[^/]+\/restore|journal\/[^/]+\/undo)$/.test(path),
  },
  {
    id: 'rule',
    title: 'hints.rule',
    says: 'hints.rule.says',
    to: '/rules',
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
