/**
 * What may be wrong with a release beside all that follows from the library: a test says it of the release. In the fixed
 * words of the apps, with the codes of Sonarr 5. Source: the specifications of their DecisionEngine.
 */
import type {Family} from './dialects.ts'

interface Words {
  readonly code: string
  /** `{item}` stands for a word of the family. */
  readonly text: string
  /** Nothing else is looked at. */
  readonly isAlone?: boolean
}

const words = {
  unparsable: {code: 'unableToParse', text: 'Unable to parse release', isAlone: true},
  unknownItem: {code: 'unknownSeries', text: 'Unknown {item}', isAlone: true},
  wrongSeason: {code: 'wrongSeason', text: 'Wrong season'},
  language: {code: 'unknown', text: 'English is wanted, but found French'},
  requiredTerm: {code: 'mustContainMissing', text: 'Does not contain one of the required terms: REMUX'},
  ignoredTerm: {code: 'mustNotContainPresent', text: 'Contains these ignored terms: HDCAM'},
  sameHash: {
    code: 'alreadyImportedSameHash',
    text: 'Has same torrent hash as a grabbed and imported release',
  },
  maximumSize: {
    code: 'maximumSizeExceeded',
    text: '90.0 GB is too big, maximum size is 50.0 GB (Settings->Indexers->Maximum Size)',
  },
  freeSpace: {code: 'minimumFreeSpace', text: 'Importing after download will exceed available disk space'},
  sample: {code: 'sample', text: 'Sample'},
} as const satisfies Readonly<Record<string, Words>>

export type Flaw = keyof typeof words

export const flaws = Object.keys(words) as readonly Flaw[]

const items: Readonly<Record<Family, string>> = {
  movies: 'Movie',
  series: 'Series',
  music: 'Artist',
  books: 'Author',
}

export function flawWords(flaw: Flaw, family: Family): Words {
  const found: Words = words[flaw]
  return {...found, text: found.text.replace('{item}', items[family])}
}
