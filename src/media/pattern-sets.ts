/** Sets of file patterns by name, for rules that no section tells what is wanted. */
import type {MediaFileSet} from '#model/rule.ts'
import {defaultFileRules} from './default-patterns.ts'
import type {FileRules} from './file-patterns.ts'
import {extensionsOf} from './media-kind.ts'

/** Behind the extension, where Windows drops them, or nobody sees them. */
const unseen = String.raw`[\s.\x{200b}\x{200e}\x{200f}\x{feff}]*$`

/** Programs and what opens one, and names in which the direction of writing is turned round to hide how they end. */
const dangerous: FileRules = {
  CaseSensitiveMatches: false,
  FolderExclusionRegex: [],
  FileNameExclusionRegex: [
    String.raw`\.(?:${extensionsOf('executable').join('|')})${unseen}`,
    String.raw`[\x{202a}-\x{202e}\x{2066}-\x{2069}]`,
  ],
  FileExtensionAllowlist: [],
}

const sets: Readonly<Record<MediaFileSet, FileRules>> = {
  video: defaultFileRules('radarr', ''),
  audio: defaultFileRules('lidarr', ''),
  books: defaultFileRules('readarr', ''),
  dangerous,
}

/** `null` = there is none of this name. */
export function patternSet(name: string): FileRules | null {
  return Object.hasOwn(sets, name) ? sets[name as MediaFileSet] : null
}

/**
 * What is unwanted in a torrent: what the section of its Arr says; where nothing is said, what is dangerous to anybody.
 * @param section `null` = it is no Arr's
 */
export function unwantedFiles(section: FileRules | null): FileRules {
  const {FolderExclusionRegex = [], FileNameExclusionRegex = [], FileExtensionAllowlist = []} = section ?? {}
  const written = [FolderExclusionRegex, FileNameExclusionRegex, FileExtensionAllowlist]
  return section !== null && written.some((list) => list.length > 0) ? section : dangerous
}
