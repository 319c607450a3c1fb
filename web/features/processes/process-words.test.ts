import {beforeAll, expect, test} from 'vitest'
import type {Process} from '../../api/processes.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {endWords, kindWords, passWords, stateWords} from './process-words.ts'

beforeAll(speakEnglish)

const now = 1_000_000_000
const process: Process = {
  id: 'radarr',
  kind: 'arr',
  name: 'Radarr',
  state: 'running',
  since: now - 3_600_000,
  restarts: 0,
  last_end: null,
  next_start_at: null,
  pulse: {heap_used: 5, last_pass_at: now - 3_000, next_pass_at: now + 12_000},
}

const plain = (words: string) => words.replaceAll('\u00a0', ' ')

test('one that works says since when, when it ran last, and when it will again', () => {
  expect(plain(stateWords(process, now))).toBe('for 1 h')
  expect(plain(passWords(process, now))).toBe('3 s ago, next in 12 s')
  expect(endWords(process, now)).toBe('')
})

test('one that died says when it is started again, and how it ended in its words', () => {
  const last_end = {at: now - 20_000, why: 'silent', message: 'no pulse for 30 s'} as const
  const died: Process = {...process, state: 'waiting', next_start_at: now + 40_000, pulse: null, last_end}
  expect(plain(stateWords(died, now))).toBe('in 40 s')
  expect(passWords(died, now)).toBe('–')
  expect(plain(endWords(died, now))).toBe('It stopped responding 20 s ago and was ended: “no pulse for 30 s”')
})

test('one that has just started has not run yet, and one that is late is due', () => {
  expect(passWords({...process, pulse: null}, now)).toBe('not yet')
  const late = {...process, pulse: {heap_used: 5, last_pass_at: now - 60_000, next_pass_at: now - 1}}
  expect(plain(passWords(late, now))).toBe('1 m ago, next is due')
  const soon = {...late, pulse: {...late.pulse, next_pass_at: now + 400}}
  expect(plain(passWords(soon, now))).toBe('1 m ago, next is due')
})

test('a kind without a word of its own is called as it calls itself', () => {
  expect([kindWords('arr'), kindWords('probe')]).toEqual(['Arr workers', 'probe'])
})
