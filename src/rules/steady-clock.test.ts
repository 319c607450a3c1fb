import {expect, test} from 'vitest'
import {newSteadyClock, stepSteadyClock, type SteadyClock} from './steady-clock.ts'

const look = (monotonic: number, steady = true) => ({monotonic, steady, syncIntervalMs: 1000})
const after = (...looks: readonly ReturnType<typeof look>[]): SteadyClock =>
  looks.reduce(stepSteadyClock, newSteadyClock('run 1'))

test('it begins standing', () => {
  expect(newSteadyClock('run 1')).toEqual({run: 'run 1', ms: 0, steady: false, lastAt: null})
})

for (const [name, looks, ms] of [
  ['the first look counts nothing', [look(500)], 0],
  ['looks one after the other count the time between', [look(500), look(1500), look(2400)], 1900],
  ['a gap of three intervals counts', [look(0), look(3000)], 3000],
  ['a longer gap counts nothing', [look(0), look(3001)], 0],
  ['it runs on after a gap', [look(0), look(9000), look(9500)], 500],
  ['time in which the server is not steady counts nothing', [look(0), look(500, false), look(1000)], 0],
  [
    'it runs on when the server is steady again',
    [look(0), look(500), look(600, false), look(700), look(750)],
    550,
  ],
] as const) {
  test(`the clock: ${name}`, () => {
    expect(after(...looks).ms).toBe(ms)
  })
}

test('it says whether it runs', () => {
  expect(after(look(1)).steady).toBe(true)
  expect(after(look(1), look(2, false))).toEqual({run: 'run 1', ms: 0, steady: false, lastAt: null})
})
