/**
 * Regular expressions over names, in the syntax of RE2, whose time grows with the length of the name and no faster.
 * 100,000 names: 50 to 100 ms, in pieces. The library itself looks for words that must be in a name first.
 */
import {RE2JS, RE2JSException} from 're2js'
import {BadArgument} from '#model/errors.ts'

const LONGEST_PATTERN = 500
/** Bounds of what is compiled (100,000 take 70 ms), and of what is run. */
const MOST_BEFORE = 100_000
const MOST_STEPS = 5000
/** A whole group may be repeated so often, RE2 says. */
const MOST_REPEATED = 1000

/**
 * Without regard to case.
 *
 * @throws {BadArgument} it is none, or too large
 */
export function compilePattern(pattern: string): (name: string) => boolean {
  if (pattern.length > LONGEST_PATTERN || stepsAtMost(pattern) > MOST_BEFORE) throw tooLarge(pattern)
  const compiled = compiledOf(pattern)
  if (compiled.programSize() > MOST_STEPS) throw tooLarge(pattern)
  return (name) => compiled.test(name)
}

function compiledOf(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const detail = error.message.replace(/^error parsing regexp: /, '').replace(/: `.*$/s, '')
    throw new BadArgument(`"${pattern}" is no regular expression: ${detail}.`, {pattern})
  }
}

/** As if every letter stood within all repetitions. */
function stepsAtMost(pattern: string): number {
  let repeated = 1
  for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    repeated *= Math.max(1, Number(most || least))
  }
  return pattern.length * Math.min(repeated, MOST_REPEATED)
}

function tooLarge(pattern: string): BadArgument {
  return new BadArgument(`The pattern "${pattern.slice(0, 80)}" is too large: write a shorter one.`, {
    pattern,
  })
}
