import {afterEach, beforeEach, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {RuleId} from '#model/rule.ts'
import type {WantedQuery, WantedUnit} from '#model/searching.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'

const film: WantedUnit = {
  arrId: 'films',
  unit: 'movie/17',
  title: 'Brazil',
  reason: 'missing',
  group: 'ready',
  hold: null,
  heldBy: null,
  pause: null,
  place: {place: 2, of: 5},
  nextAt: startOfTime,
  searchedAt: null,
  result: null,
  empties: 0,
  requestedAt: startOfTime + 2,
  requester: 'Ann',
}
const asked: WantedQuery[] = []
let items: readonly WantedUnit[] = []
let harness: FakeHarness

beforeEach(async () => {
  asked.length = 0
  items = [film]
  harness = await fakeHarness({
    rulesOf: () => [{id: 'old', name: 'No old films', condition: () => null}],
    arrsOf: () => [
      {id: asArrId('films'), kind: 'radarr', name: 'Films'},
      {id: asArrId('shows'), kind: 'sonarr', name: 'Shows'},
    ],
    wanted: async (query) => {
      asked.push(query)
      return {
        items,
        total: 40,
        counts: {ready: 1, resting: 2, coming: 3, unreleased: 4, held: 30},
        arrs: [{arrId: 'films', wanted: 40, pause: {code: 'hour_limit', until: startOfTime + 1}}],
      }
    },
  })
})
afterEach(() => harness.http.close())

const ask = (query = '') => harness.http.app.inject({url: `/api/wanted${query}`})

test('what is to be searched is listed of the Arrs that are seen, with why not yet and when', async () => {
  const answer = await ask('?group=ready&offset=20&limit=50')
  expect(asked).toEqual([{arrs: ['films', 'shows'], group: 'ready', offset: 20, limit: 50}])
  expect(answer.json()).toEqual({
    items: [
      {
        arr_id: 'films',
        unit: 'movie/17',
        title: 'Brazil',
        reason: 'missing',
        group: 'ready',
        says: 'To be searched because it is missing.',
        hold: null,
        held_by: null,
        pause: null,
        until: null,
        place: 2,
        of: 5,
        next_at: startOfTime,
        searched_at: null,
        result: null,
        empties: 0,
        requested_at: startOfTime + 2,
        requester: 'Ann',
      },
    ],
    total: 40,
    counts: {ready: 1, resting: 2, coming: 3, unreleased: 4, held: 30},
    arrs: [
      {
        arr_id: 'films',
        wanted: 40,
        pause: 'hour_limit',
        says: 'Its Arr was searched as often as it may be in an hour.',
        until: startOfTime + 1,
      },
    ],
  })
})

test('a hold is said before a pause, each with its end', async () => {
  const hold = {code: 'resting', until: startOfTime + 9} as const
  const pause = {code: 'import_waiting', until: null} as const
  items = [
    {...film, group: 'resting', hold, place: null},
    {...film, pause},
  ]
  const {items: said} = (await ask()).json<{items: object[]}>()
  expect(said).toMatchObject([
    {
      hold: 'resting',
      until: startOfTime + 9,
      place: null,
      says: 'Resting after a search, or until its profile or indexers change.',
    },
    {hold: null, pause: 'import_waiting', until: null, says: 'Paused: its Arr is importing.'},
  ])
})

test('a rule that holds it is named for who sees it, and for no one else', async () => {
  const hold = {code: 'held_by_rule', until: null} as const
  const heldBy = {id: 'old' as RuleId, name: 'No old films'}
  const others = {id: 'other' as RuleId, name: 'Of somebody else'}
  items = [
    {...film, group: 'held', hold, heldBy},
    {...film, group: 'held', hold, heldBy: others},
  ]
  const answer = await ask()
  expect(answer.json<{items: object[]}>().items).toMatchObject([
    {
      hold: 'held_by_rule',
      held_by: {id: 'old', name: 'No old films'},
      says: 'Not searched: the rule “No old films” keeps it from being searched.',
    },
    {hold: 'held_by_rule', held_by: null, says: 'Not searched: a rule keeps it from being searched.'},
  ])
  expect(answer.body).not.toContain('somebody else')
})

test('one Arr alone is asked for by its id, and one that is not seen is not there', async () => {
  expect((await ask('?arr=shows')).statusCode).toBe(200)
  expect(asked.at(-1)).toMatchObject({arrs: ['shows'], group: null})
  expectProblem(await ask('?arr=hidden'), 'arr_unknown')
  expect(asked).toHaveLength(1)
})
