import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {ServerCommand, ServerVerbs, TorrentCommand, TorrentVerbs} from '#model/command.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {A, by, Harness, hash, key} from './executor-harness.fixture.ts'
import {awaitsEffect, endKnownBy, expectedOf} from './expected.ts'

const torrent = {complete: true, hasMetadata: true, tags: ['a']} as unknown as TorrentRecord

/** One of each. */
const args: TorrentVerbs = {
  start: {},
  forceStart: {},
  stop: {},
  recheck: {},
  reannounce: {},
  setLocation: {path: '/data', moveData: true},
  rename: {name: 'b'},
  renameFile: {from: 'a', to: 'b'},
  renameFiles: {files: [{from: 'a', to: 'b'}]},
  renameFolder: {from: 'a', to: 'b'},
  setCategory: {category: 'tv'},
  addTags: {tags: ['b']},
  removeTags: {tags: ['a']},
  setTags: {tags: ['b']},
  setFilePriority: {files: [0], priority: 'high'},
  addTrackers: {tiers: [['https://t.example/announce']]},
  editTracker: {from: 'https://t.example/a', to: 'https://t.example/b'},
  removeTrackers: {urls: ['https://t.example/a']},
  addPeers: {peers: ['10.0.0.1:1']},
  addWebSeeds: {urls: ['https://seed.example']},
  removeWebSeeds: {urls: ['https://seed.example']},
  setSpeedLimits: {down: 1},
  setShareLimits: {ratio: 1},
  moveInQueue: {to: 'top'},
  setPriority: {priority: 'high'},
  setSuperSeeding: {on: true},
  setSequential: {on: true},
  setFirstLast: {on: true},
  setAutoManaged: {on: true},
  setComment: {comment: 'c'},
}

test('an effect in the list is waited for exactly where there is one to see', () => {
  for (const [verb, given] of Object.entries(args)) {
    const seen = expectedOf({verb, args: given} as TorrentCommand, torrent) !== null
    expect([verb, endKnownBy(verb) === 'list']).toEqual([verb, seen])
  }
})

test('that a torrent goes is waited for', () => {
  expect(['remove', 'removeWithData'].map(awaitsEffect)).toEqual([true, true])
})

test('commands to a whole server end with its answer, but for what they add', () => {
  expect(['addTorrent', 'setPreferences', 'createCategory'].map(awaitsEffect)).toEqual([true, false, false])
})

const ends = {list: 'unconfirmed', late: 'failed', answer: 'confirmed'}

test('every command ends with its effect or with its answer, and none is left in between', async () => {
  const onServer: ServerVerbs = {
    addTorrent: {source: {magnet: 'magnet:?xt=a'}, start: true},
    createCategory: {name: 'films'},
    editCategory: {name: 'films', savePath: '/f'},
    removeCategories: {names: ['films']},
    createTags: {tags: ['a']},
    deleteTags: {tags: ['a']},
    banPeers: {peers: ['10.0.0.1:1']},
    setGlobalLimits: {down: 1},
    setAltSpeed: {on: true},
    setPreferences: {values: {dht: true}},
  }
  const harness = new Harness()
  harness.addHash = hash(0xadd)
  harness.late.start()
  for (const [verb, given] of Object.entries(args)) {
    await harness.run([key(A, 1)], {verb, args: given} as TorrentCommand)
  }
  await harness.run([key(A, 2)], {verb: 'remove', args: {}})
  await harness.run([key(A, 3)], {verb: 'removeWithData', args: {}})
  for (const [verb, given] of Object.entries(onServer)) {
    await harness.executor.runOnServer(by, A, {verb, args: given} as ServerCommand)
  }
  // What takes its time ends as the list shows it, which shows nothing of these.
  await harness.clock.advance(5 * 60_000)
  // The fleet ends what it expects, at the latest when its time is up.
  for (const one of harness.expected) {
    harness.settle({id: one.split(' ').at(-1)!, key: key(A, 1), outcome: 'expired'})
  }
  const last = new Map(harness.journal.map(({id, verb, phase}) => [id, {verb, phase}]))
  const verbs = [...Object.keys(args), 'remove', 'removeWithData', ...Object.keys(onServer)]
  expect([...last.values()]).toEqual(verbs.map((verb) => ({verb, phase: ends[endKnownBy(verb)]})))
})

test('a command whose torrent is not there any more to show its effect has no middle state either', async () => {
  const harness = new Harness()
  harness.expects = () => false
  await harness.run([key(A, 1)], {verb: 'stop', args: {}})
  await harness.run([key(A, 1)], {verb: 'remove', args: {}})
  expect(harness.journal.filter(({phase}) => phase !== 'intended' && phase !== 'sending')).toMatchObject([
    {verb: 'stop', phase: 'unconfirmed'},
    {verb: 'remove', phase: 'unconfirmed'},
  ])
})

test.each<[ServerCommand, Partial<JournalEntry>]>([
  [
    {verb: 'addTorrent', args: {source: {magnet: 'magnet:?xt=a'}, start: true}},
    {hash: hash(0xadd), name: 'added'},
  ],
  [
    {verb: 'addTorrent', args: {source: {url: 'https://t.example/1'}, start: true, rename: 'Mine'}},
    {hash: null, name: 'Mine'},
  ],
  [{verb: 'createCategory', args: {name: 'films'}}, {name: 'films'}],
  [{verb: 'editCategory', args: {name: 'films', savePath: '/f'}}, {name: 'films'}],
  [{verb: 'removeCategories', args: {names: ['films', 'tv']}}, {name: 'films, tv'}],
  [{verb: 'createTags', args: {tags: ['a', 'b']}}, {name: 'a, b'}],
  [{verb: 'deleteTags', args: {tags: ['a']}}, {name: 'a'}],
])('the journal names what %j is about', async (command, named) => {
  const harness = new Harness()
  await harness.executor.runOnServer(by, A, command)
  expect(harness.journal).toHaveLength(3)
  for (const entry of harness.journal) expect(entry).toMatchObject({subject: 'server', serverId: A, ...named})
})

test('an addition of which its server has not said how it went is not called done', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  await harness.executor.add(by, A, {source: {url: 'https://t.example/1'}, start: true})
  expect(harness.journal.at(-1)).toMatchObject({
    phase: 'unconfirmed',
    message: 'Its server fetches it and has not said how that went.',
  })
})
