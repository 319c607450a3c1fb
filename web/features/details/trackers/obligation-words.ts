/** What the trackers of a torrent require, in words. Pure. */
import type {Tracker} from '../../../api/details.ts'
import type {Explanation} from '../../../api/explanation.ts'
import type {TrackerProfile} from '../../../api/tracker-names.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {written, ratio} from '../../../ui/format.ts'
import {profilesRequiring} from '../../trackers/tracker-words.ts'
import type {Torrent} from '../torrent.ts'

type Obligation = NonNullable<Explanation['obligation']>

/** Its time counts. */
export function isSeeding({state, complete, stale}: Pick<Torrent, 'state' | 'complete' | 'stale'>): boolean {
  return complete === true && !stale && (state === 'seeding' || state === 'stalledUp')
}

/** Profiles that require something of one of these trackers on this server. */
export function settingsOf(
  profiles: readonly TrackerProfile[],
  trackers: readonly Pick<Tracker, 'url'>[],
  server: string,
): readonly TrackerProfile[] {
  return profilesRequiring(profiles, new Set(trackers.flatMap(({url}) => hostIn(url))), server)
}

function hostIn(url: string): readonly string[] {
  return URL.canParse(url) ? [new URL(url).hostname.toLowerCase()] : []
}

interface ObligationWords {
  readonly verdict: string
  /** From when on it may go, or what has to happen for that; '' = nothing more. */
  readonly when: string
}

export function obligationWords(
  {met, reason, is_default: isDefault, ratio: has, ratio_needed: ratioNeeded, time_left: left}: Obligation,
  {
    at,
    now,
    need,
    isSeeding: counts,
  }: {
    /** When it was judged, epoch ms. */
    readonly at: number
    readonly now: number
    /** Of ratio and time; `null` = several profiles, or not known. */
    readonly need: 'both' | 'either' | null
    readonly isSeeding: boolean
  },
): ObligationWords {
  switch (met) {
    case 'none':
      return {verdict: text('requires.none'), when: ''}
    case 'unknown':
      return {verdict: text('requires.unknown'), when: text('requires.unknown.kept')}
    case 'yes':
      return {
        verdict: text(
          reason === 'barelyBegun'
            ? 'requires.barely'
            : reason === 'unregistered'
              ? 'requires.unregistered'
              : 'requires.paid',
        ),
        when: '',
      }
    case 'no':
      return {verdict: text(isDefault ? 'requires.owed.default' : 'requires.owed'), when: whenWords()}
  }

  function whenWords(): string {
    const lacksRatio = ratioNeeded !== null && (has === null || has < ratioNeeded)
    const atRatio =
      ratioNeeded === null ? '' : text('requires.when.ratio', {ratio: written(ratio(ratioNeeded))})
    if (left === null && ratioNeeded === null) return text('requires.when.complete')
    if (left === null || left <= 0) return atRatio
    // What is paid by the ratio alone needs no time.
    if (!counts) return text('requires.when.stopped')
    const time = exactTime(at + left * 1_000, now)
    if (!lacksRatio) return text('requires.when', {time})
    if (need === 'both') return text('requires.when.both', {time, ratio: written(ratio(ratioNeeded))})
    return need === 'either'
      ? text('requires.when.either', {time, ratio: written(ratio(ratioNeeded))})
      : text('requires.when', {time})
  }
}
