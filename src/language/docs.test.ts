import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {fields, isWords} from './fields.ts'
import {mistakeCodes} from './mistakes.ts'
import {families} from './quantities.ts'
import {stateWords} from './states.ts'

const page = readFileSync(new URL('../../docs/search.md', import.meta.url), 'utf8')
const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word))

for (const [what, words] of [
  ['field', fields.map(({name}) => name)],
  ['state', Object.keys(stateWords)],
  ['word of is', isWords],
  ['unit', [...families.size.shown, ...families.duration.shown]],
  ['mistake', mistakeCodes],
] as const) {
  test(`every ${what} stands in docs/search.md`, () => {
    expect(words.filter((word) => !named.has(word))).toEqual([])
  })
}
