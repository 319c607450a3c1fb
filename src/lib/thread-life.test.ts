import {expect, test} from 'vitest'
import {lifeStep, unborn, type LifeEvent, type RestartRules, type ThreadLife} from './thread-life.ts'

type LifeEntry = ReturnType<typeof lifeStep>['actions'][number]

const rules: RestartRules = {
  isAutomatic: true,
  most: 3,
  windowMs: 60_000,
  delayMs: 5_000,
  startMs: 30_000,
  silenceMs: 20_000,
}

type Happening = readonly [at: number, what: LifeEvent['what']]

function lived(happenings: readonly Happening[], own: Partial<RestartRules> = {}) {
  let life: ThreadLife = unborn
  const actions: LifeEntry[] = []
  for (const [at, what] of happenings) {
    const step = lifeStep(life, {what}, at, {...rules, ...own})
    life = step.life
    actions.push(...step.actions)
  }
  return {life, actions: actions.map((it) => (it.action === 'end' ? it.why : it.action))}
}

test('it is started, and runs when it says so', () => {
  const {life, actions} = lived([
    [0, 'start'],
    [10, 'ready'],
  ])
  expect(life).toEqual({state: 'running', due: 20_010, ends: []})
  expect(actions).toEqual(['spawn'])
})

test('who runs already is not started again', () => {
  expect(
    lived([
      [0, 'start'],
      [1, 'start'],
      [2, 'ready'],
      [3, 'start'],
    ]).actions,
  ).toEqual(['spawn'])
})

test('B.13 who dies is started again after the wait, not before', () => {
  const died: readonly Happening[] = [
    [0, 'start'],
    [1, 'ready'],
    [100, 'ended'],
  ]
  expect(lived([...died, [5_099, 'time']])).toMatchObject({
    life: {state: 'waiting', due: 5_100},
    actions: ['spawn'],
  })
  expect(lived([...died, [5_100, 'time']])).toMatchObject({
    life: {state: 'starting'},
    actions: ['spawn', 'spawn'],
  })
})

test('each pulse gives it more time; who says nothing is ended and started again', () => {
  const alive: readonly Happening[] = [
    [0, 'start'],
    [0, 'ready'],
    [15_000, 'pulse'],
    [34_999, 'time'],
  ]
  expect(lived(alive)).toMatchObject({life: {state: 'running'}, actions: ['spawn']})
  expect(lived([...alive, [35_000, 'time']])).toMatchObject({
    life: {state: 'waiting'},
    actions: ['spawn', 'silent'],
  })
})

test('a start that takes too long is ended', () => {
  expect(
    lived([
      [0, 'start'],
      [29_999, 'time'],
    ]).life.state,
  ).toBe('starting')
  expect(
    lived([
      [0, 'start'],
      [30_000, 'time'],
    ]),
  ).toMatchObject({life: {state: 'waiting', due: 35_000}, actions: ['spawn', 'slow_start']})
})

test('B.13 more ends than allowed within the window: it is given up until a user restarts it', () => {
  const once = (at: number): readonly Happening[] => [
    [at, 'ready'],
    [at + 1, 'ended'],
    [at + 5_001, 'time'],
  ]
  const thrice = [[0, 'start'], ...once(0), ...once(6_000), ...once(12_000)] as readonly Happening[]
  expect(lived(thrice).life.state).toBe('starting')
  const fourth = [...thrice, [18_000, 'ready'], [18_001, 'ended']] as readonly Happening[]
  expect(lived(fourth).life).toMatchObject({state: 'given_up', due: null})
  expect(lived([...fourth, [99_000, 'time']]).actions).toHaveLength(4)
  const again = lived([...fourth, [99_000, 'restart']])
  expect(again.life).toMatchObject({state: 'starting', ends: []})
  expect(again.actions.at(-1)).toBe('spawn')
})

test('B.13 ends that are long ago do not count', () => {
  const deaths = [1, 21_000, 42_000, 62_000].flatMap((at): Happening[] => [
    [at, 'ready'],
    [at + 1, 'ended'],
    [at + 5_001, 'time'],
  ])
  expect(lived([[0, 'start'], ...deaths]).life).toMatchObject({
    state: 'starting',
    ends: [21_001, 42_001, 62_001],
  })
})

test('B.13 where nothing is restarted automatically, the first end is the last', () => {
  expect(
    lived(
      [
        [0, 'start'],
        [1, 'ready'],
        [2, 'ended'],
      ],
      {isAutomatic: false},
    ).life.state,
  ).toBe('given_up')
})

test('restarted on purpose it is ended first, and that counts as no death', () => {
  const {life, actions} = lived([
    [0, 'start'],
    [1, 'ready'],
    [2, 'restart'],
  ])
  expect(life).toMatchObject({state: 'starting', ends: []})
  expect(actions).toEqual(['spawn', 'asked', 'spawn'])
})

test('stopped it stays stopped, whatever is still said of it', () => {
  const {life, actions} = lived([
    [0, 'start'],
    [1, 'ready'],
    [2, 'stop'],
    [3, 'ended'],
    [4, 'pulse'],
    [99_000, 'time'],
  ])
  expect(life).toEqual(unborn)
  expect(actions).toEqual(['spawn', 'asked'])
})
