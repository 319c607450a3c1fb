import {expect, test} from 'vitest'
import {actionKinds, type ActionName, type ActionParams} from '#model/rule.ts'
import {errandOf} from './action-commands.ts'
import {wanted} from './desk-house.fixture.ts'

test.each<[ActionName, ActionParams, unknown]>([
  ['tag', {names: ['a']}, {verb: 'addTags', args: {tags: ['a']}}],
  ['untag', {names: ['a']}, {verb: 'removeTags', args: {tags: ['a']}}],
  ['category', {name: 'films'}, {verb: 'setCategory', args: {category: 'films'}}],
  ['queue', {to: 'top'}, {verb: 'moveInQueue', args: {to: 'top'}}],
  ['superSeed', {on: true}, {verb: 'setSuperSeeding', args: {on: true}}],
  ['sequential', {on: false}, {verb: 'setSequential', args: {on: false}}],
  ['tracker.add', {urls: ['x', 'y']}, {verb: 'addTrackers', args: {tiers: [['x'], ['y']]}}],
  ['tracker.replace', {from: 'x', to: 'y'}, {verb: 'editTracker', args: {from: 'x', to: 'y'}}],
  ['remove', {}, {verb: 'remove', args: {}}],
  ['reannounce', {}, {verb: 'reannounce', args: {}}],
])('%s is a command of its server', (action, params, command) => {
  expect(errandOf(wanted(action, params))).toEqual({to: 'server', commands: [command]})
})

test('limits are up to two commands; what is not named stays, and inherited speed is no limit of its own', () => {
  expect(errandOf(wanted('limits', {down: 5, up: 'inherit', ratio: 'inherit', seedTime: null}))).toEqual({
    to: 'server',
    commands: [
      {verb: 'setSpeedLimits', args: {down: 5, up: null}},
      {verb: 'setShareLimits', args: {ratio: 'inherit', seedingTime: null, idleTime: undefined}},
    ],
  })
  expect(errandOf(wanted('limits', {up: null}))).toEqual({
    to: 'server',
    commands: [{verb: 'setSpeedLimits', args: {up: null}}],
  })
})

test('each action goes to its server, to an Arr, or says why to nobody', () => {
  const plain = {names: ['a'], urls: ['x'], name: 'a', from: 'x', to: 'top', on: true, down: 1}
  const errands = (Object.keys(actionKinds) as ActionName[]).map((action) => errandOf(wanted(action, plain)))
  const nobody = errands.filter((it) => it.to === 'nobody')
  expect(nobody.every(({why}) => why.length > 20)).toBe(true)
  expect(errands.filter(({to}) => to === 'arr')).toHaveLength(9)
  expect(nobody).toHaveLength(6)
})
