import {expect, test} from 'vitest'
import {A, key} from '#executor/executor-harness.fixture.ts'
import {actionKinds, type ActionName, type ActionParams} from '#model/rule.ts'
import {targetOf, verbsOf, type ActionDetails} from './action-commands.ts'
import {wanted} from './rule-action-queue-harness.fixture.ts'

test.each<[ActionName, ActionParams, unknown]>([
  ['tag', {names: ['a']}, {verb: 'addTags', args: {tags: ['a']}}],
  ['untag', {names: ['a']}, {verb: 'removeTags', args: {tags: ['a']}}],
  ['category', {name: 'films'}, {verb: 'setCategory', args: {category: 'films'}}],
  ['queue', {to: 'top'}, {verb: 'moveInQueue', args: {to: 'top'}}],
  ['superSeed', {on: true}, {verb: 'setSuperSeeding', args: {on: true}}],
  ['sequential', {on: false}, {verb: 'setSequential', args: {on: false}}],
  ['remove', {}, {verb: 'remove', args: {}}],
  ['removeWithData', {}, {verb: 'removeWithData', args: {}}],
  ['stop', {}, {verb: 'stop', args: {}}],
  ['start', {}, {verb: 'start', args: {}}],
  ['forceStart', {}, {verb: 'forceStart', args: {}}],
  ['recheck', {}, {verb: 'recheck', args: {}}],
])('%s is a command of its server', (action, params, command) => {
  expect(targetOf(wanted(action, params))).toEqual({to: 'server', commands: [command]})
})

const [a, b] = ['https://a.example/x', 'https://b.example/x']
const dead = 'No such host is known'

for (const [action, params, there, commands] of [
  ['tracker.add', {urls: [a, b]}, {[a]: ''}, [{verb: 'addTrackers', args: {tiers: [[b]]}}]],
  ['tracker.add', {urls: [a]}, {[a]: ''}, []],
  ['tracker.replace', {from: a, to: b}, {[a]: ''}, [{verb: 'editTracker', args: {from: a, to: b}}]],
  ['tracker.replace', {from: a, to: b}, {[b]: ''}, []],
  ['tracker.remove', {messages: [dead]}, {[a]: '', [b]: dead}, [{verb: 'removeTrackers', args: {urls: [b]}}]],
  [
    'tracker.remove',
    {messages: [dead]},
    {[a]: dead, [b]: dead},
    [{verb: 'removeTrackers', args: {urls: [b]}}],
  ],
  ['tracker.remove', {hosts: ['a.example']}, {[a]: '', '** [DHT] **': ''}, []],
  ['tracker.remove', {messages: [dead]}, {[a]: ''}, []],
  [
    'tracker.remove',
    {hosts: ['b.example'], messages: [dead]},
    {[a]: dead, [b]: dead},
    [{verb: 'removeTrackers', args: {urls: [b]}}],
  ],
  ['tracker.remove', {hosts: ['a.example'], messages: [dead]}, {[a]: '', [b]: dead}, []],
  ['tracker.remove', {hosts: [], messages: [dead]}, {[a]: dead, [b]: ''}, []],
  ['tracker.remove', {}, {[a]: dead, [b]: dead}, []],
] as const) {
  test(`${action} of ${JSON.stringify(there)} sends ${JSON.stringify(commands)}`, async () => {
    const target = targetOf(wanted(action, params))
    const trackers = Object.entries(there).map(([url, message]) => ({
      url,
      message,
      status: message === '' ? ('working' as const) : ('error' as const),
    }))
    if (target.to !== 'lookUp') throw new Error(`it goes to ${target.to}`)
    expect(
      await target.commands({key: key(A, 1), details: detailsWith(trackers), mayName: () => true}),
    ).toEqual(commands)
  })
}

for (const [status, message, urls] of [
  ['error', dead, [b]],
  // What one that works says beside is no reason.
  ['working', dead, []],
  ['unreachable', dead, [b]],
] as const) {
  test(`beside one that works, one that is ${status} and says so is taken off: ${urls.length > 0}`, async () => {
    const trackers = [
      {url: a, status: 'working', message: ''},
      {url: b, status, message},
    ] as const
    expect(await takenOff(trackers)).toEqual(urls)
  })
}

test('a tracker that is switched off does not stand for the last one', async () => {
  const off = {url: a, status: 'disabled', message: dead} as const
  expect(await takenOff([off, {url: b, status: 'error', message: dead}])).toEqual([a])
})

type Trackers = Awaited<ReturnType<ActionDetails['trackers']>>

function detailsWith(trackers: Trackers): ActionDetails {
  return {
    trackers: async () => trackers,
    files: async () => [],
    filesMeant: async () => [],
    categoryPath: () => null,
    announcesApart: () => 60,
    objectionToMove: async () => null,
  }
}

async function takenOff(trackers: Trackers): Promise<readonly string[]> {
  const target = targetOf(wanted('tracker.remove', {messages: [dead]}))
  if (target.to !== 'lookUp') throw new Error(`it goes to ${target.to}`)
  const commands = await target.commands({
    key: key(A, 1),
    details: detailsWith(trackers),
    mayName: () => true,
  })
  if ('why' in commands) throw new Error(commands.why)
  return commands.flatMap(({args}) => (args as {urls: string[]}).urls)
}

test('what lies in a folder that its owner may not name is not looked at; the executor refuses it', async () => {
  const asked: string[] = []
  const details = {
    ...detailsWith([]),
    objectionToMove: async (_: unknown, path: string) => (asked.push(path), 'full'),
  }
  const target = targetOf(wanted('move', {path: '/root'}))
  if (target.to !== 'lookUp') throw new Error(`it goes to ${target.to}`)
  const move = (isAllowed: boolean) => target.commands({key: key(A, 1), details, mayName: () => isAllowed})
  expect(await move(false)).toEqual([{verb: 'setLocation', args: {path: '/root', moveData: true}}])
  expect(asked).toEqual([])
  expect(await move(true)).toEqual({why: 'full'})
})

test('limits are up to two commands; what is not named stays, and inherited speed is no limit of its own', () => {
  expect(targetOf(wanted('limits', {down: 5, up: 'inherit', ratio: 'inherit', seedTime: null}))).toEqual({
    to: 'server',
    commands: [
      {verb: 'setSpeedLimits', args: {down: 5, up: null}},
      {verb: 'setShareLimits', args: {ratio: 'inherit', seedingTime: null, idleTime: undefined}},
    ],
  })
  expect(targetOf(wanted('limits', {up: null}))).toEqual({
    to: 'server',
    commands: [{verb: 'setSpeedLimits', args: {up: null}}],
  })
})

test('the verbs that a server has to know are those of the commands that it is sent', () => {
  expect(verbsOf(wanted('limits', {down: 5, ratio: 2}))).toEqual(['setSpeedLimits', 'setShareLimits'])
  expect(verbsOf(wanted('move', {path: '/a'}))).toEqual(['setLocation'])
  expect(verbsOf(wanted('move', {path: '/a', server: 'B'}))).toEqual([])
  const plain = {names: ['a'], urls: ['x'], name: 'a', from: 'x', to: 'top', on: true, down: 1}
  for (const action of Object.keys(actionKinds) as ActionName[]) {
    const target = targetOf(wanted(action, plain))
    const sent = target.to === 'server' ? target.commands.map(({verb}) => verb) : []
    expect(verbsOf(wanted(action, plain)), action).toEqual(expect.arrayContaining(sent))
    if (target.to === 'lookUp' || target.to === 'trackers')
      expect(verbsOf(wanted(action, plain))).not.toEqual([])
  }
})

test('each action has a part that does it', () => {
  const plain = {names: ['a'], urls: ['x'], name: 'a', from: 'x', to: 'top', on: true, down: 1}
  const names = Object.keys(actionKinds) as ActionName[]
  const targets = names.map((action) => targetOf(wanted(action, plain)))
  const none = targets.filter((it) => it.to === 'nobody')
  expect(targets.filter(({to}) => to === 'arr')).toHaveLength(9)
  expect(none).toEqual([])
})
