/** Which files of a torrent get which names, when many are renamed by one rule. Pure. */
import {BoundedPattern, mostSteps, PatternBudget, quotedPattern} from '#lib/bounded-pattern.ts'
import {withoutBlanksAround} from '#lib/trim-end.ts'
import {faultOf, type NameFault} from './file-name.ts'

export interface RenameRule {
  readonly find: string
  /** `$1` is the first group of a pattern, `$&` all of what was found. */
  readonly replace: string
  /** What is found is a regular expression of RE2, which no name keeps busy for long; else the very letters. */
  readonly isPattern: boolean
  readonly ignoresCase: boolean
}

export interface Rename {
  /** Path inside the torrent. */
  readonly from: string
  readonly to: string
  /** Why it cannot be done; `null` = it can. */
  readonly fault: RenameFault | null
}

/** taken: another file, or a folder, has that path, now or by this rule. */
type RenameFault = NameFault | 'taken'

/**
 * Those whose names change: the rule is applied to each name, wherever it fits in it, and never to a folder.
 * @param paths of the files that are meant @param all of the torrent
 * @returns `null` = the pattern cannot be read
 */
export function renamesOf(
  paths: readonly string[],
  all: readonly string[],
  rule: RenameRule,
): readonly Rename[] | null {
  const found = patternOf(rule)
  if (found === null) return null
  // Of the very letters `$` is a letter, too.
  const replace = rule.isPattern ? rule.replace : rule.replace.replaceAll('$', '$$$$')
  const renames = paths.flatMap((from) => {
    const cut = from.lastIndexOf('/') + 1
    const name = from.slice(cut)
    const written = found.replacedIn(name, replace)
    // A server may cut blanks off, so no new name has them.
    const next = written === name ? name : withoutBlanksAround(written)
    return next === name ? [] : [{from, name: next, to: from.slice(0, cut) + next}]
  })
  const counts = new Map<string, number>()
  for (const {to} of renames) counts.set(to, (counts.get(to) ?? 0) + 1)
  const there = withFolders(all)
  return renames.map(({from, name, to}): Rename => {
    const isTaken = there.has(to) || counts.get(to)! > 1
    return {from, to, fault: faultOf(name) ?? (isTaken ? 'taken' : null)}
  })
}

/** These, and all folders that they lie in. */
function withFolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set(paths)
  for (const path of paths) {
    for (let to = path.lastIndexOf('/'); to > 0; to = path.lastIndexOf('/', to - 1)) {
      const folder = path.slice(0, to)
      if (all.has(folder)) break
      all.add(folder)
    }
  }
  return all
}

function patternOf({find, isPattern, ignoresCase}: RenameRule): BoundedPattern | null {
  if (find === '') return null
  const source = isPattern ? find : quotedPattern(find)
  const read = BoundedPattern.read(source, {caseSensitive: !ignoresCase}, new PatternBudget(mostSteps))
  return read instanceof BoundedPattern ? read : null
}
