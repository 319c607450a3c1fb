import {expect, test} from 'vitest'
import {quantityOf, type UnitFamily} from './quantities.ts'

const sizes = {
  '': 1,
  B: 1,
  b: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  gb: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
}
const speeds = {...sizes, 'B/s': 1, 'MB/s': 1e6, 'KiB/S': 1024, 'g/s': 1024 ** 3}
const durations = {
  '': 1,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  D: 86_400,
  w: 604_800,
  weeks: 604_800,
  mo: 2_592_000,
  months: 2_592_000,
  y: 31_536_000,
  year: 31_536_000,
}
const families: readonly (readonly [UnitFamily, Readonly<Record<string, number>>])[] = [
  ['size', sizes],
  ['speed', speeds],
  ['duration', durations],
]

for (const [family, units] of families) {
  for (const [unit, factor] of Object.entries(units)) {
    test(`3${unit} is a ${family}`, () => {
      expect(quantityOf(`3${unit}`, family)).toEqual({amount: 3 * factor})
    })
  }
}

for (const [text, family, amount] of [
  ['1.1GB', 'size', 1_100_000_000],
  ['.5KiB', 'size', 512],
  ['1h30m', 'duration', 5400],
  ['7%', 'share', 0.07],
  ['0.5', 'share', 0.5],
  ['2.25', 'number', 2.25],
  ['12', 'count', 12],
] as const) {
  test(`${text} is ${amount}`, () => expect(quantityOf(text, family)).toEqual({amount}))
}

for (const [text, family, wrong] of [
  ['10BG', 'size', {wrong: 'unit', number: '10', unit: 'BG'}],
  ['3/s', 'size', {wrong: 'unit', number: '3', unit: '/s'}],
  ['3s', 'count', {wrong: 'unit', number: '3', unit: 's'}],
  ['1GB2MB', 'size', {wrong: 'number'}],
  ['5€', 'number', {wrong: 'unit', number: '5', unit: '€'}],
  ['big', 'size', {wrong: 'number'}],
  ['1.2.3', 'number', {wrong: 'number'}],
] as const) {
  test(`${text} is no ${family}`, () => expect(quantityOf(text, family)).toEqual(wrong))
}
