import {useQuery} from '@tanstack/react-query'
import type {Tracker} from '../../../api/details.ts'
import {explanationQuery} from '../../../api/explanation.ts'
import {trackerProfilesQuery} from '../../../api/tracker-names.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServer} from '../../../live/servers.ts'
import {duration, exactDuration, ratio, written} from '../../../ui/format.ts'
import {Meter} from '../../../ui/Meter.tsx'
import {RequiredBy, SetInTrackers} from '../../trackers/RequiredBy.tsx'
import type {Torrent} from '../torrent.ts'
import {isSeeding, obligationWords, settingsOf} from './obligation-words.ts'

/** What the trackers of a torrent require, how much of it is done, from when on it may go, and where that is set. */
export function TrackerRequires({torrent, trackers}: {torrent: Torrent; trackers: readonly Tracker[]}) {
  const {data: explanation} = useQuery(explanationQuery(torrent))
  const {data: profiles = []} = useQuery(trackerProfilesQuery)
  const now = useNow(60_000)
  const server = useServer(torrent.server_id)
  const obligation = explanation?.obligation
  if (!explanation || !obligation) return null
  const set = settingsOf(profiles, trackers, torrent.server_id)
  const {ratio: has, ratio_needed: ratioNeeded, seeded, time_needed: timeNeeded} = obligation
  const isAway = server?.status !== undefined && server.status !== 'online'
  const says = obligationWords(obligation, {
    at: explanation.at,
    now,
    need: obligation.is_default ? 'either' : set.length === 1 ? (set[0]!.obligation?.need ?? null) : null,
    isSeeding: isSeeding(torrent) && !isAway,
  })
  return (
    <section
      aria-label={text('requires.title')}
      className="grid gap-2 border-t border-line px-4 py-2.5 max-phone:px-3.5"
    >
      <p className="text-pretty wrap-anywhere">
        <b className="font-medium">{says.verdict}</b>{' '}
        {says.when !== '' && <span className="text-text-2">{says.when}</span>}
      </p>
      {obligation.met !== 'none' && (timeNeeded !== null || ratioNeeded !== null) && (
        <ul className="flex flex-wrap gap-x-8 gap-y-2">
          {timeNeeded !== null && (
            <Bar
              label={text('requires.time')}
              share={seeded === null ? 0 : seeded / timeNeeded}
              words={text('requires.of', {
                done: seeded === null ? '?' : written(duration(Math.min(seeded, timeNeeded))),
                needed: exactDuration(timeNeeded),
              })}
            />
          )}
          {ratioNeeded !== null && (
            <Bar
              label={text('requires.ratio')}
              share={has === null ? 0 : has / ratioNeeded}
              words={text('requires.of', {
                done: has === null ? '?' : written(ratio(has)),
                needed: written(ratio(ratioNeeded)),
              })}
            />
          )}
        </ul>
      )}
      <ul className="grid gap-0.5 text-12 text-text-2">
        <RequiredBy profiles={set} />
        {set.length === 0 && (
          <li>
            {text(
              obligation.is_default
                ? 'requires.default'
                : obligation.met === 'none'
                  ? 'requires.nothing-set'
                  : 'requires.other',
            )}{' '}
            <SetInTrackers words={text('requires.set-own')} />
          </li>
        )}
      </ul>
    </section>
  )
}

function Bar({label, share, words}: {label: string; share: number; words: string}) {
  return (
    <li className="grid w-52 max-w-full gap-1">
      <span className="flex justify-between gap-3 text-12">
        <span className="text-text-2">{label}</span>
        <span className="num">{words}</span>
      </span>
      <Meter share={share} label={label} valueText={words} tone={share >= 1 ? 'good' : 'accent'} />
    </li>
  )
}
