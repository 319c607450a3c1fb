import {describe, expect, test} from 'vitest'
import type {ProfileSwitch, SeenContainer} from '#model/profile-switches.ts'
import type {SearchState} from '#model/searching.ts'
import {
  dueOf,
  isMapped,
  isStepDue,
  lookedAt,
  mainsOf,
  mayBegin,
  ownProfile,
  profileLinks,
  standingOf,
  stoppedUntil,
  type KnownContainer,
  type MissingUnit,
  type ProfileChoice,
} from './profile-decisions.ts'
import {DAY_MS, HOUR_MS, NOW} from './searching.fixture.ts'

const profiles = ['A', 'B', 'C', 'D', 'E'].map((name, at) => ({id: at + 1, name}))
const row: ProfileSwitch = {
  id: 'one',
  arrId: 'radarr',
  kind: 'movie',
  containerId: 17,
  foreignId: 'tmdb 68',
  title: 'Brazil',
  originalId: 1,
  originalName: 'A',
  fromId: 1,
  fromName: 'A',
  temporaryId: 2,
  temporaryName: 'B',
  state: 'switched',
  since: NOW,
  begunAt: NOW,
  reason: null,
  tries: 0,
  seenId: null,
}
const seen: SeenContainer = {foreignId: 'tmdb 68', title: 'Brazil', profileId: 2, monitored: true, missing: 1}
const choice: ProfileChoice = {
  isOn: true,
  keeps: false,
  resets: false,
  mappings: {A: 'B', B: 'C'},
  timeoutMs: null,
  retries: 3,
  isSearched: true,
  isUnmonitoredWanted: false,
}
const links = profileLinks(choice.mappings, profiles)
const missing: KnownContainer = {
  id: 17,
  foreignId: 'tmdb 68',
  title: 'Brazil',
  profileId: 2,
  monitored: true,
  isComplete: false,
  readAt: NOW,
}

describe('mappings', () => {
  test('each profile leads to the next one of its chain', () => {
    expect([...links.next].map(([id, next]) => [id, next.name])).toEqual([
      [1, 'B'],
      [2, 'C'],
    ])
    expect(links.problems).toEqual([])
  })

  test('a name that is unknown or ambiguous, and a circle, switch off their own mapping alone', () => {
    const several = [...profiles, {id: 9, name: 'B'}]
    const {next, problems} = profileLinks({A: 'B', C: 'D', D: 'C', E: 'X', B: 'E'}, several)
    expect(next.size).toBe(0)
    expect(problems).toEqual([
      '"B" is the name of several profiles',
      '"C" leads back to itself',
      '"D" leads back to itself',
      '"X" is no profile',
    ])
    expect([...profileLinks({A: 'X', C: 'D'}, profiles).next.keys()]).toEqual([3])
  })

  test('Q36 the first profiles of all chains to one profile are found', () => {
    const {next} = profileLinks({A: 'C', B: 'C', C: 'D', D: 'E'}, profiles)
    expect(mainsOf(3, {next, problems: []})).toEqual([1, 2])
    expect(mainsOf(5, {next, problems: []})).toEqual([1, 2])
    expect(mainsOf(1, {next, problems: []})).toEqual([])
  })

  test('a row is mapped over a whole chain, also when a profile has another name now', () => {
    expect(isMapped({...row, temporaryId: 3, temporaryName: 'C'}, choice.mappings, links)).toBe(true)
    expect(isMapped({...row, originalName: 'old'}, choice.mappings, links)).toBe(true)
    const unread = profileLinks(choice.mappings, [])
    expect(isMapped(row, choice.mappings, unread)).toBe(true)
    expect(isMapped(row, {A: 'C'}, profileLinks({A: 'C'}, profiles))).toBe(false)
  })
})

describe('whether its own profile comes back', () => {
  const due = (more: Partial<ProfileChoice> = {}, known: Partial<KnownContainer> = {}, now = NOW) =>
    dueOf(row, {...missing, ...known}, {...choice, ...more}, {links, now})

  test('while it misses something it does not', () => {
    expect(due()).toBeNull()
    expect(dueOf(row, null, choice, {links, now: NOW})).toBeNull()
  })

  test('each cause has its name, and an import comes before all others', () => {
    expect(due({isOn: false})).toBe('off')
    expect(due({mappings: {}})).toBe(null)
    expect(
      dueOf(row, missing, {...choice, mappings: {}}, {links: profileLinks({}, profiles), now: NOW}),
    ).toBe('unmapped')
    expect(due({}, {monitored: false})).toBe('unmonitored')
    expect(due({isUnmonitoredWanted: true}, {monitored: false})).toBeNull()
    expect(due({timeoutMs: HOUR_MS}, {}, NOW + HOUR_MS - 1)).toBeNull()
    expect(due({timeoutMs: HOUR_MS}, {}, NOW + HOUR_MS)).toBe('timeout')
    expect(due({isOn: false}, {isComplete: true})).toBe('imported')
  })

  test('what is to be kept comes back when its time is over', () => {
    expect(due({keeps: true}, {isComplete: true})).toBe('keep')
    const kept = {...row, state: 'kept'} as const
    const late = {...choice, keeps: true, timeoutMs: DAY_MS}
    expect(dueOf(kept, missing, late, {links, now: NOW})).toBeNull()
    expect(dueOf(kept, missing, late, {links, now: NOW + DAY_MS})).toBe('timeout')
  })
})

describe('what became of it', () => {
  const after = (state: ProfileSwitch['state'], profileId: number, more: Partial<ProfileSwitch> = {}) =>
    lookedAt({...row, state, ...more}, {...seen, profileId}, NOW + 1)

  test.each([
    ['intended', 2, 'switched'],
    ['intended', 5, 'superseded'],
    ['switched', 2, 'switched'],
    ['switched', 1, 'superseded'],
    ['switched', 5, 'superseded'],
    ['restoring', 2, 'restoring'],
    ['restoring', 1, 'restored'],
    ['restoring', 5, 'superseded'],
    ['needs_you', 5, 'superseded'],
    ['kept', 1, 'restored'],
  ] as const)('Q37 %s, seen with profile %i: %s', (state, profileId, expected) => {
    expect(after(state, profileId)).toMatchObject({state: expected})
  })

  test('a switch that was not made is forgotten, a link of a chain leaves the one before', () => {
    expect(after('intended', 1)).toBe('remove')
    const link = {fromId: 2, fromName: 'B', temporaryId: 3, temporaryName: 'C'}
    expect(after('intended', 2, link)).toMatchObject({state: 'switched', temporaryId: 2, temporaryName: 'B'})
    expect(after('intended', 1, link)).toMatchObject({state: 'superseded', seenId: 1})
    expect(after('restoring', 2, link)).toMatchObject({state: 'restoring', temporaryId: 2})
    expect(after('restoring', 1, link)).toMatchObject({state: 'restored'})
  })

  test('Q37 what left its Arr, or whose number means another item now, is gone', () => {
    expect(lookedAt(row, null, NOW)).toMatchObject({state: 'gone'})
    expect(standingOf(row, {...seen, foreignId: 'tmdb 9'})).toBe('renumbered')
    expect(lookedAt(row, {...seen, foreignId: 'tmdb 9'}, NOW)).toMatchObject({state: 'gone'})
  })
})

test('Q37 a deleted profile is found again by its name, a renamed one by its number', () => {
  expect(ownProfile(row, profiles)).toEqual({id: 1, name: 'A'})
  expect(ownProfile(row, [{id: 1, name: 'A renamed'}])).toEqual({id: 1, name: 'A renamed'})
  expect(ownProfile(row, [{id: 8, name: 'A'}])).toEqual({id: 8, name: 'A'})
  const renumbered = [
    {id: 1, name: 'B'},
    {id: 2, name: 'A'},
  ]
  expect(ownProfile(row, renumbered)).toEqual({id: 2, name: 'A'})
  expect(ownProfile(row, [{id: 2, name: 'B'}])).toBeNull()
})

describe('whether it may be switched', () => {
  test('Q37 what got another profile, or its own after a time-out, is left alone for a week', () => {
    const late = {...row, state: 'restored', reason: 'timeout'} as const
    for (const last of [{...row, state: 'superseded'} as const, late]) {
      expect(mayBegin(last, 1, NOW + 7 * DAY_MS - 1)).toBe(false)
      expect(mayBegin(last, 1, NOW + 7 * DAY_MS)).toBe(true)
    }
    expect(mayBegin({...late, reason: 'imported'}, 1, NOW)).toBe(true)
    expect(mayBegin(undefined, 1, NOW)).toBe(true)
  })

  test('what is switched, or keeps its temporary profile, is not switched again', () => {
    expect(mayBegin(row, 1, NOW + 99 * DAY_MS)).toBe(false)
    const kept = {...row, state: 'kept'} as const
    expect(mayBegin(kept, 2, NOW)).toBe(false)
    expect(mayBegin(kept, 1, NOW)).toBe(true)
  })

  test('Q39 flipped back twice within a day, nothing is switched in that Arr for a week', () => {
    const flip = (since: number, seenId = 1): ProfileSwitch => ({...row, state: 'superseded', since, seenId})
    expect(stoppedUntil([flip(NOW)], NOW)).toBeNull()
    expect(stoppedUntil([flip(NOW), flip(NOW + DAY_MS)], NOW + DAY_MS)).toBeNull()
    const twice = [flip(NOW), flip(NOW + HOUR_MS)]
    expect(stoppedUntil(twice, NOW + HOUR_MS)).toBe(NOW + HOUR_MS + 7 * DAY_MS)
    expect(stoppedUntil(twice, NOW + HOUR_MS + 7 * DAY_MS)).toBeNull()
    // A profile that was set by hand is no flip.
    expect(stoppedUntil([flip(NOW, 5), flip(NOW, 5)], NOW)).toBeNull()
  })
})

describe('Q36 the next link of a chain', () => {
  const found = {result: 'empty', searchedAt: NOW + 1} as SearchState
  const unit = (state?: Partial<SearchState>, hold: MissingUnit['hold'] = null): MissingUnit => ({
    reason: 'missing',
    hold,
    state: state && {...found, ...state},
  })

  test('is due when each wanted unit was searched in vain on this one', () => {
    expect(isStepDue(row, [unit({})], choice, NOW)).toBe(true)
    expect(isStepDue(row, [unit({}), unit()], choice, NOW)).toBe(false)
    expect(isStepDue(row, [unit({}), unit({result: 'grabbed'})], choice, NOW)).toBe(false)
    expect(isStepDue(row, [unit({searchedAt: NOW - 1})], choice, NOW)).toBe(false)
    expect(isStepDue(row, [unit({}), unit(undefined, {code: 'unreleased', until: null})], choice, NOW)).toBe(
      true,
    )
    expect(isStepDue(row, [], choice, NOW)).toBe(false)
  })

  test('is due after a day where nothing is searched', () => {
    const unsearched = {...choice, isSearched: false}
    expect(isStepDue(row, [], unsearched, NOW + DAY_MS - 1)).toBe(false)
    expect(isStepDue(row, [], unsearched, NOW + DAY_MS)).toBe(true)
  })
})
