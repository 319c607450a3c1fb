/**
 * The text without these characters at its end. A pattern such as `/\/+$/` looks at a run of them again from each of
 * its characters: of a megabyte of slashes, which anybody may send, that takes an hour of everybody's time.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
