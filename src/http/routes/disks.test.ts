import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {MountRecord} from '#model/automation-state.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {diskRoutes} from './disks.ts'

const disk: MountRecord = {
  path: '/data/films',
  device: '7',
  inode: '2',
  fileSystem: '61267',
  totalBytes: 8e12,
  hadFiles: true,
  seenAt: 5,
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
  const disks = {all: () => [disk], forget: (path: string) => forgotten.push(path) > 0}
  const routes = [diskRoutes(disks, async (entry) => void entries.push(entry))]
  app = await routeRig({signIns: [byHeader(people)], routes})
})
afterEach(() => app.close())

const ask = (who: string, method: 'GET' | 'POST', url: string, payload?: object) =>
  app.inject({method, url: `/api/disks${url}`, headers: {'x-who': who}, ...(payload && {payload})})

test('administrators see which disk was at each path, and nothing of how it is distinguished from others', async () => {
  expect((await ask('ada', 'GET', '')).json()).toEqual({
    disks: [{path: '/data/films', total_bytes: 8e12, had_files: true, seen_at: 5}],
  })
  expect((await ask('mia', 'GET', '')).statusCode).toBe(403)
})

test('S08 a disk is forgotten by a person alone, and that is written down first', async () => {
  expect((await ask('ada', 'POST', '/forget', {path: '/data/films'})).statusCode).toBe(204)
  expect(forgotten).toEqual(['/data/films'])
  expect(entries).toMatchObject([{subject: 'path', verb: 'forget', name: '/data/films', serverId: null}])
})

test('what is not known, and who may not, forgets nothing', async () => {
  expect((await ask('ada', 'POST', '/forget', {path: '/elsewhere'})).json()).toMatchObject({
    code: 'disk_unknown',
  })
  expect((await ask('mia', 'POST', '/forget', {path: '/data/films'})).statusCode).toBe(403)
  expect([forgotten, entries]).toEqual([[], []])
})
