/**
 * Which files of a torrent are not wanted: folders by pattern, then names by pattern, then extensions that are not on
 * the list. Patterns are searched for, as in the configuration we inherited, and run in linear time. What is wrong is
 * told by key and index. A wrong pattern excludes nothing, and the others of its list still work; a list of extensions
 * with a wrong entry is not used at all, as nobody can say what else was to be let in.
 * Source: qBitrr.
 */
import {BoundedPattern, PatternBudget, type PatternFault} from '#lib/bounded-pattern.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import {asMeant} from './default-patterns.ts'
import {canMatchName, canMatchSuffix} from './never-matching.ts'

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
  readonly problem: PatternFault['problem'] | 'neverMatches'
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

/** Of all patterns of one section together (`lib/bounded-pattern.ts`); those that it comes with have 400. */
const STEPS_OF_SECTION = 5_000

interface Pattern {
  readonly source: string
  readonly compiled: BoundedPattern
}

/** An entry of the list of extensions. @param suffix the last one of the name, with its dot */
type Allows = (name: string, suffix: string) => boolean

export class FilePatterns {
  readonly mistakes: readonly PatternMistake[]
  readonly #folders: readonly Pattern[]
  readonly #names: readonly Pattern[]
  /** `null` = every extension. */
  readonly #extensions: readonly Allows[] | null

  constructor(rules: FileRules) {
    const mistakes: PatternMistake[] = []
    const budget = new PatternBudget(STEPS_OF_SECTION)
    this.#folders = compiledOf(rules, 'FolderExclusionRegex', mistakes, budget)
    this.#names = compiledOf(rules, 'FileNameExclusionRegex', mistakes, budget)
    this.#extensions = extensionsOf(rules, mistakes, budget)
    this.mistakes = mistakes
  }

  /** By its extension alone; a name without one is on no list. */
  allowsExtension(name: string): boolean {
    if (this.#extensions === null) return true
    const suffix = suffixOf(name)
    return suffix !== '' && this.#extensions.some((allows) => allows(name, suffix))
  }

  /** Files that are skipped already are neither excluded once more nor left. */
  async evaluate(files: readonly TorrentFile[], turns: TimeSlice): Promise<Judgement> {
    const own = ownName(files)
    // What fits the name of the release itself says nothing of a file: "Trailer Park Boys" is a series.
    const names = own === null ? this.#names : this.#names.filter((it) => found([it], own) === null)
    const folders = new Map<string, string | null>(own === null ? [] : [[own, null]])
    const excluded: Exclusion[] = []
    let left = 0
    for (const {index, path, priority} of files) {
      if (turns.due()) await turns.next()
      if (priority === 'skip') continue
      const why = this.#objectionTo(path, folders, names)
      if (why) excluded.push({index, ...why})
      else left++
    }
    return {excluded, left}
  }

  #objectionTo(
    path: string,
    folders: Map<string, string | null>,
    names: readonly Pattern[],
  ): Omit<Exclusion, 'index'> | null {
    const cut = path.lastIndexOf('/')
    const folder = this.#folderPattern(path.slice(0, Math.max(0, cut)), folders)
    if (folder !== null) return {key: 'FolderExclusionRegex', because: folder}
    const name = path.slice(cut + 1)
    const pattern = found(names, name)
    if (pattern !== null) return {key: 'FileNameExclusionRegex', because: pattern}
    if (this.allowsExtension(name)) return null
    return {key: 'FileExtensionAllowlist', because: suffixOf(name)}
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
}

/** The folder that all files lie in, or the one file; `null` = it has no name of its own. */
function ownName(files: readonly TorrentFile[]): string | null {
  const [first, ...others] = files.map(({path}) => path.split('/')[0]!)
  return first !== undefined && others.every((it) => it === first) ? first : null
}

/** With its dot; '' = none: no dot, or it is the first or the last character. */
function suffixOf(name: string): string {
  const cut = name.lastIndexOf('.')
  return cut > 0 && cut < name.length - 1 ? name.slice(cut) : ''
}

/** Nothing in it means anything in a regular expression but dots between words, as in `.tar.gz`. */
const plainExtension = /^\.?[^\s.,;/\\^$*+?()[\]{}|]+(?:\.[^\s.,;/\\^$*+?()[\]{}|]+)*$/

/** Several in one text: nobody means a comma or a blank in an extension, while `{1,2}` and `[ ,]` are expressions. */
function isSeveral(entry: string): boolean {
  return /[\s,;]/.test(entry.replaceAll(/\{\d*,\d*\}|\[[^\]]*\]/g, ''))
}

function extensionsOf(
  rules: FileRules,
  mistakes: PatternMistake[],
  budget: PatternBudget,
): readonly Allows[] | null {
  const {FileExtensionAllowlist: written, CaseSensitiveMatches: caseSensitive} = rules
  const entries = written.map((text) => allowsOf(text.trim(), caseSensitive, budget))
  for (const [index, entry] of entries.entries()) {
    if (typeof entry === 'function') continue
    mistakes.push(mistakeOf('FileExtensionAllowlist', index, written[index]!, entry.problem, entry.detail))
  }
  const read = entries.filter((entry) => typeof entry === 'function')
  return read.length === 0 || read.length < entries.length ? null : read
}

function allowsOf(entry: string, caseSensitive: boolean, budget: PatternBudget): Allows | Unusable {
  if (entry === '' || isSeveral(entry)) {
    return {problem: 'invalid', detail: 'is not one extension, such as ".mkv"'}
  }
  const isPlain = plainExtension.test(entry)
  const folded = (text: string) => (caseSensitive ? text : text.toLowerCase())
  const ending = folded(`.${entry.replace(/^\./, '')}`)
  const isEnding: Allows = (name) => name.length > ending.length && folded(name).endsWith(ending)
  if (isPlain && !ending.includes('.', 1)) return isEnding
  const compiled = compile(entry.replace(/^\./, '\\.'), {caseSensitive, budget, canMatch: canMatchSuffix})
  if (!(compiled instanceof BoundedPattern)) return isPlain ? isEnding : compiled
  const fits: Allows = (_, suffix) => compiled.isIn(suffix)
  // `m.4` is an expression, `.tar.gz` more than a suffix: one of both was meant.
  return isPlain ? (name, suffix) => isEnding(name, suffix) || fits(name, suffix) : fits
}

/** What matches without a character is no match, as it always was for these keys. */
function found(patterns: readonly Pattern[], name: string): string | null {
  return patterns.find(({compiled}) => compiled.eatsIn(name))?.source ?? null
}

function compiledOf(
  rules: FileRules,
  key: Exclude<PatternKey, 'FileExtensionAllowlist'>,
  mistakes: PatternMistake[],
  budget: PatternBudget,
): Pattern[] {
  const caseSensitive = rules.CaseSensitiveMatches
  return rules[key].flatMap((source, index) => {
    const compiled = compile(asMeant(source), {caseSensitive, budget, canMatch: canMatchName})
    if (compiled instanceof BoundedPattern) return [{source, compiled}]
    mistakes.push(mistakeOf(key, index, source, compiled.problem, compiled.detail))
    return []
  })
}

type Unusable = Pick<PatternMistake, 'problem'> & {readonly detail: string}

interface Compiling {
  readonly caseSensitive: boolean
  /** Of its section. */
  readonly budget: PatternBudget
  readonly canMatch: (compiled: BoundedPattern) => boolean
}

function compile(source: string, {caseSensitive, budget, canMatch}: Compiling): BoundedPattern | Unusable {
  const compiled = BoundedPattern.read(source, {caseSensitive, dotAll: true}, budget)
  if (!(compiled instanceof BoundedPattern) || canMatch(compiled)) return compiled
  return {problem: 'neverMatches', detail: neverMatches(source, canMatch === canMatchSuffix)}
}

function neverMatches(source: string, ofSuffix: boolean): string {
  const escaped = source.includes('\\\\') ? ' (a backslash is escaped once too often)' : ''
  return `can never match ${ofSuffix ? 'the last extension of a name' : 'a name'}${escaped}`
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
