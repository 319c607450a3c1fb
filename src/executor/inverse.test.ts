import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {AnyTorrentCommand, TorrentCommand} from '#model/command.ts'
import type {TorrentRecord, TorrentState} from '#model/torrent.ts'
import {expectedOf} from './expected.ts'
import {inverseOf, isReversible} from './undo-plan.ts'

type Inverse = ReturnType<typeof inverseOf>

const cases: readonly (readonly [AnyTorrentCommand, Partial<TorrentRecord>, Inverse])[] = [
  [{verb: 'start', args: {}}, {state: 'stopped'}, [{verb: 'stop', args: {}}]],
  [{verb: 'start', args: {}}, {state: 'queuedDown'}, 'nothing'],
  [{verb: 'forceStart', args: {}}, {state: 'seeding', forceStart: false}, [{verb: 'start', args: {}}]],
  [{verb: 'forceStart', args: {}}, {state: 'seeding', forceStart: true}, 'nothing'],
  [{verb: 'stop', args: {}}, {state: 'seeding', forceStart: true}, [{verb: 'forceStart', args: {}}]],
  [{verb: 'rename', args: {name: 'b'}}, {name: 'a'}, [{verb: 'rename', args: {name: 'a'}}]],
  [{verb: 'addTags', args: {tags: ['a', 'b']}}, {tags: ['a']}, [{verb: 'removeTags', args: {tags: ['b']}}]],
  [{verb: 'addTags', args: {tags: ['a']}}, {tags: ['a']}, 'nothing'],
  [{verb: 'removeTags', args: {tags: ['a', 'b']}}, {tags: ['a']}, [{verb: 'addTags', args: {tags: ['a']}}]],
  [{verb: 'setTags', args: {tags: ['b']}}, {tags: ['a']}, [{verb: 'setTags', args: {tags: ['a']}}]],
  [{verb: 'setTags', args: {tags: ['b', 'a']}}, {tags: ['a', 'b']}, 'nothing'],
  [
    {verb: 'setSpeedLimits', args: {up: 5}},
    {upLimit: null, downLimit: 3},
    [{verb: 'setSpeedLimits', args: {up: null}}],
  ],
  [{verb: 'setSpeedLimits', args: {up: 5, down: 5}}, {upLimit: null, downLimit: undefined}, 'unknown'],
  [
    {verb: 'setShareLimits', args: {ratio: 2, idleTime: null}},
    {ratioLimit: 'inherit', idleLimit: null},
    [{verb: 'setShareLimits', args: {ratio: 'inherit', idleTime: null}}],
  ],
  [
    {verb: 'setSequential', args: {on: true}},
    {sequential: false},
    [{verb: 'setSequential', args: {on: false}}],
  ],
  [{verb: 'setSequential', args: {on: true}}, {sequential: null}, 'unknown'],
  [{verb: 'setComment', args: {comment: 'x'}}, {comment: undefined}, 'unknown'],
  [
    {verb: 'setLocation', args: {path: '/b', moveData: false}},
    {savePath: '/a'},
    [{verb: 'setLocation', args: {path: '/a', moveData: false}}],
  ],
  [{verb: 'recheck', args: {}}, {}, 'unknown'],
]

for (const [command, before, inverse] of cases) {
  test(`${command.verb} ${JSON.stringify(command.args)} on ${JSON.stringify(before)}`, () => {
    expect(inverseOf(command, before as TorrentRecord, null)).toEqual(inverse)
  })
}

test.each(['checking', 'moving', 'error', 'missingFiles', 'unknown'] satisfies TorrentState[])(
  '%s does not report whether it was ordered to run, so an undo neither starts nor stops it',
  (state) => {
    for (const verb of ['start', 'stop', 'forceStart'] as const) {
      expect(inverseOf({verb, args: {}}, {state} as TorrentRecord, null)).toBe('unknown')
    }
  },
)

test('removals, checks, announces, trackers and places in the queue have no way back', () => {
  const without = ['remove', 'removeWithData', 'recheck', 'reannounce', 'moveInQueue', 'addTrackers']
  expect(without.filter(isReversible)).toEqual([])
})

const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), {maxLength: 4}).map((it) => it.toSorted())
const flags = fc.boolean()
const befores = fc.record({
  name: fc.constantFrom('x', 'y'),
  category: fc.constantFrom('', 'tv', 'films'),
  tags,
  sequential: flags,
  firstLast: flags,
  superSeeding: flags,
  autoManaged: flags,
  complete: flags,
  hasMetadata: fc.constant(true),
  forceStart: fc.constant(false),
  state: fc.constantFrom<TorrentState>('stopped', 'stalledDown', 'stalledUp'),
  priority: fc.constantFrom('low' as const, 'normal' as const),
})
const ones = tags.filter((it) => it.length > 0)
const commands: fc.Arbitrary<TorrentCommand> = fc.oneof(
  fc.constantFrom('start' as const, 'stop' as const).map((verb) => ({verb, args: {}}) as const),
  fc.constantFrom('x', 'z').map((name) => ({verb: 'rename', args: {name}}) as const),
  fc.constantFrom('', 'tv').map((category) => ({verb: 'setCategory', args: {category}}) as const),
  ones.map((it) => ({verb: 'addTags', args: {tags: it}}) as const),
  ones.map((it) => ({verb: 'removeTags', args: {tags: it}}) as const),
  tags.map((it) => ({verb: 'setTags', args: {tags: it}}) as const),
  fc
    .constantFrom('low' as const, 'high' as const)
    .map((it) => ({verb: 'setPriority', args: {priority: it}}) as const),
  fc
    .tuple(fc.constantFrom('setSequential', 'setFirstLast', 'setSuperSeeding', 'setAutoManaged'), flags)
    .map(([verb, on]) => ({verb, args: {on}})),
)

/** As the list shows it when the server did what it was told. */
function after(torrent: TorrentRecord, command: TorrentCommand): TorrentRecord {
  return {...torrent, ...expectedOf(command, torrent)?.patch}
}

test('what was done and undone is as it was before', () => {
  fc.assert(
    fc.property(befores, commands, (fields, command) => {
      const before = fields as unknown as TorrentRecord
      const inverse = inverseOf(command, before, null)
      const done = after(before, command)
      const undone = typeof inverse === 'string' ? done : inverse.reduce(after, done)
      expect({...undone, state: undone.state === 'stopped'}).toEqual({
        ...before,
        state: before.state === 'stopped',
      })
    }),
  )
})
