/**
 * The text without these characters at its end. A pattern such as `/\/+$/` looks at a run of them again from each of
 * its characters: of a megabyte of slashes, which anybody may send, that takes an hour of everybody's time.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** As clients cut them off: what Unicode, Qt and Python call blanks. */
export function withoutBlanksAround(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start]!)) start++
  while (end > start && isBlank(text[end - 1]!)) end--
  return text.slice(start, end)
}

function isBlank(letter: string): boolean {
  return /[\s\x1c-\x1f\x85\u180e]/.test(letter)
}
