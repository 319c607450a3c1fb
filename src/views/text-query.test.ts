import {expect, test} from 'vitest'
import {parseTextQuery} from './text-search.ts'

for (const [text, wanted, unwanted] of [
  ['', [], []],
  ['  Ubuntu  24 ', ['ubuntu', '24'], []],
  ['"Linux Mint" iso', ['linux mint', 'iso'], []],
  ['ubuntu -beta', ['ubuntu'], ['beta']],
  ['-"release candidate" Straße', ['strasse'], ['release candidate']],
  ['"open quote', ['open quote'], []],
  ['x264-GROUP', ['x264-group'], []],
  ['- "" -""', [], []],
  ['Épisode', ['episode'], []],
] as const) {
  test(`searching for ${JSON.stringify(text)} wants ${wanted.join(' & ') || 'anything'}, not ${unwanted.join(' | ') || 'anything in particular'}`, () => {
    expect(parseTextQuery(text)).toEqual({wanted, unwanted})
  })
}
