import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import type {MoveInView, Observing} from '#model/qbitrr-migration.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {moveInRoutes} from './move-in.ts'

let app: FastifyInstance
let observing: Observing | null
const confirmed: string[] = []

const view = (): MoveInView => ({
  folder: '/config/qBitManager',
  isInherited: true,
  faults: [],
  observing,
  databases: [
    {
      path: '/config/qBitManager/qbitrr.db',
      fingerprint: 'ab',
      bytes: 9,
      modifiedAt: 1,
      movedAt: 2,
      counts: {torrents: 1, searched: 2, requested: 3, profiles: 4, leftOut: 5},
    },
  ],
  differences: [
    {
      id: 'limits',
      weight: 'careful',
      before: 'a',
      now: 'b',
      why: 'c',
      change: 'd',
      places: [{key: 'Radarr.Torrent.StalledDelay', line: 7, variable: null, value: '15 min'}],
    },
  ],
})

beforeEach(async () => {
  observing = {since: 5, until: null, isOpen: true}
  confirmed.length = 0
  const moveIn = {
    view,
    items: async () => [
      {
        arrId: 'Radarr-4K',
        item: 'movie/12',
        title: 'Paper Ferry (2021)',
        requested: true,
        originalProfileId: 4,
        temporaryProfileId: 6,
        switchedAt: 5,
      },
    ],
    watch: async ({name}: {name: string}, isForADay: boolean) => {
      confirmed.push(`${name} watches${isForADay ? ' for a day' : ''}`)
      observing = {since: 5, until: 9, isOpen: false}
    },
    endSetUp: async () => {},
    confirmed: null,
    confirm: async ({name}: {name: string}, caution: string | null) => {
      confirmed.push(caution === null ? name : `${name}: ${caution}`)
      observing = null
    },
  }
  const servers = fakeServers({})
  const people = {
    ada: principalOf(person('ada', 'administrator'), servers),
    mia: principalOf(person('mia', 'member'), servers),
  }
  app = await routeRig({signIns: [byHeader(people)], routes: [moveInRoutes(moveIn)]})
})
afterEach(() => app.close())

const ask = (who: string, method: 'GET' | 'POST', path = '', payload?: object) =>
  app.inject({method, url: `/api/move-in${path}`, headers: {'x-who': who}, ...(payload && {payload})})

test('an administrator reads what was taken over and what differs', async () => {
  expect((await ask('ada', 'GET')).json()).toMatchObject({
    folder: '/config/qBitManager',
    is_inherited: true,
    observing: {since: 5},
    databases: [{moved_at: 2, counts: {left_out: 5}}],
    differences: [{weight: 'careful', places: [{line: 7}]}],
  })
})

test('an administrator reads which items are worth a look', async () => {
  expect((await ask('ada', 'GET', '/items')).json()).toEqual({
    items: [
      {
        arr_id: 'Radarr-4K',
        item: 'movie/12',
        title: 'Paper Ferry (2021)',
        requested: true,
        original_profile_id: 4,
        temporary_profile_id: 6,
        switched_at: 5,
      },
    ],
  })
  expect((await ask('mia', 'GET', '/items')).statusCode).toBe(403)
})

test('an administrator lets the rules act, in their name', async () => {
  expect((await ask('ada', 'POST', '/confirm')).json()).toMatchObject({observing: null})
  expect(confirmed).toEqual(['ada'])
})

test('how careful they act is said with it, and nothing else is taken for that', async () => {
  expect((await ask('ada', 'POST', '/confirm', {caution: 'never'})).statusCode).toBe(400)
  expect(confirmed).toEqual([])
  await ask('ada', 'POST', '/confirm', {caution: 'act'})
  expect(confirmed).toEqual(['ada: act'])
})

test('no one else reads or confirms anything', async () => {
  expect((await ask('mia', 'GET')).statusCode).toBe(403)
  expect((await ask('mia', 'POST', '/confirm')).statusCode).toBe(403)
  expect(confirmed).toEqual([])
})

test('watching for a day more is said by administrators, too', async () => {
  expect((await ask('mia', 'POST', '/watch')).statusCode).toBe(403)
  expect((await ask('ada', 'POST', '/watch')).json()).toMatchObject({
    observing: {since: 5, until: 9, is_open: false},
  })
  expect((await ask('ada', 'POST', '/watch', {until: 9})).statusCode).toBe(400)
  expect((await ask('ada', 'POST', '/watch', {until: null})).statusCode).toBe(200)
  expect(confirmed).toEqual(['ada watches for a day', 'ada watches'])
})
