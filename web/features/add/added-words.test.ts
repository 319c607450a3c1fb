import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {addedWords, type Sent, type Task} from './sending.ts'

beforeAll(speakEnglish)

const task = (name: string, serverId: string, status: Sent['status'] = 'added'): Task => ({
  itemId: name,
  name,
  serverId,
  confirmed: {},
  state: 'ended',
  sent: {status, words: '', hash: null},
})

test('one torrent is named, with where it went and that it started', () => {
  const tasks = [task('Big Buck Bunny', 'nas'), task('Big Buck Bunny', 'attic')]
  expect(addedWords(tasks, 'nas, attic', 'start')).toBe('Added to nas, attic and started: Big Buck Bunny')
  expect(addedWords(tasks, 'nas, attic', 'stopped')).toBe('Added to nas, attic, stopped: Big Buck Bunny')
})

test('several are counted, each once', () => {
  const tasks = [task('a', 'nas'), task('b', 'nas'), task('a', 'attic'), task('b', 'attic')]
  expect(addedWords(tasks, 'nas, attic', 'start')).toBe('Added 2 torrents to nas, attic and started them')
})

test('it is not said that something started that may not have', () => {
  expect(addedWords([task('a', 'nas', 'pending')], 'nas', 'start')).toBe('Added to nas: a')
  expect(addedWords([task('a', 'nas')], 'nas', 'metadata')).toBe('Added to nas: a')
})
