import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {palette, readColour, serverColour} from './server-colours.ts'

test('the palette is the one of the tokens', () => {
  const tokens = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8')
  const light = [...tokens.matchAll(/--srv-\d: light-dark\((#[0-9a-f]{6})/g)].map(([, colour]) => colour)
  expect(palette).toEqual(light)
})

test('a colour of the palette follows the theme, another one stays', () => {
  expect(serverColour(palette[2])).toBe('var(--srv-3)')
  expect(serverColour('#123456')).toBe('#123456')
})

test('without a colour the place in the list decides', () => {
  expect(serverColour(null, 9)).toBe('var(--srv-2)')
})

for (const [typed, colour] of [
  ['#A8434F', '#a8434f'],
  ['a8434f', '#a8434f'],
  ['#abc', '#aabbcc'],
  ['red', null],
  ['#12345', null],
] as const) {
  test(`${typed} is read as ${colour}`, () => {
    expect(readColour(typed)).toBe(colour)
  })
}
