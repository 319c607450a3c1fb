import {expect, test} from 'vitest'
import type {TorrentCommand, TorrentVerbs} from '#model/command.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {awaitsEffect, expectedOf} from './expected.ts'

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

test('an effect is waited for exactly where there is one to see', () => {
  for (const [verb, given] of Object.entries(args)) {
    const seen = expectedOf({verb, args: given} as TorrentCommand, torrent) !== null
    expect([verb, awaitsEffect(verb)]).toEqual([verb, seen])
  }
})

test('that a torrent goes is waited for', () => {
  expect(['remove', 'removeWithData'].map(awaitsEffect)).toEqual([true, true])
})

test('commands to a whole server end with its answer', () => {
  expect(['addTorrent', 'setPreferences', 'createCategory'].map(awaitsEffect)).toEqual([false, false, false])
})
