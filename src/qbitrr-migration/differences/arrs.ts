/** What is filtered, imported and given up for what an Arr says. Source: qBitrr; Sonarr and Radarr. */
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {withArrs, type DifferenceText} from './difference-text.ts'

const rateKeys = ['DownloadRateLimitPerTorrent', 'UploadRateLimitPerTorrent'] as const

export const arrTellings: readonly DifferenceText[] = [
  {
    id: 'dangerous',
    weight: 'more',
    rules: ['dangerous'],
    places: withArrs,
    before: 'A download that was nothing but programs was given up only when its message stood in the list.',
    now: 'A complete download that its Arr calls dangerous, and of which it took nothing, is given up whatever the list says. Its rule asks first.',
    why: 'The download is unwanted in any case, and no list has to name it.',
    change:
      'Let the rule "nothing but dangerous files" act on the page of the rules, or switch it off there.',
  },
  {
    id: 'section-rates',
    weight: 'more',
    rules: ['up-limit', 'down-limit'],
    places: (keys) =>
      rateKeys.flatMap((key) =>
        keys.ofArrs(['Torrent', 'SeedingMode', key], ({Torrent: {SeedingMode}}) =>
          (SeedingMode[key] ?? 0) > 0 ? `${SeedingMode[key]} KiB/s` : null,
        ),
      ),
    before:
      'For the torrents of Arrs qBitrr sent these numbers as bytes per second, though it called them KB/s.',
    now: 'They are KiB per second, a thousand times as much. The rules "upload limit" and "download limit" of these sections ask first.',
    why: 'That is what the keys were documented to mean.',
    change: 'Divide the number by 1024 for the speed you had, and let the rules act.',
  },
  {
    id: 'import-mode',
    weight: 'careful',
    places: (keys) =>
      keys.ofArrs(['importMode'], ({importMode}) =>
        importMode === 'Auto' || importMode === 'Hardlink' ? `"${importMode}"` : null,
      ),
    before: 'With "Auto" the Arr decided, and may have moved the files of a torrent that still seeded.',
    now: '"Auto" never moves what seeds: it is hard-linked where that is possible, else copied.',
    why: 'A torrent whose files were moved away cannot seed, and the requirements of its tracker are not met.',
    change: 'Write importMode = "Move" to keep moving files.',
  },
  {
    id: 'arr-health',
    weight: 'careful',
    places: withArrs,
    before: 'qBitrr went on removing and importing whatever an Arr reported about itself.',
    now: 'While an Arr says itself that it does not see its downloads or its library, nothing of it is removed or imported.',
    why: 'An Arr that sees nothing takes everything for missing.',
    change: 'Mend what the Arr shows under System, Status; then it goes on.',
  },
  {
    id: 'rss-sync',
    weight: 'different',
    places: (keys) =>
      keys.ofArrs(['RssSyncTimer'], ({RssSyncTimer}) => (RssSyncTimer > 0 ? `${RssSyncTimer} s` : null)),
    before: 'qBitrr had an Arr read its feeds from the loop of its worker, which other work held up.',
    now: 'The feeds are read as often as the key says, whether or not there are torrents. qBitrr wrote 1 minute into its files.',
    why: 'A timer that other work holds up is none.',
    change: 'Write 15 or more: many indexers ban clients that ask every minute.',
  },
  {
    id: 'errored',
    weight: 'different',
    places: withArrs,
    before: 'qBitrr checked the files of a torrent with an error again in each of its passes.',
    now: 'A torrent that its server stopped with an error for ten minutes is checked again, every half hour at the most.',
    why: 'A check reads every byte, and a disk that is full stays full.',
    change: 'Switch the rule "the server reports an error" off on the page of the rules.',
  },
  {
    id: 'import-paths',
    weight: 'different',
    places: withArrs,
    before:
      'qBitrr named the path as the torrent client sees it, and took its word that the scan had imported it.',
    now: 'An import names the path as the Arr sees it, by its remote path mappings; imported is what the history of the Arr proves.',
    why: 'In containers both see different paths; then a scan imports nothing and says nothing.',
    change:
      'There is nothing to do as long as the Arr sees its downloads. Where it does not, its page says so below “How it is set up”; the mapping is added in the Arr.',
  },
  {
    id: 'error-messages',
    weight: 'more',
    rules: ['import-rejected'],
    places: (keys) =>
      keys.ofArrs(['ArrErrorCodesToBlocklist'], ({ArrErrorCodesToBlocklist: {length}}) =>
        length === 0 ? null : `${length} message${length === 1 ? '' : 's'}`,
      ),
    before:
      'A message had to be word for word the same. The Arrs of today add details to theirs, so hardly any was.',
    now: 'Each error message in the list is taken for the beginning of one and stands for all of its kind, so more downloads match. Its rule asks before it removes one.',
    why: 'That is what these entries were written for.',
    change: 'Take out the entries for which nothing shall be blocklisted.',
  },
  {
    id: 'extensions',
    weight: 'more',
    rules: ['nothing-wanted'],
    places: (keys) =>
      keys.ofArrs(
        ['Torrent', 'FileExtensionAllowlist'],
        ({
          Torrent: {
            FileExtensionAllowlist: {length},
          },
        }) => (length === 0 ? null : `${length} extension${length === 1 ? '' : 's'}`),
      ),
    before: 'An extension in the list let in every longer one that contains it: with ".mp4" also ".mp4a".',
    now: 'A plain file extension in the allow list is compared whole; any other entry is a regular expression over the last extension, as it was. With an entry that cannot be read the whole list is off.',
    why: 'That is how the list reads, and what is not understood must not leave a file out.',
    change: 'Add the longer extensions that you want.',
  },
  {
    id: 'openings',
    weight: 'more',
    rules: ['nothing-wanted'],
    places: (keys) =>
      ['FolderExclusionRegex' as const, 'FileNameExclusionRegex' as const].flatMap((key) =>
        keys.ofArrs(['Torrent', key], (arr) => oddOpening(arr, key)),
      ),
    before:
      'A slip in the expressions that qBitrr wrote into new files kept them from ever matching an opening or ending.',
    now: 'The expressions for openings and endings match what they are meant for, such as NCOP1 and NCED2: these files are not downloaded.',
    why: 'Nothing showed that they did not work.',
    change: 'Take the expression out to have openings and endings downloaded.',
  },
  {
    id: 'ffprobe',
    weight: 'different',
    places: (keys) =>
      keys.arrs.length > 0 && keys.settings.FFprobeAutoUpdate
        ? [keys.at(['Settings', 'FFprobeAutoUpdate'], 'true')]
        : [],
    before: 'qBitrr downloaded ffprobe and kept it up to date.',
    now: 'Commodarr takes the ffprobe of the system. Without one, media is imported without being looked at, and one warning says so.',
    why: 'It starts no program that it fetched from elsewhere.',
    change: 'Install ffprobe (it comes with ffmpeg).',
  },
  {
    id: 'passes',
    weight: 'different',
    places: (keys) =>
      keys.arrs.length > 0
        ? [keys.at(['Settings', 'LoopSleepTimer'], `${keys.settings.LoopSleepTimer} s`)]
        : [],
    before: 'qBitrr read everything again after each such pause.',
    now: 'Commodarr receives changes as they happen and evaluates what changed; this is the longest pause between two looks.',
    why: 'It acts sooner and asks servers and Arrs far less.',
    change: 'There is nothing to do.',
  },
]

/** As the older program wrote it: two backslashes where one was meant. */
function oddOpening(
  {Torrent}: ArrConfig,
  key: 'FolderExclusionRegex' | 'FileNameExclusionRegex',
): string | null {
  return Torrent[key].find((regex) => /nc/i.test(regex) && regex.includes('\\\\d')) ?? null
}
