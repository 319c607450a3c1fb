/** The reasons an import can be refused for, in the Arrs' own fixed words. Source: protocol notes §3.5, §12. */
import type {Family} from './dialects.ts'

/** `{…}` stands for a word of the family. */
const texts = {
  not_upgrade: 'Not an upgrade for existing {file}. Existing quality: WEBDL-1080p. New Quality WEBDL-720p.',
  already_imported: '{imported} already imported at 01/01/2026 00:00:00',
  sample: 'Sample',
  sample_unknown: 'Unable to determine if file is a sample',
  archive: 'Found archive file, might need to be extracted',
  dangerous: 'Caution: Found potentially dangerous file with extension: .lnk',
  executable: "Caution: Found executable file with extension: '.exe'",
  user_rejected_ext: "Caution: Found file with user defined rejected extension: '.iso'",
  unmatched_title: '{mismatch}',
  unknown_item: 'Unknown {parent}',
  unexpected_item: '{unit} was not found in the grabbed release: Another.Title.2020',
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
  multi_part: "File is suspected multi-part file, Radarr doesn't support this",
  unsupported_ext: "Invalid video file, unsupported extension: '.xyz'",
  unparsable: 'Unable to parse file',
  root_missing: 'Failed to import {thing}, Root folder missing.',
  destination_exists: 'Failed to import {thing}, Destination already exists.',
  recycle_bin: 'Failed to import {thing}, unable to move existing file to the Recycle Bin.',
  not_writable: 'Failed to import {thing}',
} as const

export type RejectClass = keyof typeof texts

export const rejectClasses = Object.keys(texts) as readonly RejectClass[]

/** The import was accepted, and went wrong when the file was to be put into the library: blocked in all apps. */
export function isFailure(reject: RejectClass): boolean {
  return texts[reject].startsWith('Failed to import')
}

/** The sentence, with the words of this family for its media. */
export function rejectionText(reject: RejectClass, family: Family): string {
  const words = nouns[family]
  return texts[reject].replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name as keyof Nouns])
}

/** @param at epoch ms */
export function alreadyImportedText(at: number, family: Family): string {
  const [date = '', time = ''] = new Date(at).toISOString().split(/[T.]/)
  const [year, month, day] = date.split('-')
  return `${nouns[family].imported} already imported at ${month}/${day}/${year} ${time}`
}

/** It was grabbed for this one, and nothing but an id says so. */
export function matchedByIdText(family: Family): string {
  return family === 'movies'
    ? 'Found matching movie via grab history, but release was matched to movie by ID. Manual Import required.'
    : 'Found matching series via grab history, but release was matched to series by ID. Automatic import is not possible. See the FAQ for details.'
}

/** The title of the first message when something of a download did not come in; it has no lines of its own. */
export function partialText(family: Family): string {
  const {units, missingFrom} = nouns[family]
  return `One or more ${units} expected in this release were not imported or missing${missingFrom}`
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
  [/^Unable to parse/, 'unableToParse'],
  [/unsupported extension/, 'unsupportedExtension'],
]

interface Nouns {
  readonly file: string
  readonly imported: string
  readonly thing: string
  readonly parent: string
  readonly unit: string
  readonly units: string
  readonly missingFrom: string
  readonly mismatch: string
}

const nouns: Readonly<Record<Family, Nouns>> = {
  movies: {
    file: 'movie file',
    imported: 'Movie file',
    thing: 'movie',
    parent: 'Movie',
    unit: 'Movie',
    units: 'movies',
    missingFrom: '',
    mismatch: 'Movie title mismatch, automatic import is not possible. Manual Import required.',
  },
  series: {
    file: 'episode file(s)',
    imported: 'Episode file',
    thing: 'episode',
    parent: 'Series',
    unit: 'Episode 1x05',
    units: 'episodes',
    missingFrom: ' from the release',
    mismatch:
      'Series title mismatch; automatic import is not possible. Check the download troubleshooting entry on the wiki for common causes.',
  },
  music: {
    file: 'album file(s)',
    imported: 'Album',
    thing: 'track',
    parent: 'Artist',
    unit: 'Album',
    units: 'albums',
    missingFrom: ' from the release',
    mismatch: 'Artist name mismatch, automatic import is not possible.',
  },
  books: {
    file: 'book file(s)',
    imported: 'Book',
    thing: 'book',
    parent: 'Author',
    unit: 'Book',
    units: 'books',
    missingFrom: ' from the release',
    mismatch: 'Author name mismatch, automatic import is not possible.',
  },
}
