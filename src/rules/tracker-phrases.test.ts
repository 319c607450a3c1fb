import {expect, test} from 'vitest'
import {noPhrases, phrasesFor} from './tracker-phrases.ts'
import type {OwingProfile} from './presets/inherited.ts'

const profile = (change: Partial<OwingProfile>): OwingProfile => ({
  name: 'Tidemark',
  hosts: ['tidemark.example'],
  servers: null,
  hitAndRun: null,
  phrases: {unregistered: ['gone'], ignored: []},
  phrasesOn: null,
  ...change,
})

test('phrases are those of profiles of one of its hosts, on its server', () => {
  const profiles = [
    profile({}),
    profile({phrasesOn: ['nas'], phrases: {unregistered: [], ignored: ['later']}}),
    profile({hosts: ['other.example'], phrases: {unregistered: ['else'], ignored: []}}),
  ]
  expect(phrasesFor(profiles, 'nas', ['t1.tidemark.example'])).toEqual({
    unregistered: ['gone'],
    ignored: ['later'],
  })
  expect(phrasesFor(profiles, 'box', ['tidemark.example'])).toEqual({unregistered: ['gone'], ignored: []})
  expect(phrasesFor(profiles, 'nas', ['nowhere.example'])).toBe(noPhrases)
})

test('words that free a torrent are not heard where a tracker of another owner may have said them, those to ignore are', () => {
  const profiles = [profile({phrases: {unregistered: ['gone'], ignored: ['later']}})]
  const mixed = {unregistered: [], ignored: ['later']}
  expect(phrasesFor(profiles, 'nas', ['tidemark.example', 'other.example'])).toEqual(mixed)
  expect(phrasesFor(profiles, 'nas', undefined)).toEqual(mixed)
  expect(phrasesFor(profiles, 'nas', ['t1.tidemark.example', 't2.tidemark.example'])).toEqual({
    unregistered: ['gone'],
    ignored: ['later'],
  })
  expect(phrasesFor(profiles, 'nas', [])).toBe(noPhrases)
})
