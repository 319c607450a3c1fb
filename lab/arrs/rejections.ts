/** The reasons an import can be refused for, in the Arrs' own fixed words. Source: protocol notes §3.5. */

const texts = {
  not_upgrade:
    'Not an upgrade for existing movie file. Existing quality: WEBDL-1080p. New Quality WEBDL-720p.',
  already_imported: 'Movie file already imported at 01/01/2026 00:00:00',
  sample: 'Sample',
  sample_unknown: 'Unable to determine if file is a sample',
  archive: 'Found archive file, might need to be extracted',
  dangerous: "Caution: Found potentially dangerous file with extension: '.lnk'",
  executable: "Caution: Found executable file with extension: '.exe'",
  user_rejected_ext: "Caution: Found file with user defined rejected extension: '.iso'",
  unmatched_title: 'Movie title mismatch, automatic import is not possible. Manual Import required.',
  unknown_item: 'Unknown Movie',
  unexpected_item: 'Movie was not found in the grabbed release: Another.Title.2020',
  full_season_in_file:
    'Single episode file contains all episodes in seasons. Review file name or manually import',
  split: 'Single episode split into multiple files',
  extras: 'Extras are not supported',
  title_pending: 'Episode does not have a title and recently aired',
  scene_pending:
    'This show has individual episode mappings on TheXEM but the mapping for this episode has not been confirmed yet by their administrators. TheXEM needs manual input.',
  locked: 'Locked file, try again later',
  unpacking: 'File is still being unpacked',
  free_space: 'Not enough free space',
  no_audio: 'No audio tracks detected',
  not_ours: "Download wasn't grabbed by this Arr and not in a category, Skipping.",
  lidarr_match: 'Album match is not close enough: 70.0% vs 80.0% [missing_tracks, tracks]',
  root_folder: 'Destination path is not in a Root Folder, skipping import',
  ambiguous: 'Download found multiple movies, automatic import is not possible.',
} as const

export type RejectClass = keyof typeof texts

export const rejectClasses = Object.keys(texts) as readonly RejectClass[]

/** The sentence, with the words of this app for its media. */
export function rejectionText(reject: RejectClass, parentKey: string): string {
  const noun = nouns[parentKey] ?? nouns.movieId!
  return texts[reject]
    .replace('existing movie file', `existing ${noun.file.toLowerCase()}`)
    .replace(/^Movie file/, noun.file)
    .replace(/^Movie title/, `${noun.parent} ${parentKey === 'artistId' ? 'name' : 'title'}`)
    .replace('Unknown Movie', `Unknown ${noun.parent}`)
    .replace(/^Movie was/, `${noun.unit} was`)
}

export function partialText(parentKey: string): string {
  const noun = nouns[parentKey] ?? nouns.movieId!
  return `One or more ${noun.units} expected in this release were not imported or missing from the release`
}

/** As Sonarr's v5 API names the sentence. */
export function rejectionCode(text: string): string {
  return codes.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown'
}

const codes: readonly (readonly [RegExp, string])[] = [
  [/^Not an upgrade/, 'notQualityUpgrade'],
  [/already imported at/, 'episodeAlreadyImported'],
  [/^Sample$/, 'sample'],
  [/^Unable to determine if file is a sample/, 'sampleIndeterminate'],
  [/^Found archive file/, 'archiveFile'],
  [/potentially dangerous/, 'dangerousFile'],
  [/executable file/, 'executableFile'],
  [/user defined rejected/, 'userRejectedExtension'],
  [/^Unknown Series/, 'unknownSeries'],
  [/was not found in the grabbed release/, 'episodeNotFoundInRelease'],
  [/contains all episodes/, 'fullSeason'],
  [/split into multiple files/, 'splitEpisode'],
  [/^Extras are not supported/, 'seasonExtra'],
  [/does not have a title/, 'titleMissing'],
  [/TheXEM/, 'unverifiedSceneMapping'],
  [/^Locked file/, 'fileLocked'],
  [/being unpacked/, 'unpacking'],
  [/^Not enough free space/, 'minimumFreeSpace'],
  [/^No audio tracks/, 'noAudio'],
]

const nouns: Readonly<Record<string, {file: string; parent: string; unit: string; units: string}>> = {
  movieId: {file: 'Movie file', parent: 'Movie', unit: 'Movie', units: 'movies'},
  seriesId: {file: 'Episode file', parent: 'Series', unit: 'Episode', units: 'episodes'},
  artistId: {file: 'Album', parent: 'Artist', unit: 'Album', units: 'albums'},
  authorId: {file: 'Book', parent: 'Author', unit: 'Book', units: 'books'},
}
