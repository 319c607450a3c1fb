/** What needs the user: what is shown now, what is put off, and what an answer sends. */
import type {ImportNeed, Need, NeedAnswer} from '#model/needs.ts'
import type {ArrAction} from '../../api/arrs.ts'
import {usePreference, type Preferences} from '../../api/preferences.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'

/** A minute more or less is none for what is put off for a day. */
const STEP_MS = 60_000

interface Needs {
  readonly needs: readonly Need[]
  /** So many wait until they are reminded of. */
  readonly later: number
}

/** What needs who looks, without what was read or put off: the same at the bell and on the overview. */
export function useNeeds(): Needs {
  const {needs} = useAttention()
  const [readUntil] = usePreference('notices.read')
  const [putOff] = usePreference('needs.later')
  const now = useNow(STEP_MS)
  const unread = needs.filter(({kind, since}) => kind !== 'notice' || (since ?? 0) > readUntil)
  const shown = unread.filter((need) => !isPutOff(need, putOff, now))
  return {needs: shown, later: unread.length - shown.length}
}

interface PuttingOff {
  readonly putOff: (need: Need) => void
  readonly showAll: () => void
}

/** Puts one off until tomorrow, or brings all of them back. Kept per user, on the server. */
export function usePuttingOff(): PuttingOff {
  const {needs} = useAttention()
  const [kept, keep] = usePreference('needs.later')
  const now = useNow(STEP_MS)
  const change = (next: Preferences['needs.later']) => keep(next)
  return {
    putOff: (need) => change(withPutOff(need, kept, now)),
    showAll: () => change(withoutPutOff(needs, kept)),
  }
}

/** What somebody wants to be reminded of later. One that ended and began again is another one. */
type PutOff = Preferences['needs.later']
type Named = Pick<Need, 'id' | 'since'>

const DAY_MS = 86_400_000
/** The oldest go first: a list of preferences has its end. */
const MOST = 50

/** @param now epoch ms */
export function isPutOff({id, since}: Named, putOff: PutOff, now: number): boolean {
  const one = putOff[id]
  return one !== undefined && one.since === since && one.until > now
}

export function withPutOff({id, since}: Named, putOff: PutOff, now: number): PutOff {
  const others = Object.entries(putOff).filter(([name, {until}]) => name !== id && until > now)
  return Object.fromEntries([...others.slice(1 - MOST), [id, {since, until: now + DAY_MS}]])
}

export function withoutPutOff(needs: readonly Named[], putOff: PutOff): PutOff {
  const shown = new Set(needs.map(({id}) => id))
  return Object.fromEntries(Object.entries(putOff).filter(([id]) => !shown.has(id)))
}

// What is sent for an answer about a download that an Arr does not import.

/** @returns `null` = it cannot be said of this one */
export function importAction(
  answer: NeedAnswer,
  {download_id: downloadId, media}: Pick<ImportNeed, 'download_id' | 'media'>,
): ArrAction | null {
  if (answer === 'search') return media.length === 0 ? null : {action: 'search', items: [...media]}
  if (downloadId === null) return null
  switch (answer) {
    case 'import':
      // Whatever the Arr does without being asked: the torrent goes on seeding.
      return {action: 'import_anyway', download_id: downloadId, mode: 'copy'}
    case 'blocklist':
      return {action: 'blocklist', download_id: downloadId, search_again: true}
    case 'ignore':
      return {action: 'ignore', download_id: downloadId}
    default:
      return null
  }
}

/** A name with a dot in it stands in quotes, with its dot: then the section is all that they hold. */
const wholeSection = /^(?:[\w-]+|"(?:[^"\\]|\\.)*")$/

/**
 * In the order in which people read what the configuration lost: whole sections before single settings of others.
 * @param settings as the program names them: tables, rows and keys, joined by dots
 */
export function sectionsFirst(settings: readonly string[]): readonly string[] {
  const [sections, others] = [true, false].map((isWhole) =>
    settings.filter((name) => wholeSection.test(name) === isWhole),
  ) as [string[], string[]]
  return [...sections, ...others]
}
