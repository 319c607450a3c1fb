/**
 * Why an Arr does not import something: its sentence or, where there is one, its code → one of our classes. The
 * sentences carry parameters ("… Existing quality: X. New Quality Y."), so their stable part decides; they are English
 * constants in the Arrs' source, whatever language their pages speak.
 * Source: Sonarr and Radarr; codes: Sonarr's ImportRejectionReason.
 */
import type {QueueRow, RejectClass, Rejection} from '#model/arr.ts'

/** The first that fits decides. */
const patterns: readonly (readonly [RegExp, RejectClass])[] = [
  [/^Not an? (Custom Format |quality revision |preferred word )?upgrade for existing/i, 'not_upgrade'],
  [/^(Movie file|Episode file|Album|Book) already imported at/i, 'already_imported'],
  [/^Sample$/i, 'sample'],
  [/^Unable to determine if file is a sample/i, 'sample_unknown'],
  [/^No files found are eligible for import/i, 'no_files'],
  [/^Found archive file/i, 'archive'],
  [/^Caution: Found (potentially dangerous|executable) file|user defined rejected extension/i, 'dangerous'],
  [/(Movie|Series) title mismatch|Artist name mismatch/i, 'unmatched_title'],
  [/matched to (movie|series) by ID/i, 'matched_by_id'],
  [
    /^One or more (movies|episodes|albums|books|tracks) expected in this release were not imported/i,
    'partial',
  ],
  [/was not found in the grabbed release|(was|were) unexpected considering the/i, 'unexpected_item'],
  [
    /Single episode file contains all episodes|split into multiple files|Extras are not supported|Partial season packs|suspected multi-part file|unsupported extension/i,
    'unsupported_content',
  ],
  [/does not have a title and recently aired|TBA title|absolute episode number/i, 'title_pending'],
  [/TheXEM needs manual input/i, 'scene_pending'],
  [/^Locked file|still being unpacked/i, 'locked'],
  [/^Not enough free space/i, 'free_space'],
  [/^No audio tracks detected/i, 'no_audio'],
  [/is not a valid local path|doesn't contain intermediate path/i, 'path'],
  [/wasn't grabbed by/i, 'not_ours'],
  [
    /match is not close enough|Has (missing|unmatched) tracks|Has fewer tracks|Couldn't find similar (album|book)|Couldn't parse (track|album|book) from|Album release not requested|Multiple versions of an album/i,
    'music_match',
  ],
  [/not in a Root Folder|Root folder missing/i, 'root_folder'],
  // The release was taken, and could not be put into the library: what fails there is not its fault.
  [/^Failed to import/i, 'import_failed'],
  [/found multiple (movies|series)/i, 'ambiguous'],
  // The end of the list: other sentences hold these words, too.
  [/^Unknown (Movie|Series|Artist|Author)|Invalid season or episode|Unable to parse/i, 'unknown_item'],
]

const codes: Readonly<Record<string, RejectClass>> = {
  filelocked: 'locked',
  unpacking: 'locked',
  unknownseries: 'unknown_item',
  dangerousfile: 'dangerous',
  executablefile: 'dangerous',
  userrejectedextension: 'dangerous',
  archivefile: 'archive',
  invalidfilepath: 'path',
  invalidseasonorepisode: 'unknown_item',
  unabletoparse: 'unknown_item',
  noepisodes: 'unknown_item',
  error: 'error',
  decisionerror: 'error',
  missingabsoluteepisodenumber: 'title_pending',
  titlemissing: 'title_pending',
  titletba: 'title_pending',
  episodealreadyimported: 'already_imported',
  minimumfreespace: 'free_space',
  noaudio: 'no_audio',
  fullseason: 'unsupported_content',
  partialseason: 'unsupported_content',
  seasonextra: 'unsupported_content',
  seriesfolder: 'unsupported_content',
  unsupportedextension: 'unsupported_content',
  splitepisode: 'unsupported_content',
  multiseason: 'unsupported_content',
  episodeunexpected: 'unexpected_item',
  episodenotfoundinrelease: 'unexpected_item',
  sample: 'sample',
  sampleindeterminate: 'sample_unknown',
  unverifiedscenemapping: 'scene_pending',
  existingfilehasmoreepisodes: 'not_upgrade',
  notqualityupgrade: 'not_upgrade',
  notrevisionupgrade: 'not_upgrade',
  notcustomformatupgrade: 'not_upgrade',
  notcustomformatupgradeafterrename: 'not_upgrade',
}

const noFiles = /^No files found are eligible for import in (.+)$/i

/** Where an Arr looked, in its own words; `null` = it is another sentence. */
export function emptyPathIn(sentence: string): string | null {
  return noFiles.exec(sentence.trim())?.[1] ?? null
}

export function classOfText(text: string): RejectClass {
  const sentence = text.trim()
  return patterns.find(([pattern]) => pattern.test(sentence))?.[1] ?? 'unknown'
}

/** The code wins; of a code that we do not know yet the sentence decides. */
export function classOfRejection({code, text}: Pick<Rejection, 'code' | 'text'>): RejectClass {
  return (code === null ? undefined : codes[code.toLowerCase()]) ?? classOfText(text)
}

/** All that its messages say, each class once, in their order. */
export function classesOfRow({messages}: Pick<QueueRow, 'messages'>): RejectClass[] {
  return [...new Set(sentencesOf({messages}).map(classOfText))]
}

/** A message without lines of its own says it in its title. */
export function sentencesOf({messages}: Pick<QueueRow, 'messages'>): string[] {
  return messages.flatMap(({title, messages: lines}) => (lines.length === 0 ? [title] : lines))
}
