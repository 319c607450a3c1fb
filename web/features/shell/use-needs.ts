import type {Need} from '#model/needs.ts'
import {usePreference, type Preferences} from '../../api/preferences.ts'
import {useAttention} from '../../live/attention.ts'
import {useNow} from '../../live/clock.ts'
import {isPutOff, withPutOff, withoutPutOff} from './put-off.ts'

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
