/** Texts as people compare them: without case, accents and letters that differ only in dress. */

/** Letters that no decomposition takes apart. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ς: 'σ',
}

const ascii = /^[\p{ASCII}]*$/u

export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  const bare = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '')
  return bare.replaceAll(/[ßæœøđðþłħŧıς]/g, (letter) => plain[letter]!)
}
