/** Words by which people know what a tracker means, for those of its torrents on a server. */
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import type {OwingProfile} from './presets/inherited.ts'
import {isHostOf} from './tracker-domain.ts'

/** What is said of a tracker that no profile is about. */
export const noPhrases: TrackerPhrases = {unregistered: [], ignored: []}

/** @param hosts of the trackers that may have said it */
export function phrasesFor(
  profiles: readonly OwingProfile[],
  server: string,
  hosts: readonly string[],
): TrackerPhrases {
  const speaking = profiles.filter(
    ({servers, phrases, hosts: entries}) =>
      phrases.unregistered.length + phrases.ignored.length > 0 &&
      (servers === null || servers.includes(server)) &&
      entries.some((entry) => hosts.some((host) => isHostOf(entry, host))),
  )
  if (speaking.length === 0) return noPhrases
  return {
    unregistered: speaking.flatMap(({phrases}) => phrases.unregistered),
    ignored: speaking.flatMap(({phrases}) => phrases.ignored),
  }
}
