import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {FleetClaimsDeps} from './fleet-claims.ts'
import {OrphanWatch} from './orphan-watch.ts'
import {OrphanSurvey} from './survey.ts'

const id = asServerId('A')
const film = {
  name: 'One',
  contentPath: '/data/films/One',
  savePath: '/data/films',
  hasMetadata: true,
  complete: true,
}

let root: string
let clock: VirtualClock
let status: string
let looks: number
let watch: OrphanWatch

const started = (more: Partial<FleetClaimsDeps> = {}, firstLookMs?: number): OrphanWatch => {
  const survey = new OrphanSurvey(
    {
      fleet: {
        rowsOf: () => [0],
        serverAt: () => id,
        keyAt: () => ({serverId: id, hash: '0'.repeat(40) as never}),
        valueAt: (_at, field) => film[field as keyof typeof film] as never,
      },
      turns: new TimeSlice(),
      servers: () =>
        [
          {id, enabled: true, isNeverListed: false, stale: 0, wholeLists: 2, health: {status, since: 0}},
        ] as unknown as readonly ServerView[],
      disk: () => ({machine: 'm', storage: null, mappings: [{server: '/data', ours: root}], owner: null}),
      ownFolders: {of: async () => []},
      kept: () => [],
      time: {now: () => Date.now(), since: (at) => clock.now() - at},
      ...more,
    },
    {of: async () => ({paths: [], unknown: []})},
    new MountedDisks(new Patience(systemClock), new Map()),
  )
  const made = new OrphanWatch(
    survey,
    clock,
    {error: (_about, words) => expect.unreachable(words)},
    () => void looks++,
    firstLookMs,
  )
  made.start()
  return made
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-orphan-watch-')))
  mkdirSync(join(root, 'films/One'), {recursive: true})
  writeFileSync(join(root, 'films/One/one.mkv'), 'x')
  clock = new VirtualClock()
  ;[status, looks] = ['online', 0]
})
afterEach(async () => {
  await watch.stop()
  rmSync(root, {recursive: true})
})

/** Moves on by so many minutes, and waits for the look that begins then. */
async function after(minutes: number): Promise<void> {
  await clock.advance(minutes * MINUTE * 1_000)
  await watch.look()
}
const minutesLeft = () => (watch.state().nextAt - clock.now()) / (MINUTE * 1_000)

test('it looks on its own once servers can be there for long enough, then every six hours', async () => {
  watch = started()
  expect(watch.state()).toMatchObject({isLooking: false, progress: null, report: null})
  expect(minutesLeft()).toBe(11)
  await after(11)
  expect(watch.state().report?.folders).toMatchObject([{held: null, claimed: 1, orphans: 0}])
  expect(watch.state()).toMatchObject({isLooking: false, progress: null})
  await clock.advance(0)
  expect(minutesLeft()).toBe(360)
  expect(looks).toBeGreaterThan(0)
})

test('while a folder waits for what passes on its own it looks again soon, and not for what a person has to do', async () => {
  watch = started()
  status = 'warming'
  await after(11)
  expect(watch.state().report?.folders[0]?.held?.missing).toMatchObject([{why: 'warming'}])
  await clock.advance(0)
  expect(minutesLeft()).toBe(10)
  status = 'unreachable'
  await after(10)
  await clock.advance(0)
  expect(minutesLeft()).toBe(360)
})

test('a look says how far it is, and a demo need not wait', async () => {
  const seen: unknown[] = []
  const turns = {due: () => Boolean(seen.push(watch.state().progress)) && false, next: async () => undefined}
  watch = started({settledMs: 500, turns}, 1_000)
  await clock.advance(1_000)
  await watch.look()
  expect(seen).toContainEqual({done: 0, all: 1})
  expect(watch.state().report?.folders).toMatchObject([{held: null, claimed: 1}])
})

test('a look that is cancelled leaves what the last one found, and is no look', async () => {
  const ownFolders = {of: async () => (watch.cancelLook(), [])}
  watch = started({ownFolders})
  await watch.look()
  expect([watch.state(), looks]).toMatchObject([{isLooking: false, progress: null, report: null}, 0])
  ownFolders.of = async () => []
  await watch.look()
  const {report} = watch.state()
  expect([report?.folders.map(({claimed}) => claimed), looks]).toEqual([[1], 1])
  ownFolders.of = async () => (watch.cancelLook(), [])
  rmSync(join(root, 'films/One'), {recursive: true})
  await watch.look()
  expect([watch.state().report, looks]).toEqual([report, 1])
})
