import {expect, test} from 'vitest'
import {text, withWords} from './text.ts'

for (const [count, words] of [
  [0, '0 torrents selected'],
  [1, '1 torrent selected'],
  [12_480, '12,480 torrents selected'],
] as const) {
  test(`${count} in a text: its form, and with separators`, () => {
    expect(text('torrents.chosen', {count})).toBe(words)
  })
}

test('values stand in a text as they are, whatever is in them', () => {
  expect(text('palette.open')).toBe('Find or do anything')
  expect(text('select.remove', {name: '$& {{name}} <b>'})).toBe('Remove $& {{name}} <b>')
})

test('a value that was not given leaves nothing behind', () => {
  expect(text('select.remove')).toBe('Remove ')
})

test('what is loaded with its words can say them', async () => {
  expect(await withWords(['views'], async () => 'a dialog')()).toBe('a dialog')
  expect(text('view.list.find')).toBe('Type to find a view')
})
