import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test, vi} from 'vitest'
import {startPostgres, type LabPostgres} from '#lab/daemons/postgres.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {openDatabase, takeDatabase} from './database.ts'

let server: LabPostgres
let dataFolder: string
let said: string[]
let logged: string[]

const say = (lines: readonly string[]) => said.push(...lines)
const log = {
  info: (_: object, text: string) => logged.push(`info ${text}`),
  error: (about: object, text: string) => logged.push(`error ${JSON.stringify(about)} ${text}`),
} as never

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.dispose())
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-data-'))
  said = []
  logged = []
})
afterEach(() => rmSync(dataFolder, {recursive: true, force: true}))

test('a server that starts after us is waited for, and that is said once', async () => {
  server.run('create database late')
  await server.stop()
  const opening = takeDatabase({dataFolder, url: server.url('late'), say, log})
  await expect.poll(() => said.length, {timeout: 30_000}).toBe(1)
  expect(said[0]).toMatch(
    /^Waiting for PostgreSQL at 127\.0\.0\.1:\d+\/late\. PostgreSQL does not answer: .+\.$/,
  )
  await server.start()
  const store = await opening
  await store.write((db) => putSetting(db, 'x', 1, 1))
  await store.close()
  expect(said).toHaveLength(1)
})

test('after a minute the start ends with what is wrong, and lets go of the data folder', async () => {
  const clock = new VirtualClock()
  const url = 'postgres://somebody:secret@127.0.0.1:1/nowhere'
  const over = new AbortController()
  const failure = takeDatabase({dataFolder, url, say, clock})
    .catch((error: unknown) => error)
    .finally(() => over.abort())
  while (!over.signal.aborted) {
    await clock.advance(100)
    await new Promise((done) => setTimeout(done, 1))
  }
  expect(await failure).toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(
      /^PostgreSQL at 127\.0\.0\.1:1\/nowhere: .*ECONNREFUSED.* Waited 60 s in vain\.$/,
    ),
  })
  expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000)
  expect([...said, String(await failure)].join()).not.toMatch(/secret|somebody/)
  const store = await takeDatabase({dataFolder, url: null, say})
  await store.close()
})

test('what waiting does not help ends the start at once, said to a person', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    expect(await openDatabase({dataFolder, url: server.url('nowhere'), say})).toBeNull()
    expect(stderr.mock.calls.join()).toMatch(/database "nowhere" does not exist/)
    expect(await openDatabase({dataFolder, url: 'mysql://x/y', say})).toBeNull()
    expect(stderr.mock.calls.join()).toMatch(/DATABASE_URL is no address of PostgreSQL/)
  } finally {
    stderr.mockRestore()
  }
  expect(said).toEqual([])
})

test('an empty server in the place of a database of ours is refused with the way to take that along', async () => {
  server.run('create database empty')
  const url = server.url('empty')
  await (await takeDatabase({dataFolder, url: null, say})).close()
  await expect(takeDatabase({dataFolder, url, say})).rejects.toMatchObject({
    message: expect.stringMatching(/empty is empty, but Commodarr ran here before.*migrate --to/),
  })
  await (await takeDatabase({dataFolder, url, say, fresh: true})).close()
  await (await takeDatabase({dataFolder, url, say})).close()
})

test('who is stopped while waiting does not wait on', async () => {
  const stop = Promise.withResolvers<void>()
  const opening = takeDatabase({
    dataFolder,
    url: 'postgres://127.0.0.1:1/nowhere',
    say,
    waitMs: 3_600_000,
    stopped: stop.promise,
  })
  await expect.poll(() => said.length).toBe(1)
  stop.resolve()
  await expect(opening).rejects.toMatchObject({code: 'shutting_down'})
})

test('a data folder that is in use is named; its lock goes with the store', async () => {
  const store = await takeDatabase({dataFolder, url: null, say})
  await expect(takeDatabase({dataFolder, url: null, say, lockMs: 0})).rejects.toMatchObject({
    code: 'storage_busy',
    message: expect.stringContaining(dataFolder),
  })
  await store.close()
  await (await takeDatabase({dataFolder, url: null, say, lockMs: 0})).close()
})

test('that the database goes and comes back stands in the log, a line each', async () => {
  server.run('create database logged')
  const store = await takeDatabase({dataFolder, url: server.url('logged'), say, log})
  await server.stop()
  for (let n = 0; n < 5; n++) await store.write((db) => putSetting(db, 'x', 1, 1)).catch(() => {})
  await server.start()
  await expect.poll(() => store.state.ok, {timeout: 60_000}).toBe(true)
  await store.close()
  expect(logged).toEqual([
    expect.stringMatching(
      /^error \{"code":"storage_unavailable"\} the database cannot be used, nothing is stored: PostgreSQL/,
    ),
    'info the database is back',
  ])
})
