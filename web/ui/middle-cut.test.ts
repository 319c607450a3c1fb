import fc from 'fast-check'
import {expect, test} from 'vitest'
import {cutMiddle, tailStart} from './middle-cut.ts'

/** Each character is 10 px wide. */
const measure = (text: string) => text.length * 10

for (const [name, tail] of [
  ['The.Lantern.Keepers.S02E07.2160p.WEB-DL-NORDKAP.mkv', '-NORDKAP.mkv'],
  ['Winter.Almanac.2024.1080p.WEB-DL.DDP5.1.H.264-FYR', '5.1.H.264-FYR'],
  ['archlinux-2026.11.01-x86_64.iso', '-x86_64.iso'],
  ['[Group] Some Show - 07 (1080p) [A1B2C3D4]', ' (1080p) [A1B2C3'],
] as const) {
  test(`${name} keeps its end`, () => {
    const kept = name.slice(tailStart(name))
    expect(kept.length).toBeGreaterThanOrEqual(5)
    expect(kept.length).toBeLessThanOrEqual(18)
    if (tail.startsWith('-')) expect(kept).toBe(tail)
  })
}

test('a name that fits stays whole', () => {
  expect(cutMiddle('short.name', 100, measure)).toBe('short.name')
})

test('a long name loses its middle, and no dot hangs before the gap', () => {
  const name = 'The.Lantern.Keepers.S02E07.2160p.WEB-DL-NORDKAP.mkv'
  expect(cutMiddle(name, 250, measure)).toBe('The.Lantern…-NORDKAP.mkv')
})

test('without room for head and tail the end is cut', () => {
  expect(cutMiddle('The.Lantern.Keepers-NORDKAP.mkv', 60, measure)).toBe('The.L…')
})

test('what is cut is never wider than its room, begins as the name does and breaks no character', () => {
  fc.assert(
    fc.property(
      fc.string({unit: 'grapheme', maxLength: 80}),
      fc.integer({min: 20, max: 900}),
      (name, width) => {
        const cut = cutMiddle(name, width, measure)
        expect(measure(cut)).toBeLessThanOrEqual(width)
        expect(cut.isWellFormed()).toBe(true)
        if (cut !== name) expect(name.startsWith(cut.split('…')[0]!) || cut.includes('…')).toBe(true)
      },
    ),
  )
})
