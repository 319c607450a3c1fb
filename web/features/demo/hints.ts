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
    isTriedBy: ({path}, {search}) => /\/(explain|explanation)$/.test(path) && /[?&]tab=why\b/.test(search),
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
    isTriedBy: ({method, path}) => method === 'POST' && path === '/rules/preview',
  },
]

/** The one to show: of this page first, else the next that was not tried; `null` = all were. */
export function currentHint(tried: ReadonlySet<string>, pathname: string): Hint | null {
  const left = hints.filter(({id}) => !tried.has(id))
  return left.find(({to}) => to === pathname) ?? left[0] ?? null
}
