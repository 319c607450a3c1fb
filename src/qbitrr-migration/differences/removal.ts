/** What is removed, and when: Commodarr is more careful everywhere. Source: qbitrr-config.md B.1, B.4, B.6, rules.md §5. */
import type {Telling} from './telling.ts'
import {withArrs} from './telling.ts'

export const removalTellings: readonly Telling[] = [
  {
    id: 'stopped-by-people',
    weight: 'careful',
    places: (keys) => {
      const {AutoPauseResume} = keys.settings
      const concerns = keys.arrs.length > 0 && AutoPauseResume
      return concerns ? [keys.at(['Settings', 'AutoPauseResume'], 'true')] : []
    },
    before: 'qBitrr started every stopped torrent of its categories again, whoever had stopped it.',
    now: 'What a person stopped stays stopped. Commodarr starts only what it stopped itself.',
    why: 'Whoever stops a torrent means it.',
    change: 'Start it in the list when you want it to run.',
  },
  {
    id: 'stalled-never',
    weight: 'careful',
    places: (keys) =>
      keys.ofArrs(['Torrent', 'StalledDelay'], ({id, Torrent}) =>
        Torrent.StalledDelay === null || Torrent.StalledDelay === 0
          ? keys.has([id, 'Torrent', 'StalledDelay'])
            ? 'never'
            : null
          : null,
      ),
    before: 'The documents of qBitrr contradicted each other about 0, and its program did so about -1.',
    now: '0 and -1 both mean that nothing is removed for being stalled.',
    why: 'When in doubt, nothing is deleted.',
    change: 'Write the minutes after which a stalled download is given up, such as StalledDelay = 30.',
  },
  {
    id: 'arr-first',
    weight: 'careful',
    places: withArrs,
    before:
      'qBitrr removed the torrent even if the Arr did not answer; then it was neither blocklisted nor searched again.',
    now: 'When a download failed, its Arr is told first. Until it answers, the torrent waits; what was begun is finished after a restart.',
    why: 'A torrent that is gone without its Arr knowing leaves a gap in the library.',
    change: 'There is nothing to do: an Arr that does not answer is shown with its reason.',
  },
  {
    id: 'limits',
    weight: 'careful',
    places: (keys) => [
      ...keys.ofArrs(['Torrent', 'StalledDelay'], ({Torrent: {StalledDelay}}) =>
        StalledDelay === null || StalledDelay === 0 ? null : `${StalledDelay / 60} min`,
      ),
      ...keys.ofArrs(['Torrent', 'MaximumETA'], ({Torrent: {MaximumETA, DoNotRemoveSlow}}) =>
        MaximumETA === null || MaximumETA === 0 || DoNotRemoveSlow ? null : `${MaximumETA} s`,
      ),
      ...keys.ofArrs(['Torrent', 'SeedingMode', 'RemoveTorrent'], ({Torrent: {SeedingMode}}) =>
        SeedingMode.RemoveTorrent === -1 ? null : String(SeedingMode.RemoveTorrent),
      ),
      ...keys.ofServers(['CategorySeeding', 'RemoveTorrent'], ({CategorySeeding: {RemoveTorrent}}) =>
        RemoveTorrent === -1 ? null : String(RemoveTorrent),
      ),
    ],
    before: 'qBitrr removed in one pass everything that its settings named, however much that was.',
    now: 'A rule removes a few torrents at a time. When it would remove an unusual share of a server, it stops and asks.',
    why: 'A mistyped number, or a server that shows the wrong list for a while, must not cost a library.',
    change: 'There is nothing to do: what waits is shown, and goes on when somebody has looked.',
  },
  {
    id: 'first-minutes',
    weight: 'careful',
    places: withArrs,
    before: 'qBitrr acted in its first pass after a start.',
    now: 'Nothing is removed from a server until it was online for ten minutes, and nothing complete in the first half hour in which Commodarr sees it.',
    why: 'A server that has just started may not have loaded all of its torrents.',
    change: 'There is nothing to do.',
  },
  {
    id: 'missing-files',
    weight: 'careful',
    places: withArrs,
    before: 'qBitrr removed a torrent whose files were missing, also when their disk was only away.',
    now: 'A torrent without its files stays while their disk is away or can not be read; only when they are gone for certain is it removed and searched again.',
    why: 'A disk that is not mounted looks like one that lost everything.',
    change: 'There is nothing to do.',
  },
  {
    id: 'auto-delete',
    weight: 'careful',
    places: (keys) =>
      keys.ofArrs(['Torrent', 'AutoDelete'], ({Torrent}) => (Torrent.AutoDelete ? 'true' : null)),
    before:
      'After an import qBitrr deleted every file outside the allow list, anywhere below the folder of the category.',
    now: 'Within a month of its completion an imported torrent has the files outside the allow list put into the trash, from its own folder only, and only those that no torrent wants. Its server needs path mappings for that.',
    why: 'Among them were files that other torrents still seeded.',
    change: 'Have the file filter leave out what you do not want; such files are not downloaded at all.',
  },
]
