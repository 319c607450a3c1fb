/** What the keys of the file filter are in a new file, by what an Arr collects. Source: qBitrr. */
import type {ArrKind} from '#model/arr.ts'
import type {FileRules} from './file-patterns.ts'

/** @param section its name says whether it is for anime */
export function defaultFileRules(kind: ArrKind, section: string): FileRules {
  return {
    CaseSensitiveMatches: false,
    FolderExclusionRegex: foldersOf(kind, /anime/i.test(section)),
    FileNameExclusionRegex: isVideo(kind) ? [...openings, ...advertised, 'music video'] : advertised,
    FileExtensionAllowlist: [...extensions[kind], ...unfinished],
  }
}

/**
 * Defaults of older files have a backslash too many before `d`, so that they never fit a name with a number. They work
 * as they were meant.
 */
export function asMeant(pattern: string): string {
  return meant.get(pattern) ?? pattern
}

const openings = [String.raw`\bncop\d+?\b`, String.raw`\bnced\d+?\b`]
const openingFolder = String.raw`\bnc(ed|op)?(\d+)?\b`

const meant: ReadonlyMap<string, string> = new Map(
  [...openings, openingFolder].map((pattern) => [pattern.replace(String.raw`\d`, String.raw`\\d`), pattern]),
)

const advertised = [
  String.raw`\bsample\b`,
  String.raw`brarbg.com\b`,
  String.raw`\btrailer\b`,
  'comandotorrents.com',
]

function foldersOf(kind: ArrKind, anime: boolean): string[] {
  const [extras, featurettes, samples, screens] = ['extras?', 'featurettes?', 'samples?', 'screens?'].map(
    word,
  )
  if (!isVideo(kind)) return [extras!, samples!, screens!]
  const specials = anime ? [word('specials?'), word('ova')] : []
  return [extras!, featurettes!, samples!, screens!, ...specials, openingFolder]
}

function word(pattern: string): string {
  return String.raw`\b${pattern}\b`
}

function isVideo(kind: ArrKind): boolean {
  return kind !== 'lidarr' && kind !== 'readarr'
}

/** Names of files that are still being written. */
const unfinished = ['.!qB', '.parts']
const video = ['.mp4', '.mkv', '.sub', '.ass', '.srt']

const extensions: Readonly<Record<ArrKind, readonly string[]>> = {
  radarr: video,
  sonarr: video,
  whisparr: video,
  lidarr: list('mp3 flac m4a aac ogg opus wav ape wma'),
  readarr: list(
    'epub kepub mobi azw azw3 pdf cbz cbr ' +
      'flac ape wavpack wav alac mp2 mp3 wma m4a m4p m4b aac mp4a ogg oga vorbis',
  ),
}

function list(words: string): string[] {
  return words.split(' ').map((extension) => `.${extension}`)
}
