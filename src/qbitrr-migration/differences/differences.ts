/** Everything that will be different for the owner of this configuration, the most dangerous first. Pure. */
import {showValue} from '#config/document/findings.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {differenceWeights, type Difference, type DifferencePlace} from '#model/qbitrr-migration.ts'
import {arrTellings} from './arrs.ts'
import {Keys} from './keys.ts'
import {withArrs, type DifferenceText} from './difference-text.ts'

/** What is removed, and when. Commodarr is more careful nearly everywhere; where it removes more, its rules ask. Source: qBitrr. */

const removalTellings: readonly DifferenceText[] = [
  {
    id: 'stopped-by-people',
    weight: 'careful',
    places: (keys) => {
      const {AutoPauseResume} = keys.settings
      const concerns = keys.arrs.length > 0 && AutoPauseResume
      return concerns ? [keys.at(['Settings', 'AutoPauseResume'], 'true')] : []
    },
    before:
      'qBitrr started every stopped torrent of its categories again, also those that a user had stopped.',
    now: 'What a person stopped stays stopped. Commodarr starts only what it stopped itself.',
    why: 'A stopped torrent was stopped on purpose.',
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
    now: 'When a download failed, the command to its Arr comes first. Until the Arr answers, the torrent waits; what was begun is finished after a restart.',
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
      ...keys.ofServers(['CategorySeeding', 'StalledDelay'], ({CategorySeeding: {StalledDelay}}) =>
        StalledDelay === null || StalledDelay === 0 ? null : `${StalledDelay / 60} min`,
      ),
      ...keys.ofCategories(
        ({RemoveTorrent = -1, StalledDelay}) => RemoveTorrent !== -1 || (StalledDelay ?? 0) > 0,
      ),
    ],
    before: 'qBitrr removed in one pass everything that its settings named, however much that was.',
    now: 'A rule removes a few torrents at a time. When it would remove an unusual share of a server, it stops and asks.',
    why: 'A mistyped number, or a server that shows the wrong list for a while, must not cost a library.',
    change: 'There is nothing to do: what waits is shown, and goes on after a review.',
  },
  {
    id: 'slow-asks',
    weight: 'more',
    rules: ['slow'],
    places: (keys) => [
      ...keys.ofArrs(['Torrent', 'MaximumETA'], ({Torrent: {MaximumETA, DoNotRemoveSlow}}) =>
        MaximumETA === null || MaximumETA === 0 || DoNotRemoveSlow ? null : `${MaximumETA} s`,
      ),
      ...keys.ofArrs(['Torrent', 'Trackers'], ({Torrent: {Trackers, DoNotRemoveSlow}}) => {
        const count = Trackers.filter(({MaximumETA}) => (MaximumETA ?? 0) > 0).length
        return count === 0 || DoNotRemoveSlow ? null : `${count} with MaximumETA`
      }),
      ...keys.ofRows(['MaximumETA'], ({MaximumETA}) =>
        (MaximumETA ?? 0) > 0 && isSlowRemoved(keys) ? `${MaximumETA} s` : null,
      ),
      ...(keys.has(['Settings', 'Torrent', 'MaximumETA']) &&
      keys.ofServers(['ManagedCategories'], () => '').length > 0 &&
      (keys.settings.Torrent.MaximumETA ?? 0) > 0
        ? [keys.at(['Settings', 'Torrent', 'MaximumETA'], `${keys.settings.Torrent.MaximumETA} s`)]
        : []),
    ],
    before:
      'Up to MaximumDeletablePercentage MaximumETA had no effect in qBitrr, so hardly any slow download was removed.',
    now: 'A download is slow when it takes longer than MaximumETA by its average of half an hour, in which nothing held it back. Its rule asks before it removes anything.',
    why: 'This removes what qBitrr left alone, and what a server foretells jumps with each piece.',
    change: 'Let the rule "slow" act on the page of the rules, or write DoNotRemoveSlow = true to have none.',
  },
  {
    id: 'score-asks',
    weight: 'more',
    rules: ['score'],
    places: (keys) =>
      keys.ofArrs(['EntrySearch', 'ForceMinimumCustomFormat'], ({EntrySearch}) =>
        EntrySearch.ForceMinimumCustomFormat ? 'true' : null,
      ),
    before:
      'ForceMinimumCustomFormat did nothing in qBitrr without CustomFormatUnmetSearch, and nothing to a download whose item had no file.',
    now: 'Its rule is about every download below the minimum score, and asks before it removes one.',
    why: 'This removes what qBitrr left alone.',
    change: 'Let the rule "custom format score too low" act on the page of the rules.',
  },
  {
    id: 'worse-than-file',
    weight: 'careful',
    rules: ['worse-than-file'],
    places: (keys) => flagged(keys, 'CustomFormatUnmetSearch'),
    before:
      'qBitrr removed a download with a lower score than the file in the library, also when it was an upgrade to a better quality, and searched again.',
    now: 'A download is removed when its score is lower and its quality no better than those of the files of all items that it is for. What brings a missing episode stays, and so does what you picked in the Arr, and what has a score or a quality that is not known.',
    why: 'By scores alone an upgrade was given up again and again.',
    change: 'Remove it in the Arr, with a blocklist entry.',
  },
  {
    id: 'owed-everywhere',
    weight: 'careful',
    places: (keys) => [
      ...keys.ofRows(['HitAndRunMode'], ({HitAndRunMode}) =>
        keys.arrs.length > 0 && isOwed(HitAndRunMode) ? HitAndRunMode! : null,
      ),
      ...keys.ofArrs(['Torrent', 'Trackers'], ({Torrent: {Trackers}}) => {
        const count = Trackers.filter(({HitAndRunMode}) => isOwed(HitAndRunMode)).length
        return count > 1 ? `${count} rows` : null
      }),
    ],
    before:
      'Of the tracker rows of servers qBitrr took those of [qBit] for the torrents of Arrs, and of several rows that fit one torrent only the one with the best priority.',
    now: 'Rows of [qBit] count for the torrents of Arrs on every server of every kind, rows of another server on that server. What a torrent owes to each of its trackers has to be paid.',
    why: 'A tracker asks the same wherever a torrent is, and knows nothing of priorities.',
    change: 'Write HitAndRunMode = "disabled" into a row of the Arr for a tracker that asks for nothing.',
  },
  {
    id: 'managed-per-server',
    weight: 'careful',
    places: (keys) =>
      keys.hasSeveralServers
        ? keys.ofServers(['ManagedCategories'], ({ManagedCategories}) => ManagedCategories.join(', '))
        : [],
    before:
      'For room and for the order of the queue qBitrr counted the managed categories of all sections, on every server.',
    now: 'The managed categories of a server, and their limits, are about the torrents of that server alone.',
    why: 'What one section says must not remove what is on another server.',
    change: 'Name the category in the section of each server that manages it.',
  },
  {
    id: 'managed-owe',
    weight: 'careful',
    places: (keys) => [
      ...keys.ofServers(['CategorySeeding', 'HitAndRunMode'], ({CategorySeeding: {HitAndRunMode}}) =>
        isOwed(HitAndRunMode) ? HitAndRunMode : null,
      ),
      ...keys.ofCategories(({HitAndRunMode}) => isOwed(HitAndRunMode)),
    ],
    before: 'qBitrr read the hit-and-run keys of CategorySeeding, but removed managed torrents anyway.',
    now: 'What it says has to be paid before a managed torrent is removed.',
    why: 'That is what the keys are for, and an account is worth more than room.',
    change: 'Write HitAndRunMode = "disabled" into CategorySeeding.',
  },
  {
    id: 'dead-trackers',
    weight: 'careful',
    places: (keys) =>
      keys.ofArrs(['Torrent', 'SeedingMode', 'RemoveDeadTrackers'], ({Torrent: {SeedingMode}}) =>
        SeedingMode.RemoveDeadTrackers ? 'true' : null,
      ),
    before: 'qBitrr took a tracker off as soon as it answered with one of the messages.',
    now: 'A tracker goes when it answered so for six hours without interruption. The last one of a torrent stays, and one that is owed something.',
    why: 'A tracker that cannot be reached now may be back later; a removed tracker stays removed.',
    change: 'Take it off in the details of the torrent.',
  },
  {
    id: 'server-rows',
    weight: 'different',
    places: (keys) => keys.ofOtherRows(({URI}) => URI ?? null),
    before: 'qBitrr read the tracker rows of [qBit] alone; those of further servers had no effect.',
    now: 'Rows of [[qBit-NAME.Trackers]] act on that server: limits, tags, trackers that are added or taken off, super seeding.',
    why: 'All servers are equal.',
    change: 'Take the rows out whose effect you do not want.',
  },
  {
    id: 'not-grabbed',
    weight: 'careful',
    places: (keys) =>
      keys.ofArrs(['Torrent', 'SeedingMode', 'RemoveTorrent'], ({Torrent: {SeedingMode}}) =>
        SeedingMode.RemoveTorrent === -1 ? null : String(SeedingMode.RemoveTorrent),
      ),
    before: 'At its limits qBitrr removed what lay in the category of an Arr, wherever it had come from.',
    now: 'What its Arr did not grab, as it was added by hand, cross-seeded, or grabbed before the Arr was set up again, goes only when the history of that Arr shows that all of it was imported under this hash.',
    why: 'Only its Arr knows whether the library has what the torrent holds.',
    change:
      'Import it in the Arr, from its queue; or remove it yourself, or by a rule of a category of its own.',
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
    now: 'Files that are there again are checked. A torrent whose files are certainly gone, for a day, from a disk that is there is removed without data and searched again, and its release is not blocklisted. Where the files cannot be seen from here it stays.',
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

/** Is a slow download given up anywhere? */
function isSlowRemoved(keys: Keys): boolean {
  const isManaged = keys.ofServers(['ManagedCategories'], () => '').length > 0
  return isManaged || keys.arrs.some(({Torrent: {DoNotRemoveSlow}}) => !DoNotRemoveSlow)
}

function isOwed(mode: string | undefined): boolean {
  return mode !== undefined && mode !== 'disabled'
}

/** What is different of the program itself: who is let in, what a variable decides, where room is measured. */

const onOff = ['Logging', 'Tagless', 'AutoPauseResume', 'FFprobeAutoUpdate', 'AutoUpdateEnabled'] as const
const reach = ['Host', 'Port', 'UserName', 'Password']

const programTellings: readonly DifferenceText[] = [
  {
    id: 'safe-door',
    weight: 'careful',
    places: (keys) =>
      keys.loaded.findings
        .filter(({code, path}) => code === 'safe_default' && path !== null)
        .map(({path}): DifferencePlace => ({key: path!, line: null, variable: null, value: 'false'})),
    before: 'In a file that did not have these keys, qBitrr let everybody in.',
    now: 'Without these keys the safe value holds: a login is required.',
    why: 'Anyone who reaches the page can delete everything.',
    change: 'Write the key as true into [WebUI] to have it as before.',
  },
  {
    id: 'variables-of-servers',
    weight: 'different',
    places: (keys) =>
      reach.flatMap((key) => {
        const place = keys.at(['qBit', key], key === 'Password' ? '***' : 'as the variable says')
        return place.variable?.startsWith('QBITRR_') ? [place] : []
      }),
    before: 'These variables only filled in a newly written file; afterwards the file decided.',
    now: 'These variables decide how the server is reached, whatever the file says.',
    why: 'That is what everybody expects of a variable.',
    change: 'Take the variable away to have the file decide.',
  },
  {
    id: 'variables-that-say-no',
    weight: 'different',
    places: (keys) =>
      onOff.flatMap((key) => {
        const place = keys.at(['Settings', key], 'false')
        return place.variable?.startsWith('QBITRR_') && keys.settings[key] === false ? [place] : []
      }),
    before: 'A variable that said no did not win over a yes in the file.',
    now: 'A variable wins over the file, with a no as with a yes.',
    why: 'That is what everybody expects of a variable.',
    change: 'Take the variable away to have the file decide.',
  },
  {
    id: 'free-space',
    weight: 'different',
    places: (keys) =>
      keys.settings.FreeSpace === null
        ? []
        : [keys.at(['Settings', 'FreeSpace'], writtenSize(keys.settings.FreeSpace))],
    before: 'qBitrr measured one folder and took it for the room of every server.',
    now: 'Each server is measured by what it says itself of its disk; the folder counts where it is on a disk of ours.',
    why: 'Servers on other machines have other disks.',
    change: 'FreeSpace = "-1" switches it off.',
  },
  {
    id: 'web-interface',
    weight: 'different',
    places: (keys) => (keys.loaded.config.webui.Token === null ? [] : [keys.at(['WebUI', 'Token'], '***')]),
    before: 'Programs could ask qBitrr for its processes, queues and logs with this token.',
    now: 'The token still opens the door, but the addresses are others: they are described at /api/docs.',
    why: 'There is far more to ask for: every torrent of every server.',
    change: 'Change the addresses in dashboards and scripts that asked qBitrr.',
  },
  {
    id: 'self-update',
    weight: 'notYet',
    places: (keys) =>
      keys.settings.AutoUpdateEnabled ? [keys.at(['Settings', 'AutoUpdateEnabled'], 'true')] : [],
    before: 'qBitrr replaced itself with newer versions.',
    now: 'Commodarr does not update itself.',
    why: 'This part is not built yet.',
    change: 'Update it as you installed it.',
  },
]

/** Bytes as the file spells them. */
function writtenSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P']
  let value = bytes
  let unit = 0
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return showValue(`${value}${units[unit]}`)
}

/** What is looked for. Source: qBitrr. */

const flags = ['SearchMissing', 'DoUpgradeSearch', 'QualityUnmetSearch', 'CustomFormatUnmetSearch'] as const

const searchTellings: readonly DifferenceText[] = [
  {
    id: 'search',
    weight: 'different',
    places: (keys) => flags.flatMap((flag) => flagged(keys, flag)),
    before:
      'qBitrr searched up to 120 items an hour, and each again in every round. Without SearchMissing or DoUpgradeSearch its other search keys did nothing, and SearchByYear began with the oldest year.',
    now: 'Commodarr searches the same, one after the other, at most 30 times an hour for each Arr. Each key works alone, the newest year comes first, and what had no result rests: a day, then two, up to thirty. Seasons are searched one by one, and no episode that is not monitored.',
    why: 'Indexers lock out who asks too often, and an hour later they have nothing else.',
    change: 'Switch off the keys of what is not to be searched; SearchInReverse takes the oldest year first.',
  },
  {
    id: 'requests',
    weight: 'different',
    places: (keys) => [
      ...keys.ofArrs(['EntrySearch', 'Overseerr', 'SearchOverseerrRequests'], ({EntrySearch: {Overseerr}}) =>
        Overseerr.SearchOverseerrRequests ? 'true' : null,
      ),
      ...keys.ofArrs(['EntrySearch', 'Ombi', 'SearchOmbiRequests'], ({EntrySearch: {Ombi}}) =>
        Ombi.SearchOmbiRequests ? 'true' : null,
      ),
    ],
    before:
      'qBitrr searched what people had requested first, past SearchLimit: all seasons of a series, in Ombi also what was not approved, and only what it found by all of its ids.',
    now: 'Commodarr searches it first, too, and within the limits of all searches: the seasons that were requested, where one id is enough, and with ApprovedOnly what was approved. Is4K takes requests for 4K alone, its absence all others. Requests are read each minute at most.',
    why: 'A search of a whole series asks indexers for seasons that are not requested.',
    change: 'ApprovedOnly = false takes what is not approved, too.',
  },
  {
    id: 'temporary-profiles',
    weight: 'different',
    places: (keys) => flagged(keys, 'UseTempForMissing'),
    before:
      'While something was missing, qBitrr gave it another quality profile. On the way back it went by the reversed mappings, so that of two profiles with one temporary profile both came back as one of them, and it wrote the whole item into the Arr.',
    now: 'Commodarr writes down the own profile of each item first, gives it the temporary one when its turn to be searched comes, and puts back that own one, also of what qBitrr switched. It changes nothing else of it, leaves alone for a week what a user gave another profile, and goes through a chain of mappings link by link.',
    why: 'A profile that does not come back decides for years what is downloaded.',
    change: 'Turn off UseTempForMissing: then all own profiles come back.',
  },
]

function flagged(keys: Keys, flag: (typeof flags)[number] | 'UseTempForMissing'): readonly DifferencePlace[] {
  return keys.ofArrs(['EntrySearch', flag], ({EntrySearch}: ArrConfig) => (EntrySearch[flag] ? 'true' : null))
}

export const tellings: readonly DifferenceText[] = [
  ...removalTellings,
  ...arrTellings,
  ...searchTellings,
  ...programTellings,
]

export function differencesOf(loaded: Keys['loaded']): readonly Difference[] {
  const keys = new Keys(loaded)
  const found = tellings.flatMap((text) => differenceOf(text, keys))
  return differenceWeights.flatMap((weight) => found.filter((it) => it.weight === weight))
}

function differenceOf({places, rules: _rules, ...words}: DifferenceText, keys: Keys): Difference[] {
  const found = places(keys)
  if (found === 'everywhere') return [{...words, places: []}]
  return found.length === 0 ? [] : [{...words, places: found}]
}
