/**
 * Words that no reader of Commodarr's texts knows from a client, an Arr or another page, each with the standard words
 * for it. `words.test.ts` reads the texts of the program and its documents, `web/i18n/words.test.ts` those of the pages;
 * `measure.ts` counts them in names.
 * An entry is a part of a regular expression and matches whole words, without regard to capitals.
 */
const standardWords: Readonly<Record<string, string>> = {
  'can not': 'cannot',
  'can ?not be had': 'is unavailable',
  'all the same': 'anyway',
  'any ?body': 'anyone',
  anew: 'again',
  '(by|of) (itself|themselves)': 'automatically',
  'choos\\w+|chosen|chose': 'select, set, enter',
  'deeds?': 'action, entry',
  desk: 'queue, service',
  'errands?': 'command',
  'for good': 'permanently',
  'he|him|his|himself': 'they, the user',
  house: 'Commodarr',
  'judged?|judges|judging': 'evaluate, check',
  'log-ins?': 'login',
  'looks? after|looked after': 'manage',
  nobody: 'no user, no torrent, unknown',
  'puts? (it )?right': 'fix',
  'puts? away': 'dismiss',
  rota: 'schedule',
  'seal(s|ed|ing)?': 'encrypt',
  somebody: 'a user, a person',
  '(?<!can’t |cannot )tell|tells|telling|told': 'report, show, send',
  'who(so)?ever': 'anyone who',
}

const patterns = Object.entries(standardWords).map(([word, plain]) => ({
  word: new RegExp(`\\b(${word})\\b`, 'i'),
  plain,
}))

const anyWord = new RegExp(`\\b(${Object.keys(standardWords).join('|')})\\b`, 'i')

/** Each private word of a text, with the standard words: `told → report, show, send`. Empty = the text is plain. */
export function privateWordsIn(text: string): readonly string[] {
  if (!anyWord.test(text)) return []
  return patterns.flatMap(({word, plain}) => {
    const found = word.exec(text)
    return found ? [`${found[0]} → ${plain}`] : []
  })
}
