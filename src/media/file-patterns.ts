/**
 * Which files of a torrent are not wanted: folders by pattern, then names by pattern, then whole extensions that are
 * not on the list. Patterns are searched for, as in the configuration we inherited, and run in linear time. One that
 * is wrong is told by key and index, and the others still work.
 * Source: qbitrr-config.md A.5.3, B.7.
 */
import {RE2JS, RE2JSException} from 're2js'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import {asMeant} from './default-patterns.ts'
import {canMatchName} from './never-matching.ts'

/** As they are written in a section. */
export interface FileRules {
  readonly CaseSensitiveMatches: boolean
  readonly FolderExclusionRegex: readonly string[]
  readonly FileNameExclusionRegex: readonly string[]
  /** Empty = all. */
  readonly FileExtensionAllowlist: readonly string[]
}

export type PatternKey = Exclude<keyof FileRules, 'CaseSensitiveMatches'>

interface PatternMistake {
  readonly key: PatternKey
  readonly index: number
  readonly problem: 'invalid' | 'tooLarge' | 'neverMatches'
  /** A sentence for people, with key, index and pattern. */
  readonly message: string
}

interface Exclusion {
  /** Of the file in its torrent. */
  readonly index: number
  readonly key: PatternKey
  /** The pattern that fits, or the extension that is not on the list ('' = it has none). */
  readonly because: string
}

export interface Judgement {
  readonly excluded: readonly Exclusion[]
  /** Files that were wanted and still are. None = the torrent has nothing for us. */
  readonly left: number
}

/** Of what one pattern compiles to: some thousand steps take a millisecond a name. */
const MOST_STEPS = 5000
const LONGEST_PATTERN = 1000

interface Pattern {
  readonly source: string
  readonly compiled: RE2JS
}

export class FilePatterns {
  readonly mistakes: readonly PatternMistake[]
  readonly #folders: readonly Pattern[]
  readonly #names: readonly Pattern[]
  readonly #extensions: readonly string[]
  readonly #caseSensitive: boolean

  constructor(rules: FileRules) {
    const mistakes: PatternMistake[] = []
    this.#caseSensitive = rules.CaseSensitiveMatches
    this.#folders = compiledOf(rules, 'FolderExclusionRegex', mistakes)
    this.#names = compiledOf(rules, 'FileNameExclusionRegex', mistakes)
    this.#extensions = this.#extensionsOf(rules.FileExtensionAllowlist, mistakes)
    this.mistakes = mistakes
  }

  /** By its extension alone. */
  allowsExtension(name: string): boolean {
    return this.#extensions.length === 0 || this.#isAllowed(name)
  }

  /** Files that are skipped already are neither excluded once more nor left. */
  async judge(files: readonly TorrentFile[], turns: TimeSlice): Promise<Judgement> {
    const folders = new Map<string, string | null>()
    const excluded: Exclusion[] = []
    let left = 0
    for (const {index, path, priority} of files) {
      if (turns.due()) await turns.next()
      if (priority === 'skip') continue
      const why = this.#objectionTo(path, folders)
      if (why) excluded.push({index, ...why})
      else left++
    }
    return {excluded, left}
  }

  #objectionTo(path: string, folders: Map<string, string | null>): Omit<Exclusion, 'index'> | null {
    const cut = path.lastIndexOf('/')
    const folder = this.#folderPattern(path.slice(0, Math.max(0, cut)), folders)
    if (folder !== null) return {key: 'FolderExclusionRegex', because: folder}
    const name = path.slice(cut + 1)
    const pattern = found(this.#names, name)
    if (pattern !== null) return {key: 'FileNameExclusionRegex', because: pattern}
    if (this.allowsExtension(name)) return null
    return {key: 'FileExtensionAllowlist', because: extensionOf(name)}
  }

  /** Of a folder and of those it lies in; each is looked at once. */
  #folderPattern(folder: string, known: Map<string, string | null>): string | null {
    if (folder === '') return null
    const before = known.get(folder)
    if (before !== undefined) return before
    const cut = folder.lastIndexOf('/')
    const pattern =
      this.#folderPattern(folder.slice(0, Math.max(0, cut)), known) ??
      found(this.#folders, folder.slice(cut + 1))
    known.set(folder, pattern)
    return pattern
  }

  #isAllowed(name: string): boolean {
    const compared = this.#folded(name)
    return this.#extensions.some(
      (extension) => compared.length > extension.length && compared.endsWith(extension),
    )
  }

  #extensionsOf(written: readonly string[], mistakes: PatternMistake[]): string[] {
    const key = 'FileExtensionAllowlist'
    return written.flatMap((text, index) => {
      const bare = text.trim().replace(/^\\?\./, '')
      if (bare !== '' && !/[\s/\\]/.test(bare)) return [this.#folded(`.${bare}`)]
      mistakes.push(mistakeOf(key, index, text, 'neverMatches', 'is no extension, such as ".mkv"'))
      return []
    })
  }

  #folded(text: string): string {
    return this.#caseSensitive ? text : text.toLowerCase()
  }
}

/** With its dot; '' = none. */
function extensionOf(name: string): string {
  const cut = name.lastIndexOf('.')
  return cut > 0 ? name.slice(cut) : ''
}

/** What matches without a character is no match, as it always was for these keys. */
function found(patterns: readonly Pattern[], name: string): string | null {
  const fits = patterns.find(({compiled}) => {
    const matcher = compiled.matcher(name)
    return matcher.find() && matcher.end() > matcher.start()
  })
  return fits?.source ?? null
}

function compiledOf(
  rules: FileRules,
  key: Exclude<PatternKey, 'FileExtensionAllowlist'>,
  mistakes: PatternMistake[],
): Pattern[] {
  const flags = RE2JS.DOTALL | (rules.CaseSensitiveMatches ? 0 : RE2JS.CASE_INSENSITIVE)
  return rules[key].flatMap((source, index) => {
    const compiled = compile(asMeant(source), flags)
    if (compiled instanceof RE2JS) return [{source, compiled}]
    mistakes.push(mistakeOf(key, index, source, compiled.problem, compiled.detail))
    return []
  })
}

function compile(
  source: string,
  flags: number,
): RE2JS | (Pick<PatternMistake, 'problem'> & {detail: string}) {
  const tooLarge = {problem: 'tooLarge', detail: 'is too large: write a shorter one'} as const
  if (source.length > LONGEST_PATTERN) return tooLarge
  try {
    const compiled = RE2JS.compile(source, flags)
    if (compiled.programSize() > MOST_STEPS) return tooLarge
    if (canMatchName(compiled)) return compiled
    return {problem: 'neverMatches', detail: neverMatches(source)}
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const detail = error.message.replace(/^error parsing regexp: /, '')
    return {problem: 'invalid', detail: `is no regular expression: ${detail}`}
  }
}

function neverMatches(source: string): string {
  const escaped = source.includes('\\\\') ? ' (a backslash is escaped once too often)' : ''
  return `can never match a name${escaped}`
}

function mistakeOf(
  key: PatternKey,
  index: number,
  source: string,
  problem: PatternMistake['problem'],
  detail: string,
): PatternMistake {
  return {key, index, problem, message: `${key}[${index}] "${source.slice(0, 200)}" ${detail}.`}
}
