/** Which files of a torrent get which names, when many are renamed by one rule. Pure. */

export interface RenameRule {
  readonly find: string
  /** `$1` is the first group of a pattern, `$&` all of what was found. */
  readonly replace: string
  /** What is found is a regular expression, else the very letters. */
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

/** empty: at most dots are left. taken: another file, or a folder, has that path, now or by this rule. */
type RenameFault = 'empty' | 'slash' | 'taken'

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
    const written = name.replace(found, replace)
    // A server may cut blanks off, so no new name has them.
    const next = written === name ? name : written.trim()
    return next === name ? [] : [{from, name: next, to: from.slice(0, cut) + next}]
  })
  const counts = new Map<string, number>()
  for (const {to} of renames) counts.set(to, (counts.get(to) ?? 0) + 1)
  const there = withFolders(all)
  return renames.map(({from, name, to}): Rename => {
    if (/^\.*$/.test(name)) return {from, to, fault: 'empty'}
    if (/[\\/]/.test(name)) return {from, to, fault: 'slash'}
    return {from, to, fault: there.has(to) || counts.get(to)! > 1 ? 'taken' : null}
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

function patternOf({find, isPattern, ignoresCase}: RenameRule): RegExp | null {
  if (find === '') return null
  const written = isPattern ? find : find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  try {
    return new RegExp(written, ignoresCase ? 'giu' : 'gu')
  } catch {
    return null
  }
}
