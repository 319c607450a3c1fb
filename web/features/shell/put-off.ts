/** What somebody wants to be reminded of later. One that ended and began again is another one. Pure. */
import type {Need} from '#model/needs.ts'
import type {Preferences} from '../../api/preferences.ts'

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
