import {expect, test} from 'vitest'
import {ensuredCategories, exceptBelow} from './categories.ts'
import {erroredRules} from './errored.ts'
import {planSpace, SPARE, type SpaceDownload} from './free-space.ts'
import {anArr, aTracker, owned, unsound, wants} from './inherited.fixture.ts'
import {queueMoves, type QueuedTorrent} from './queue-order.ts'
import {freeSpaceRules, queueOrderRule} from './whole-server.ts'

const runs = (key: string, left: number | undefined, how: SpaceDownload['runs'] = 'yes') => ({
  key,
  left,
  runs: how,
})

for (const [title, downloads, free, stop, start] of [
  ['all fit exactly', [runs('a', 60), runs('b', 40)], 200, [], []],
  ['the second does not fit', [runs('a', 60), runs('b', 41)], 200, ['b'], []],
  ['a smaller one behind it fits', [runs('a', 101), runs('b', 100)], 200, ['a'], []],
  ['nothing is left of the budget', [runs('a', 1)], 99, ['a'], []],
  ['unknown size', [runs('a', undefined), runs('b', 100)], 200, [], []],
  ['nothing to come', [runs('a', 0)], 0, [], []],
  ['a person stopped it', [runs('a', 900, 'no'), runs('b', 100)], 200, [], []],
  ['ours fits with something to spare', [runs('a', 1, 'ours')], 101 + SPARE, [], ['a']],
  ['ours fits barely', [runs('a', 1, 'ours')], 100 + SPARE, [], []],
  ['ours that waits takes no room', [runs('a', 60, 'ours'), runs('b', 100)], 200, [], []],
  ['one that nobody may stop takes its room', [runs('a', 60, 'always'), runs('b', 41)], 200, ['b'], []],
  ['even where there is none', [runs('a', 900, 'always'), runs('b', 1)], 200, ['b'], []],
  ['free space unknown', [runs('a', 900)], undefined, [], []],
] as const) {
  test(`B.10 ${title}: stopped [${stop.join()}], started [${start.join()}]`, () => {
    const plan = planSpace(downloads, free, {keep: 100, mayStop: true})
    expect(plan.stop.map(({key}) => key)).toEqual(stop)
    expect(plan.start.map(({key}) => key)).toEqual(start)
  })
}

test('B.10 with each goes how much room there was for it', () => {
  const downloads = [runs('a', 60), runs('b', 41), runs('c', 50), runs('d', 1, 'always'), runs('e', 40)]
  expect(planSpace(downloads, 200, {keep: 100, mayStop: true}).stop).toEqual([
    {key: 'b', room: 40},
    {key: 'c', room: 40},
    {key: 'e', room: 39},
  ])
})

test('B.10 AutoPauseResume off: nothing is stopped or started', () => {
  const nothing = {stop: [], start: []}
  expect(planSpace([runs('a', 9)], 0, {keep: 100, mayStop: false})).toEqual(nothing)
})

const rows = [aTracker('top.test', {priority: 5, sorts: true}), aTracker('low.test', {priority: -1})]
const queued = (key: string, position: number, host: string, addedAt = 0): QueuedTorrent => ({
  key,
  position,
  addedAt,
  hosts: [host],
})

for (const [title, queue, moves] of [
  ['nothing', [], []],
  ['in order', [queued('a', 1, 'top.test'), queued('b', 2, 'low.test'), queued('c', 3, 'x')], []],
  ['the best is last', [queued('a', 3, 'top.test'), queued('b', 1, 'low.test'), queued('c', 2, 'x')], ['a']],
  [
    'the other way round',
    [queued('a', 3, 'top.test'), queued('b', 2, 'low.test'), queued('c', 1, 'x')],
    ['b', 'a'],
  ],
  ['the newer first', [queued('a', 1, 'x', 10), queued('b', 2, 'x', 20)], ['b']],
] as const) {
  test(`B.9 SortTorrents, ${title}: moves [${moves.join()}]`, () => {
    expect(queueMoves(queue, () => rows)).toEqual(moves)
  })
}

test('B.9 each torrent goes by the rows of its own section', () => {
  const queue = [queued('a', 1, 'top.test'), queued('b', 2, 'top.test', 1)]
  const other = [aTracker('top.test', {priority: -5})]
  expect(queueMoves(queue, ({key}) => (key === 'a' ? rows : other))).toEqual([])
  expect(queueMoves(queue, ({key}) => (key === 'b' ? rows : other))).toEqual(['b'])
})

test('B.9 no row sorts: the queue stays', () => {
  const queue = [queued('a', 2, 'top.test'), queued('b', 1, 'low.test')]
  expect(queueMoves(queue, () => [aTracker('top.test', {priority: 5})])).toEqual([])
})

test('B.1 categories with their parents, each once, below CompletedDownloadFolder where it is shared', () => {
  expect(ensuredCategories(['tv/hd', 'tv', 'film'], '/done/')).toEqual([
    {name: 'tv', savePath: '/done/tv'},
    {name: 'tv/hd', savePath: '/done/tv/hd'},
    {name: 'film', savePath: '/done/film'},
  ])
  expect(ensuredCategories(['tv'], null)).toEqual([{name: 'tv', savePath: null}])
})

test('B.9 the longest owner of a category wins', () => {
  expect(exceptBelow(['tv'], ['tv', 'tv/hd', 'tvs', 'film'])).toEqual(['tv/hd'])
  const below = {categories: ['tv'], subcategories: true, exceptCategories: ['tv/hd']}
  const ground = {...anArr(below), arrId: null}
  const [rule] = erroredRules(ground)
  const verdict = (category: string) => wants(rule!, {...owned, 'arr.id': null, state: 'error', category})
  expect(['tv', 'tv/sd', 'tv/hd', 'tv/hd/x', 'tv/hdr', 'film'].map(verdict)).toEqual([
    'yes',
    'yes',
    'no',
    'no',
    'yes',
    'no',
  ])
})

test('B.9 B.10 rules about servers as a whole are taken by those who read and write rules', () => {
  const of = {section: 'Settings', servers: ['qBit'], observes: false}
  const space = {keep: 1024, mayStop: true}
  const rules = [queueOrderRule(of), ...freeSpaceRules(of, space, true)]
  expect(unsound(rules)).toEqual([])
  expect(rules.map(({id, subject, mode}) => [id, subject, mode])).toEqual([
    ['settings.queue-order', 'server', 'live'],
    ['settings.space-stop', 'server', 'live'],
    ['settings.space-start', 'server', 'live'],
    ['settings.space-taken-back', 'server', 'live'],
  ])
  expect(queueOrderRule({...of, observes: true}).mode).toBe('simulate')
})

test('B.10 B.12 AutoPauseResume off: there is no rule; Tagless: it writes no label, and takes off what is there', () => {
  const of = {section: 'Settings', servers: [], observes: false}
  expect(freeSpaceRules(of, {keep: 1, mayStop: false}, true)).toEqual([])
  const verbs = (keepsTags: boolean) =>
    freeSpaceRules(of, {keep: 1, mayStop: true}, keepsTags).map((rule) => rule.do.map(({action}) => action))
  expect(verbs(true)).toEqual([['tag', 'stop'], ['start', 'untag'], ['untag']])
  expect(verbs(false)).toEqual([['stop'], ['start', 'untag'], ['untag']])
})
