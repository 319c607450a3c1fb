/** The program while its database is held by another one: what is shown goes on, and administrators are told. */
import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {StorageState} from '#model/services.ts'
import {Store} from '#store/store.ts'
import {Api, newFolder, startTestApp, until, type TestApp} from './program.fixture.ts'

let fleet: FleetProcess
let program: TestApp
let folder: string
let path: string

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [{name: 'qb', kind: 'qbittorrent', version: '5.1.0', seed: 1, count: 20}],
  })
  folder = newFolder()
  path = join(folder, 'kept.db')
  const store = await Store.sqlite(path, {patience: {busyMs: 20}})
  program = await startTestApp({servers: fleet.definitions, store, isOpen: false})
})
afterAll(async () => {
  await program?.stop()
  await fleet?.stop()
  rmSync(folder, {recursive: true, force: true})
})

interface Status {
  readonly storage?: StorageState & {readonly message: string}
}

test('the live view goes on, administrators read what ails the database and since when, and it heals', async () => {
  const {api} = program
  const stranger = new Api(api.url)
  await api.setUp()
  const password = 'an ample password'
  expect((await api.send('POST', '/api/users', {name: 'mia', password})).status).toBe(201)
  const member = new Api(api.url)
  await member.logIn('mia', password)
  await api.online()
  const before = (await api.get<Status>('/api/status')).storage!
  expect(before).toMatchObject({ok: true, code: null, message: ''})

  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  const refused = await api.send('PATCH', '/api/settings', {audit_days: 30})
  expect(refused).toMatchObject({status: 503, body: {code: 'storage_busy'}})
  const {storage} = await api.get<Status>('/api/status')
  expect(storage).toMatchObject({
    ok: false,
    code: 'storage_busy',
    message: 'Another program holds the database. Commodarr tries again automatically.',
  })
  expect(storage!.since).toBeGreaterThanOrEqual(before.since)
  expect(await api.send('GET', '/ready')).toEqual({
    status: 200,
    body: {ready: true, reasons: [`Nothing can be changed, but what is shown goes on: ${storage!.message}`]},
  })
  for (const one of [member, stranger]) {
    expect(await one.send('GET', '/ready')).toEqual({status: 200, body: {ready: true, reasons: []}})
  }
  expect(await member.get<Status>('/api/status')).not.toHaveProperty('storage')
  expect((await member.list()).total).toBe(20)
  const reported = JSON.stringify([refused, storage, await stranger.logIn('mia', password)])
  expect(reported).not.toContain(folder)

  other.exec('rollback')
  other.close()
  const healed = await until(
    () => api.get<Status>('/api/status'),
    (status) => status.storage!.ok,
  )
  expect(healed.storage).toMatchObject({code: null, message: ''})
  expect((await api.send('PATCH', '/api/settings', {audit_days: 30})).status).toBe(200)
})
