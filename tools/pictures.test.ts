/** `docs/pictures/` has the pictures that its page shows, and no others; `npm run pictures` makes both. */
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {allLooks, pictured, pictureFile, picturesFolder, picturesPage} from './pictured.ts'

/** Who clones the project loads them all. */
const MOST_BYTES = 6 * 1024 ** 2

test('each page has a picture in light, dark and on a phone, and no picture is left of a page that is gone', () => {
  const wanted = pictured.flatMap((it) => allLooks.map((look) => pictureFile(it, look)))
  expect(readdirSync(picturesFolder).toSorted()).toEqual(['README.md', ...wanted].toSorted())
})

test('the page of the pictures names them all', () => {
  expect(readFileSync(join(picturesFolder, 'README.md'), 'utf8')).toBe(picturesPage())
})

test('all pictures together stay small', () => {
  const sizes = readdirSync(picturesFolder).map((it) => statSync(join(picturesFolder, it)).size)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES)
})
