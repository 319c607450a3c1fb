import {expect, test} from 'vitest'
import {actionKinds, type ActionName, type ActionParams} from '#model/rule.ts'
import {notYetSo} from './already-so.ts'
import {explain} from './explain.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {AT, type Row} from './world.fixture.ts'

const wanted = (action: ActionName, params: ActionParams = {}) => ({action, params, ...actionKinds[action]})

for (const [action, params, row, isSo] of [
  ['tag', {names: ['a', 'b']}, {tags: ['b', 'c', 'a']}, true],
  ['tag', {names: ['a', 'b']}, {tags: ['a']}, false],
  ['tag', {names: ['a']}, {}, false],
  ['untag', {names: ['a', 'b']}, {tags: ['c']}, true],
  ['untag', {names: ['a', 'b']}, {tags: ['b']}, false],
  ['category', {name: 'films'}, {category: 'films'}, true],
  ['category', {name: 'films'}, {category: ''}, false],
  ['category', {name: 'films', moveData: true}, {category: 'films'}, false],
  [
    'category',
    {name: 'films', moveData: true},
    {category: 'films', savePath: '/data/films', categoryPath: '/data/films/'},
    true,
  ] as const,
  [
    'category',
    {name: 'films', moveData: true},
    {category: 'films', savePath: '/data', categoryPath: '/data/films'},
    false,
  ] as const,
  ['move', {path: '/data/films'}, {savePath: '/data/films/'}, true],
  ['move', {path: 'D:\\films\\'}, {savePath: 'D:\\films'}, true],
  ['move', {path: '/data/films'}, {savePath: '/data/Films'}, false],
  ['move', {path: '/data/films'}, {}, false],
  ['move', {path: '/data/films', server: 'box'}, {savePath: '/data/films'}, false],
  ['stop', {}, {state: 'stopped'}, true],
  ['stop', {}, {state: 'checking'}, false],
  ['start', {}, {state: 'queuedUp', forceStart: false}, true],
  ['start', {}, {state: 'seeding'}, true],
  ['start', {}, {state: 'seeding', forceStart: true}, true],
  ['start', {}, {state: 'error'}, false],
  ['forceStart', {}, {state: 'seeding', forceStart: true}, true],
  ['forceStart', {}, {state: 'seeding'}, false],
  ['superSeed', {on: false}, {superSeeding: false}, true],
  ['superSeed', {on: true}, {}, false],
  ['limits', {down: 5, up: null}, {downLimit: 5, upLimit: null}, true],
  ['limits', {up: 'inherit'}, {upLimit: null}, true],
  ['limits', {down: 5, up: 7}, {downLimit: 5, upLimit: null}, false],
  ['limits', {down: 5_242_880}, {downLimit: 5_243_000}, true],
  ['limits', {up: 5_000_000}, {upLimit: 5_000_192}, true],
  ['limits', {up: 2_048}, {upLimit: 1_024}, false],
  ['limits', {ratio: 2.001, seedTime: 60}, {ratioLimit: 2, seedTimeLimit: 60}, true],
  ['limits', {idle: 60}, {ratioLimit: 2}, false],
  ['limits', {idle: 90}, {idleLimit: 120}, true],
  ['limits', {idle: 90, seedTime: 60}, {idleLimit: 120, seedTimeLimit: 120}, false],
  ['limits', {ratio: 'inherit', idle: 'inherit'}, {limitsInherited: ['ratio', 'idle']}, true],
  ['limits', {seedTime: 'inherit'}, {limitsInherited: ['ratio']}, false],
  ['limits', {ratio: 'inherit'}, {}, false],
  ['queue', {to: 'top'}, {queuePosition: 1}, true],
  ['queue', {to: 'up'}, {queuePosition: 1}, true],
  ['queue', {to: 'up'}, {queuePosition: 2}, false],
  ['queue', {to: 'bottom'}, {queuePosition: 1}, false],
  ['sequential', {on: true}, {sequential: true}, true],
  ['sequential', {on: false}, {sequential: true}, false],
  ['sequential', {on: false}, {}, false],
  ['arr.monitor', {on: false}, {'arr.monitored': false}, true],
  ['arr.monitor', {on: false}, {'arr.monitored': true}, false],
  ['arr.monitor', {on: false}, {}, false],
  ['note', {}, {}, false],
  ['removeWithData', {}, {state: 'stopped'}, false],
] as readonly (readonly [ActionName, ActionParams, Row, boolean])[]) {
  test(`${action} ${JSON.stringify(params)} of ${JSON.stringify(row)} is ${isSo ? 'so already' : 'to be done'}`, () => {
    const actions = [wanted(action, params)]
    expect(notYetSo(actions, (fact) => row[fact])).toEqual(isSo ? [] : actions)
  })
}

test('what undoes each other is done wholly, in its order', () => {
  const again = [wanted('stop'), wanted('recheck'), wanted('start')]
  expect(notYetSo(again, (fact) => ({state: 'seeding'})[fact as string])).toEqual(again)
})

test('what is so is left out beside what is not', () => {
  const actions = [wanted('tag', {names: ['a']}), wanted('category', {name: 'films'})]
  const row: Row = {tags: ['a'], category: ''}
  expect(notYetSo(actions, (fact) => row[fact])).toEqual([actions[1]])
})

const stops = aRule({id: 'stops', order: 1, concern: 'running', do: [{action: 'stop'}]})
const starts = aRule({id: 'starts', order: 2, concern: 'running', do: [{action: 'start'}]})
const stopped: Row = {complete: true, state: 'stopped'}

test('a rule whose will is done decides nothing, and others are kept back anyway', () => {
  const passes = new Passes(stops, starts)
  expect(passes.decided([stopped])).toEqual([])
  expect(passes.decided([{complete: true, state: 'seeding'}])).toEqual(['stops qBit/a'])
})

test('why of it says that there is nothing to do', () => {
  const time = {run: 'a', ms: 0, steady: true}
  const {rules} = explain(new Passes(stops, starts).ruleSet, stopped, {
    at: AT,
    time,
    memoryOf: () => null,
    isHeld: () => false,
  })
  expect(rules.map(({outcome}) => outcome)).toEqual(['nothingToDo', 'keptBack'])
})
