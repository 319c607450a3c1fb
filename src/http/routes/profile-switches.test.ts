import {afterEach, beforeEach, expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {ProfileSwitchQuery, ShownProfileSwitch} from '#model/profile-switches.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'
import {profileSwitchRoutes} from './profile-switches.ts'

const row: ShownProfileSwitch = {
  id: 'one',
  arrId: 'films',
  kind: 'movie',
  containerId: 17,
  foreignId: 'tmdb 68',
  title: 'Brazil',
  originalId: 1,
  originalName: 'Ultra-HD',
  fromId: 1,
  fromName: 'Ultra-HD',
  temporaryId: 2,
  temporaryName: 'Any',
  state: 'switched',
  since: startOfTime,
  begunAt: startOfTime,
  reason: null,
  tries: 0,
  seenId: null,
  due: null,
  isOnlyShown: false,
}
const asked: ProfileSwitchQuery[] = []
const noted: AuditEvent[] = []
let items: readonly ShownProfileSwitch[] = []
let mayCommand = true
let harness: FakeHarness

beforeEach(async () => {
  asked.length = 0
  noted.length = 0
  items = [row]
  mayCommand = true
  harness = await fakeHarness({
    nouns: [
      profileSwitchRoutes({
        seenBy: () => [{id: asArrId('films'), name: 'Films'}],
        mayCommand: () => mayCommand,
        note: async (event) => void noted.push(event),
        switches: {
          async list(query) {
            asked.push(query)
            const about = {
              isOn: true,
              isOnlyShown: false,
              stoppedUntil: null,
              problems: ['"X" is no profile'],
            }
            return {items, total: 40, arrs: [{arrId: 'films', ...about, waiting: 3}]}
          },
          get: (id) => [row, {...row, id: 'hidden', arrId: 'shows'}].find((it) => it.id === id) ?? null,
          restore: async (id) => {
            const found = items.find((it) => it.id === id)
            return found ? {...found, state: 'restored', reason: 'person'} : null
          },
        },
      }),
    ],
  })
})
afterEach(() => harness.http.close())

const ask = (query = '') => harness.http.app.inject({url: `/api/profile-switches${query}`})
const restore = (id: string) =>
  harness.http.app.inject({method: 'POST', url: `/api/profile-switches/${id}/restore`})

test('temporary profiles are listed of the Arrs that are seen, with their own profiles', async () => {
  const answer = await ask('?group=open&offset=20&limit=50')
  expect(asked).toEqual([{arrs: ['films'], group: 'open', offset: 20, limit: 50}])
  expect(answer.json()).toEqual({
    items: [
      {
        id: 'one',
        arr_id: 'films',
        kind: 'movie',
        item_id: 17,
        title: 'Brazil',
        original: 'Ultra-HD',
        temporary: 'Any',
        state: 'switched',
        says: 'On Any; back to Ultra-HD when it is imported.',
        since: startOfTime,
        begun_at: startOfTime,
        reason: null,
        due: null,
        only_shown: false,
        tries: 0,
      },
    ],
    total: 40,
    arrs: [
      {
        arr_id: 'films',
        on: true,
        only_shown: false,
        stopped_until: null,
        problems: ['"X" is no profile'],
        waiting: 3,
      },
    ],
  })
})

test('each state has its sentence, and what is only watched says what would be done', async () => {
  const states = ['intended', 'restored', 'kept', 'superseded', 'gone', 'needs_you'] as const
  items = [
    {...row, due: 'imported', isOnlyShown: true},
    {...row, state: 'restoring', reason: 'timeout'},
    ...states.map((state) => ({...row, state})),
  ]
  const {items: found} = (await ask()).json<{items: {says: string}[]}>()
  expect(found.map(({says}) => says)).toEqual([
    'On Any. Would get Ultra-HD back because nothing of it is missing any more, but nothing is sent.',
    'Ultra-HD is being put back because its time is over.',
    'About to get Any.',
    'Has its own profile, Ultra-HD.',
    'Imported; keeps Any.',
    'Was given another profile meanwhile, and is left alone.',
    'Not in its Arr any more.',
    'Ultra-HD does not exist any more. Give it another profile in its Arr.',
  ])
})

test('a user who may command its Arr puts the own profile back, which stands in the journal', async () => {
  const answer = await restore('one')
  expect([answer.statusCode, answer.json()]).toMatchObject([200, {state: 'restored', reason: 'person'}])
  expect(noted).toMatchObject([
    {subject: 'arr', verb: 'arr.profile', name: 'Films', args: {item: 'movie/17', original: 'Ultra-HD'}},
  ])
})

test('what is not there, not seen, not allowed or over is refused, and not in the journal', async () => {
  expectProblem(await restore('none'), 'profile_switch_unknown')
  expectProblem(await restore('hidden'), 'profile_switch_unknown')
  expectProblem(await ask('?arr=shows'), 'arr_unknown')
  mayCommand = false
  expectProblem(await restore('one'), 'forbidden')
  mayCommand = true
  items = []
  expectProblem(await restore('one'), 'undo_impossible')
  expect(noted).toEqual([])
})
