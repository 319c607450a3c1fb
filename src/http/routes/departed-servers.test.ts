import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {Departed} from '#ownership/departed.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {departedServerRoutes} from './departed-servers.ts'

const box: Departed = {
  departedId: asServerId('box left 5'),
  id: asServerId('box'),
  name: 'Box',
  kind: 'qbittorrent',
  url: 'http://box:8080',
  paths: [],
  storage: null,
  enabled: true,
  leftAt: 5,
  until: 9,
  torrents: 3,
  listedAt: 4,
  isBehind: true,
  isReplaced: false,
}

let app: FastifyInstance
const forgotten: string[] = []
const entries: AuditEvent[] = []
beforeEach(async () => {
  forgotten.length = 0
  entries.length = 0
  const servers = fakeServers({})
  const people = {
    ada: principalOf(person('ada', 'administrator'), servers),
    mia: principalOf(person('mia', 'member'), servers),
  }
  const departed = {
    list: () => [box],
    former: () => box,
    forget: async (id: string) => forgotten.push(id) > 0,
  }
  const routes = [departedServerRoutes(departed, async (entry) => void entries.push(entry))]
  app = await routeRig({signIns: [byHeader(people)], routes})
})
afterEach(() => app.close())

const ask = (who: string, method: 'GET' | 'POST', url: string, payload?: object) =>
  app.inject({method, url: `/api/departed-servers${url}`, headers: {'x-who': who}, ...(payload && {payload})})

test('administrators see which servers left, and how much they keep', async () => {
  expect((await ask('ada', 'GET', '')).json()).toEqual({
    servers: [
      {
        id: 'box left 5',
        name: 'Box',
        url: 'http://box:8080',
        left_at: 5,
        until: 9,
        torrents: 3,
        listed_at: 4,
        behind: true,
        replaced: false,
      },
    ],
  })
  expect((await ask('mia', 'GET', '')).statusCode).toBe(403)
})

test('S44 a person alone says that one is gone permanently, and that is written down first', async () => {
  expect((await ask('mia', 'POST', '/forget', {id: 'box left 5'})).statusCode).toBe(403)
  expect((await ask('ada', 'POST', '/forget', {id: 'box'})).json()).toMatchObject({code: 'server_unknown'})
  expect([forgotten, entries]).toEqual([[], []])
  expect((await ask('ada', 'POST', '/forget', {id: 'box left 5'})).statusCode).toBe(204)
  expect(forgotten).toEqual(['box left 5'])
  expect(entries).toMatchObject([{subject: 'server', verb: 'forgetServer', name: 'Box', serverId: null}])
})
