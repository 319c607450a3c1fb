import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {normaliseHot, normaliseSlow, trackerWords} from './normalise.ts'

const hash = 'a'.repeat(40) as InfoHash
const whole = {total_size: 100, total_wanted: 100, total_remaining: 0}
const part = {total_size: 100, total_wanted: 100, total_remaining: 40}
const none = {total_size: 100, total_wanted: 100, total_remaining: 100}
const bare = {total_size: 0, total_wanted: 0, total_remaining: 0}

const read = (raw: Readonly<Record<string, unknown>>) =>
  normaliseHot(raw, hash, {top: undefined, hasTrackers: true, tickedAt: 1_000_000}, {isQueueing: true})

test.each([
  [{state: 'Downloading', download_payload_rate: 5, ...part}, 'downloading'],
  [{state: 'Downloading', download_payload_rate: 0, ...part}, 'stalledDown'],
  [{state: 'Downloading', ...bare}, 'metadata'],
  // Nobody is asked for the metadata of a magnet that waits for a slot.
  [{state: 'Queued', ...bare}, 'queuedDown'],
  [{state: 'Queued', ...part}, 'queuedDown'],
  [{state: 'Queued', ...whole}, 'queuedUp'],
  // They wait for their check, and Deluge says so of nothing that they have.
  [{state: 'Queued', completed_time: 5, ...none}, 'checking'],
  [{state: 'Queued', all_time_download: 60, ...none}, 'checking'],
  [{state: 'Queued', completed_time: 0, all_time_download: 0, ...none}, 'queuedDown'],
  [{state: 'Queued', completed_time: 5, ...part}, 'queuedDown'],
  [{state: 'Queued', completed_time: 5, ...none, total_wanted: 0, total_remaining: 0}, 'queuedUp'],
  [{state: 'Seeding', upload_payload_rate: 1, ...whole}, 'seeding'],
  [{state: 'Seeding', upload_payload_rate: 0, ...whole}, 'stalledUp'],
  [{state: 'Paused', ...whole}, 'stopped'],
  [{state: 'Checking', ...part}, 'checking'],
  [{state: 'Moving', ...whole}, 'moving'],
  [{state: 'Error', message: 'Missing or invalid torrent data!', ...part}, 'missingFiles'],
  [{state: 'Error', message: 'error: /srv/a: No such file or directory', ...part}, 'missingFiles'],
  [{state: 'Error', message: 'error: No space left on device', ...part}, 'error'],
  [{state: 'Dreaming', ...whole}, 'unknown'],
])('%o is %s', (raw, state) => {
  expect(read(raw).state).toBe(state)
})

test('what a check or a move says of its progress is nothing that was downloaded', () => {
  expect(read({state: 'Checking', progress: 25, ...part})).toMatchObject({
    progress: 0.6,
    taskProgress: 0.25,
    complete: false,
  })
  // Of an error it says that all is there.
  expect(read({state: 'Error', message: 'x', progress: 100, ...part})).toMatchObject({
    progress: 0.6,
    taskProgress: null,
  })
})

test.each([
  ['Announce OK', 'ok', ''],
  ['Announce Sent', 'unknown', ''],
  ['', 'unknown', ''],
  ['Warning: slow down', 'warning', 'slow down'],
  ['Error: Torrent not found', 'error', 'Torrent not found'],
  ['Error: access refused', 'error', 'access refused'],
  ['Error: unregistered torrent', 'error', 'unregistered torrent'],
  ['Error: Connection refused', 'unreachable', 'Connection refused'],
  ['Error: Host not found (authoritative)', 'unreachable', 'Host not found (authoritative)'],
  ['Error: timed out', 'unreachable', 'timed out'],
])('%s of a tracker is %s', (words, trackerStatus, trackerMessage) => {
  expect(trackerWords(words)).toEqual({
    trackerStatus,
    trackerProblem: trackerStatus !== 'ok' && trackerStatus !== 'unknown',
    trackerMessage,
  })
})

test('without the list of its trackers it is unknown whether it has any', () => {
  const hostsOf = (raw: Readonly<Record<string, unknown>>) => {
    const {trackerHosts, trackerHost} = normaliseSlow(raw, hash)
    return [trackerHosts, trackerHost]
  }
  const tracker = {url: 'https://strict.example.net/announce', tier: 0}
  expect(hostsOf({trackers: [tracker]})).toEqual([['strict.example.net'], 'strict.example.net'])
  expect(hostsOf({trackers: []})).toEqual([[], ''])
  expect(hostsOf({})).toEqual([undefined, undefined])
})

test.each([
  [{move_completed: true, move_completed_path: '/done'}, '/done'],
  [{move_completed: false, move_completed_path: '/done'}, null],
  // Of a label that moves to no folder: Deluge cannot do that.
  [{move_completed: true, move_completed_path: ''}, null],
  [{move_completed: true}, undefined],
  [{}, undefined],
])('%o says where it goes once it is complete: %s', (raw, completedPath) => {
  expect(read({state: 'Downloading', ...part, ...raw}).completedPath).toBe(completedPath)
})
