import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {RemovalPreview} from '../../api/actions.ts'
import {trackerProfilesQuery, type TrackerProfile} from '../../api/tracker-names.ts'
import {listed, text} from '../../i18n/text.ts'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {profilesRequiring, requiresWords} from './tracker-words.ts'

/** Who requires what, and where it was set. */
export function RequiredBy({profiles}: {profiles: readonly TrackerProfile[]}) {
  // Who sees profiles of several people has to know whose each is.
  const owners = new Set(profiles.flatMap(({owner}) => owner?.id ?? []))
  return profiles.map((one) => (
    <li key={one.id} className="wrap-anywhere">
      {text('requires.by', {name: one.name, words: requiresWords(one.obligation)})}{' '}
      {owners.size > 1 && one.owner !== null && `${text('tracker-page.of', {owner: one.owner.name})}. `}
      {one.origin === 'file' ? (
        <span className="text-text-3">
          {one.source?.line == null
            ? text('requires.file')
            : text('requires.file.line', {line: one.source.line})}
        </span>
      ) : (
        <SetInTrackers words={text('requires.set')} />
      )}
    </li>
  ))
}

export function SetInTrackers({words}: {words: string}) {
  return (
    <Link to="/settings/trackers" className={`${textLinkClass} pointer-coarse:py-2.5`}>
      {words}
    </Link>
  )
}

/** Of torrents that still owe: whose requirement it is, and where it was set. */
export function OwedTo({owing}: {owing: RemovalPreview['owing_at']}) {
  const {data: profiles} = useQuery(trackerProfilesQuery)
  if (profiles === undefined) return null
  const by = new Map<string, TrackerProfile>()
  const unset = new Set<string>()
  for (const {tracker, server_id: server} of owing) {
    const its = profilesRequiring(profiles, new Set([tracker]), server)
    for (const one of its) by.set(one.id, one)
    if (its.length === 0 && tracker !== '') unset.add(tracker)
  }
  return (
    <ul className="mt-1 grid gap-0.5 text-12 text-text-2">
      <RequiredBy profiles={[...by.values()]} />
      {unset.size > 0 && (
        <li className="wrap-anywhere">
          {text('requires.unset', {trackers: listed([...unset])})}{' '}
          <SetInTrackers words={text('requires.set-own')} />
        </li>
      )}
    </ul>
  )
}
