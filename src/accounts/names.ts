/** Names of users: as their owners write them, and as they are compared. */
import {BadArgument} from '#model/errors.ts'

const MOST_CHARACTERS = 64

export interface UserName {
  readonly name: string
  /** Equal for names that differ by case or width alone. */
  readonly key: string
}

/**
 * Controls, formatting marks (nobody sees them: they could make one name look like another), what is not assigned,
 * ends of lines. Source: Unicode general categories C, Zl, Zp; RFC 8265 §3.3 for the width.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/u

/** @throws {BadArgument} */
export function readName(text: string): UserName {
  const name = tidy(text)
  if (name === '' || [...name].length > MOST_CHARACTERS) {
    throw new BadArgument(`A name has 1 to ${MOST_CHARACTERS} characters.`, {field: 'name'})
  }
  if (unseen.test(name))
    throw new BadArgument('A name has only characters that can be seen.', {field: 'name'})
  return {name, key: nameKey(name)}
}

/** For looking up whatever somebody typed: never throws. */
export function nameKey(text: string): string {
  // The one letter whose lower case depends on where it stands: an end may be no end in another writing.
  return tidy(tidy(text).toLowerCase()).replaceAll('ς', 'σ')
}

function tidy(text: string): string {
  return text.normalize('NFKC').replace(/ +/g, ' ').replace(/^ | $/g, '')
}
