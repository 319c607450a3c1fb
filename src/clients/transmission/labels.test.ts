import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {BadArgument} from '#model/errors.ts'
import type {CategorySource} from '#model/server.ts'
import {checkLabel, labelsOf, pathOfCategory, placementOf} from './labels.ts'

const label: CategorySource = {from: 'label'}
const prefixed: CategorySource = {from: 'labelPrefix', prefix: 'cat:'}
const path: CategorySource = {from: 'path'}

for (const [source, labels, dir, category, tags] of [
  [label, ['films', 'hd'], '/dl', 'films', ['hd']],
  [label, [], '/dl', '', []],
  [label, ['no-category', 'hd'], '/dl', '', ['hd']],
  [prefixed, ['hd', 'cat:films', 'x'], '/dl', 'films', ['hd', 'x']],
  [prefixed, ['hd'], '/dl', '', ['hd']],
  [path, ['hd'], '/dl/films/a', 'films', ['hd']],
  [path, [], '/dl', '', []],
  [path, [], '/dl-other/films', '', []],
  [path, [], '/elsewhere', '', []],
] as const) {
  test(`labels ${labels.join()} in ${dir} by ${source.from}: category "${category}", tags "${tags.join()}"`, () => {
    expect(placementOf(source, labels, dir, '/dl/')).toEqual({category, tags})
  })
}

const name = fc.stringMatching(/^[a-z]{1,5}$/)

test('what is written as labels is read back as it was meant', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(label, prefixed),
      fc.oneof(fc.constant(''), name),
      fc.uniqueArray(name),
      (source, category, some) => {
        const tags = some.filter((tag) => tag !== category)
        expect(placementOf(source, labelsOf(source, {category, tags}), '', '')).toEqual({category, tags})
      },
    ),
  )
})

test('a category that is a folder lies below the default directory', () => {
  expect(pathOfCategory('/dl/', 'films')).toBe('/dl/films')
  expect(pathOfCategory('/dl', '')).toBe('/dl')
})

for (const [source, text, what] of [
  [label, '', 'tag'],
  [label, 'a,b', 'tag'],
  [label, ' a', 'category'],
  [label, 'no-category', 'category'],
  [path, 'a/b', 'category'],
  [path, '..', 'category'],
] as const) {
  test(`"${text}" is refused as a ${what} by ${source.from}`, () => {
    expect(() => checkLabel(source, text, what)).toThrow(BadArgument)
  })
}

test('a slash is good in a label', () => {
  expect(() => checkLabel(label, 'films/old', 'category')).not.toThrow()
})
