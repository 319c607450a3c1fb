import {expect, test} from 'vitest'
import {noPhrases, phrasesFor} from './tracker-phrases.ts'
import type {OwingProfile} from './presets/inherited.ts'

const profile = (change: Partial<OwingProfile>): OwingProfile => ({
  name: 'Tidemark',
  hosts: ['tidemark.example'],
  servers: null,
  hitAndRun: null,
  phrases: {unregistered: ['gone'], ignored: []},
  ...change,
})

test('phrases are those of profiles of one of its hosts, on its server', () => {
  const profiles = [
    profile({}),
    profile({servers: ['nas'], phrases: {unregistered: [], ignored: ['later']}}),
    profile({hosts: ['other.example'], phrases: {unregistered: ['else'], ignored: []}}),
  ]
  expect(phrasesFor(profiles, 'nas', ['t1.tidemark.example'])).toEqual({
    unregistered: ['gone'],
    ignored: ['later'],
  })
  expect(phrasesFor(profiles, 'box', ['tidemark.example'])).toEqual({unregistered: ['gone'], ignored: []})
  expect(phrasesFor(profiles, 'nas', ['nowhere.example'])).toBe(noPhrases)
})
