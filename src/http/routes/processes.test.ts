import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {ThreadView} from '#model/manager.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {processRoutes} from './processes.ts'

function thread(id: string, kind: string): ThreadView {
  return {
    id,
    kind,
    name: id,
    state: 'running',
    since: 1,
    restarts: 2,
    nextStartAt: null,
    lastEnd: {at: 1, why: 'silent', message: 'no pulse'},
    pulse: {heapUsed: 5, lastPassAt: 1, nextPassAt: 2.4},
  }
}

let app: FastifyInstance
const restarted: string[] = []
const entries: AuditEvent[] = []
beforeEach(async () => {
  restarted.length = 0
  entries.length = 0
  const threads = [thread('radarr', 'arr'), thread('sonarr', 'arr'), thread('fleet', 'fleet')]
  const processes = {
    list: () => threads,
    restart: (id: string) => {
      restarted.push(id)
      return true
    },
  }
  const servers = fakeServers({})
  const people = {
    ada: principalOf(person('ada', 'administrator'), servers),
    mia: principalOf(person('mia', 'member'), servers),
  }
  const routes = [
    processRoutes(
      processes,
      () => ({command: 'ffprobe', version: '5.1.9'}),
      () => void restarted.push('clock'),
      async (entry) => void entries.push(entry),
    ),
  ]
  app = await routeRig({signIns: [byHeader(people)], routes})
})
afterEach(() => app.close())

const ask = (who: string, method: 'GET' | 'POST', url: string, payload?: object) =>
  app.inject({method, url: `/api/processes${url}`, headers: {'x-who': who}, ...(payload && {payload})})

test('administrators see what works beside the main thread', async () => {
  const {processes, media_probe: probe} = (await ask('ada', 'GET', '')).json<{
    processes: object[]
    media_probe: object
  }>()
  expect(probe).toEqual({command: 'ffprobe', version: '5.1.9'})
  expect(processes).toHaveLength(3)
  expect(processes[0]).toMatchObject({
    id: 'radarr',
    state: 'running',
    last_end: {why: 'silent'},
    pulse: {heap_used: 5, next_pass_at: 2},
  })
  expect((await ask('mia', 'GET', '')).statusCode).toBe(403)
})

test('one, all of a kind, or all begin again, each written down', async () => {
  expect((await ask('ada', 'POST', '/fleet/restart')).statusCode).toBe(204)
  expect((await ask('ada', 'POST', '/restart', {kind: 'arr'})).json()).toEqual({
    restarted: ['radarr', 'sonarr'],
  })
  expect((await ask('ada', 'POST', '/restart', {})).json()).toEqual({
    restarted: ['radarr', 'sonarr', 'fleet'],
  })
  expect(restarted).toHaveLength(6)
  expect(entries.map(({subject, verb, name}) => [subject, verb, name])[0]).toEqual([
    'process',
    'restart',
    'fleet',
  ])
  expect(entries).toHaveLength(6)
})

test('what is not there, and who may not, changes nothing', async () => {
  expect((await ask('ada', 'POST', '/gone/restart')).json()).toMatchObject({code: 'process_unknown'})
  expect((await ask('mia', 'POST', '/restart', {})).statusCode).toBe(403)
  expect(restarted).toEqual([])
})

test('S40 only an administrator says that the clock is right, and it is written down', async () => {
  const confirm = (who: string) =>
    app.inject({method: 'POST', url: '/api/clock/confirm', headers: {'x-who': who}})
  expect((await confirm('mia')).statusCode).toBe(403)
  expect(restarted).toEqual([])
  expect((await confirm('ada')).statusCode).toBe(204)
  expect(restarted).toEqual(['clock'])
  expect(entries).toMatchObject([{subject: 'process', verb: 'confirm', name: 'clock'}])
})
