import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {InstanceClock} from '#lib/instance-clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {LastSeen, recordRestored} from './last-seen.ts'
import {appendEvent} from './journal.ts'
import {Store} from '../store.ts'

const MINUTE = 60_000

async function harness() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-last-seen-'))
  const store = await Store.sqlite(':memory:')
  onTestFinished(async () => {
    await store.close()
    rmSync(dataFolder, {recursive: true, force: true})
  })
  const clock = new VirtualClock()
  const errors: string[] = []
  const open = (over = store) =>
    LastSeen.open(over, dataFolder, {error: (_about, text) => void errors.push(text)})
  /** A run of so many minutes. */
  const live = async (minutes: number) => {
    const lastSeen = await open()
    lastSeen.start(new InstanceClock(clock, lastSeen.before))
    await clock.advance(minutes * MINUTE)
    await lastSeen.stop()
  }
  return {clock, store, open, live, errors, path: join(dataFolder, 'last-seen.json')}
}

test('S40 the next run knows when this one looked last', async () => {
  const {clock, open, live} = await harness()
  expect((await open()).before).toBeNull()
  await live(10)
  const seen = {at: clock.now(), uptime: clock.uptime()}
  await clock.advance(30_000)
  expect(await open()).toMatchObject({before: seen, lost: null})
})

test('S40 a database of an earlier release is as old as its journal', async () => {
  const {clock, store, open} = await harness()
  const entry = {
    actor: {name: 'ada', userId: null, address: null, origin: 'user'},
    subject: 'server',
    verb: 'x',
  } as const
  await store.write((db) => appendEvent(db, {...entry, name: '', serverId: null, args: {}}, clock.now()))
  expect((await open()).before).toEqual({at: clock.now(), uptime: null})
})

test('S41 an older copy of the database knows less than the folder beside it', async () => {
  const {clock, open, live, path} = await harness()
  await live(5)
  const from = clock.now()
  const beside = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({...beside, at: from + 90 * MINUTE}))
  const later = await open()
  expect(later.lost).toEqual({from, to: from + 90 * MINUTE, run: beside.run})
  expect(later.before!.at).toBe(from + 90 * MINUTE)
  // Nobody has to have looked since, and the program need not have run in this folder.
  recordRestored(dirname(path), from + 5 * MINUTE)
  expect(await open()).toMatchObject({lost: {from, to: from + 5 * MINUTE}, before: {at: from}})
  // A copy of another one, a broken file, none: nobody knows.
  writeFileSync(path, JSON.stringify({...beside, at: from + 90 * MINUTE, database: 'another'}))
  expect((await open()).lost).toBeNull()
  writeFileSync(path, '{"at":')
  expect((await open()).lost).toBeNull()
  rmSync(path)
  expect((await open()).lost).toBeNull()
})
