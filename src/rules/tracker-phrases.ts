/** Words by which people know what a tracker means, for those of its torrents on a server. */
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import type {OwingProfile} from './presets/inherited.ts'
import {isHostOfAny} from './tracker-domain.ts'

/** What is said of a tracker that no profile is about. */
export const noPhrases: TrackerPhrases = {unregistered: [], ignored: []}

/**
 * What frees a torrent is heard only where each of its trackers is of that profile: which one said something is not known,
 * and a profile must not speak for another tracker. What is to be ignored frees nothing, and is heard of any.
 * @param hosts of the trackers that may have said it; `undefined` = not known
 */
export function phrasesFor(
  profiles: readonly OwingProfile[],
  server: string,
  hosts: readonly string[] | undefined,
): TrackerPhrases {
  const heard = profiles.filter(
    ({phrasesOn, phrases: {unregistered, ignored}}) =>
      unregistered.length + ignored.length > 0 && (phrasesOn === null || phrasesOn.includes(server)),
  )
  if (heard.length === 0) return noPhrases
  const mayBeIts = heard.filter(
    ({hosts: entries}) => hosts?.some((host) => isHostOfAny(entries, host)) ?? true,
  )
  const isIts = ({hosts: entries}: OwingProfile) =>
    hosts !== undefined && hosts.every((host) => isHostOfAny(entries, host))
  if (mayBeIts.length === 0) return noPhrases
  return {
    unregistered: mayBeIts.filter(isIts).flatMap(({phrases}) => phrases.unregistered),
    ignored: mayBeIts.flatMap(({phrases}) => phrases.ignored),
  }
}
