/** What is looked for. Commodarr does not do so on its own yet. Source: qbitrr-config.md B.11. */
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import type {DifferencePlace} from '#model/qbitrr-migration.ts'
import type {Keys} from './keys.ts'
import type {Telling} from './telling.ts'

const flags = ['SearchMissing', 'DoUpgradeSearch', 'QualityUnmetSearch', 'CustomFormatUnmetSearch'] as const

export const searchTellings: readonly Telling[] = [
  {
    id: 'search',
    weight: 'notYet',
    places: (keys) => flags.flatMap((flag) => flagged(keys, flag)),
    before: 'qBitrr had the Arr search for what is missing or could be better, item by item.',
    now: 'Commodarr searches again for what failed, and for nothing else. What qBitrr had searched is remembered.',
    why: 'This part is not built yet.',
    change: 'Start a search in the Arr (Wanted); new releases are grabbed by its RSS sync as ever.',
  },
  {
    id: 'requests',
    weight: 'notYet',
    places: (keys) => [
      ...keys.ofArrs(['EntrySearch', 'Overseerr', 'SearchOverseerrRequests'], ({EntrySearch: {Overseerr}}) =>
        Overseerr.SearchOverseerrRequests ? 'true' : null,
      ),
      ...keys.ofArrs(['EntrySearch', 'Ombi', 'SearchOmbiRequests'], ({EntrySearch: {Ombi}}) =>
        Ombi.SearchOmbiRequests ? 'true' : null,
      ),
    ],
    before: 'qBitrr read what people had requested and searched that first.',
    now: 'Requests are not read. Which items qBitrr knew as requested is remembered.',
    why: 'This part is not built yet.',
    change: 'Let Overseerr, Jellyseerr or Ombi tell the Arr to search at once; they have a setting for it.',
  },
  {
    id: 'temporary-profiles',
    weight: 'notYet',
    places: (keys) => flagged(keys, 'UseTempForMissing'),
    before:
      'While something was missing, qBitrr gave it another quality profile, and put the right one back later.',
    now: 'Commodarr changes no quality profile, and does not put back those that are switched now; which they are is remembered.',
    why: 'This part is not built yet.',
    change:
      'In the Arr, look for items with the temporary profile and give them the right one (mass editor).',
  },
]

function flagged(keys: Keys, flag: (typeof flags)[number] | 'UseTempForMissing'): readonly DifferencePlace[] {
  return keys.ofArrs(['EntrySearch', flag], ({EntrySearch}: ArrConfig) => (EntrySearch[flag] ? 'true' : null))
}
