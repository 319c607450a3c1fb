/** Text against what a rule names: in any case unless it says otherwise, and in linear time whatever the pattern. */
import {RE2JS} from 're2js'

/** Longer patterns are refused. */
export const longestPattern = 256

export type TextTest = (text: string) => boolean

/** @throws RE2JSSyntaxException what the pattern gets wrong */
export function regexTest(pattern: string, caseSensitive: boolean): TextTest {
  const compiled = RE2JS.compile(pattern, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE)
  return (text) => compiled.matcher(text).find()
}

/** `*` any characters, `?` one; all others stand for themselves. The whole text has to fit. */
export function globTest(pattern: string, caseSensitive: boolean): TextTest {
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : RE2JS.quote(part)))
    .join('')
  const compiled = RE2JS.compile(source, RE2JS.DOTALL | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE))
  return (text) => compiled.matcher(text).matches()
}

/** Texts as they are compared: in any Unicode form, too, unless every character counts. */
export function folded(text: string, caseSensitive: boolean): string {
  return caseSensitive ? text : text.normalize('NFC').toLowerCase()
}
