/** What a regular expression gets wrong, for people who know other kinds: RE2 has no look-around and no back-references. */

/** @param message of the exception that RE2 threw @param pattern as it was written */
export function regexProblem(message: string, pattern: string): string {
  if (/\(\?<[=!]/.test(pattern)) return 'it looks behind ((?<=…) or (?<!…)), which RE2 does not support'
  if (/\(\?[=!]/.test(pattern)) return 'it looks ahead ((?=…) or (?!…)), which RE2 does not support'
  if (/\(\?>/.test(pattern)) return 'it has an atomic group ((?>…)), which RE2 does not support'
  if (/\\([1-9]|k[<{'])/.test(pattern) && message.includes('escape')) {
    return 'it refers back to a group (\\1), which RE2 does not support'
  }
  if (/[*+?}]\+/.test(pattern) && message.includes('repetition')) {
    return 'it repeats possessively (a++), which RE2 does not support; a+ is the same here'
  }
  if (message.includes('missing argument to repetition')) {
    return 'a * or + stands where nothing is to be repeated; "any signs" is written .*'
  }
  return message.replace(/^error parsing regexp: /, '').replace(/: `[^]*`$/, '')
}
