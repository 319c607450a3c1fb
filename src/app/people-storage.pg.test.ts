/** The household on PostgreSQL: all of it survives a kill, and the server going away and coming back. */
import {rmSync} from 'node:fs'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {startPostgres, type LabPostgres} from '#lab/daemons/postgres.ts'
import type {FleetProcess} from '#lab/simulators/fleet-process.ts'
import {expectAllAsBefore, kept} from '#test/program/fleet-harness-kept.fixture.ts'
import {livesThrough} from '#test/program/fleet-harness-outage.fixture.ts'
import {configured, done, moveIn, startHouseholdServers} from '#test/program/fleet-harness.fixture.ts'
import {newFolder, Program, type Api} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'

let postgres: LabPostgres
let fleet: FleetProcess
let folder: string
let running: Program

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.dispose())
beforeEach(async () => {
  fleet = await startHouseholdServers()
  folder = newFolder()
})
afterEach(async () => {
  await running.end('SIGKILL')
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
})

function start(database: string): Promise<Api> {
  running = new Program(configured(folder, fleet), {env: {DATABASE_URL: postgres.url(database)}})
  return running.api()
}

test.runIf(isFull)(
  'killed in the moment after a change, it comes back with all of it, and every server logs in',
  async () => {
    postgres.run('create database killed')
    const harness = await moveIn(await start('killed'), fleet)
    const before = await kept(harness)
    await done(harness.eve.send('PATCH', '/api/settings', {audit_days: 77}))
    await running.end('SIGKILL')
    const again = await expectAllAsBefore({
      harness,
      before,
      fleet,
      auditDays: 77,
      start: () => start('killed'),
    })
    expect((await again.eve.list()).total).toBe(57)
  },
)

test('PostgreSQL is gone: what is shown goes on, what would write is refused, no command goes out, and it recovers on its own', async () => {
  postgres.run('create database lost')
  const harness = await moveIn(await start('lost'), fleet)
  const outage = {
    ...({code: 'storage_unavailable', status: 503, isReadable: false} as const),
    begin: () => postgres.stop(),
    end: () => postgres.start(),
  }
  await livesThrough(outage, {harness, fleet, program: running})
  expect(await running.end()).toEqual({code: 0, signal: null})
})
