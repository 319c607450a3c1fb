/** What differs between two texts of a rule, line by line. Pure. */

export interface VersionLine {
  readonly is: 'gone' | 'new'
  readonly text: string
}

/** What every save writes again, and no person changed. */
const ofEachSave = /^revision:/

/** @param before `null` = there was none: all of it is new */
export function changedLines(before: string | null, after: string): readonly VersionLine[] {
  const [old, now] = [linesOf(before ?? ''), linesOf(after)]
  const common = longestCommon(old, now)
  const lines: VersionLine[] = []
  let [at, to] = [0, 0]
  while (at < old.length || to < now.length) {
    if (at < old.length && to < now.length && old[at] === now[to]) {
      at++
      to++
    } else if (at < old.length && (to >= now.length || common[at + 1]![to]! >= common[at]![to + 1]!)) {
      lines.push({is: 'gone', text: old[at++]!})
    } else lines.push({is: 'new', text: now[to++]!})
  }
  return lines
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !ofEachSave.test(line))
}

/** Of the lines from each place on, how many stand in both in the same order. */
function longestCommon(one: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({length: one.length + 1}, () => Array.from({length: other.length + 1}, () => 0))
  for (let at = one.length - 1; at >= 0; at--) {
    for (let to = other.length - 1; to >= 0; to--) {
      table[at]![to] =
        one[at] === other[to]
          ? table[at + 1]![to + 1]! + 1
          : Math.max(table[at + 1]![to]!, table[at]![to + 1]!)
    }
  }
  return table
}
