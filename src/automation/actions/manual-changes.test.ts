import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {noteManualChanges} from './manual-changes.ts'

const key = {serverId: asServerId('nas'), hash: asInfoHash('a'.repeat(40))!}

function noted(...entries: object[]) {
  const changed: object[] = []
  const startedOrStopped: TorrentKey[] = []
  const usual = {subject: 'torrent', ...key, at: 7, verb: 'setTags', phase: 'sending'}
  noteManualChanges(
    entries.map((it) => ({...usual, actor: {origin: 'user'}, ...it}) as unknown as JournalEntry),
    {change: (of, changes, at) => void changed.push({of, changes, at})},
    {changedManually: (of) => void startedOrStopped.push(of)},
  )
  return {changed, startedOrStopped}
}

test('what a person or a program with a key changes is remembered of the torrent, from when it is sent', () => {
  const change = {of: key, changes: {lastManualChangeAt: 7}, at: 7}
  expect(noted({}, {actor: {origin: 'api'}})).toEqual({changed: [change, change], startedOrStopped: []})
})

test.each([
  ['what a rule does', {actor: {origin: 'rule'}}],
  ['what is only intended', {phase: 'intended'}],
  ['what was sent before', {phase: 'confirmed'}],
  ['what is done to a server', {subject: 'server', hash: null}],
  ['what concerns no torrent', {hash: null}],
  ['what concerns no server', {serverId: null}],
])('%s is no manual change', (_title, entry) => {
  expect(noted(entry)).toEqual({changed: [], startedOrStopped: []})
})

test.each(['start', 'forceStart', 'stop'])('who sends %s says whether the torrent shall run', (verb) => {
  expect(noted({verb}).startedOrStopped).toEqual([key])
})
