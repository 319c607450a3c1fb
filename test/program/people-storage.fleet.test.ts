/** The embedded database of a household: its disk fills up, it is backed up and goes back. */
import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {FleetProcess} from '#lab/simulators/fleet-process.ts'
import {isFull} from '#test/proof.ts'
import {kept} from './fleet-harness-kept.fixture.ts'
import {livesThrough} from './fleet-harness-outage.fixture.ts'
import {at, configured, done, moveIn, startHouseholdServers, whole} from './fleet-harness.fixture.ts'
import {newFolder, Program, type Api} from './program.fixture.ts'

const isRoot = process.getuid?.() === 0

let fleet: FleetProcess
let folder: string
let running: Program

beforeEach(async () => {
  fleet = await startHouseholdServers()
  folder = newFolder()
})
afterEach(async () => {
  await running.end('SIGKILL')
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
})

function start(): Promise<Api> {
  running = new Program(configured(folder, fleet))
  return running.api()
}

test.runIf(isRoot && isFull)(
  'the disk is full: what is shown goes on, what would write is refused, no command goes out, and it recovers on its own',
  async () => {
    const disk = join(folder, 'data')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
    try {
      const harness = await moveIn(await start(), fleet)
      const others = join(disk, 'others')
      const outage = {
        ...({code: 'storage_full', status: 507, isReadable: true} as const),
        begin: () => fill(others),
        end: () => rmSync(others),
      }
      await livesThrough(outage, {harness, fleet, program: running})
      expect(await running.end()).toEqual({code: 0, signal: null})
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
)

/** Until there is no room for a byte more. */
function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4_096), {flag: 'a'})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

test('a backup is made while it runs, and brings all of then back', async () => {
  const harness = await moveIn(await start(), fleet)
  const then = await kept(harness)
  const file = join(folder, 'then.db')
  expect(await commanded(0, 'backup', file)).toContain(`is backed up in ${file}`)

  await done(harness.eve.send('DELETE', `/api/users/${harness.boId}?servers=remove`))
  await done(harness.eve.send('PATCH', '/api/settings', {audit_days: 5}))
  expect((await harness.bo.send('GET', '/api/torrents')).status).toBe(401)
  expect(await commanded(1, 'restore', file)).toContain('Another Commodarr uses the data folder')

  await running.end()
  expect(await commanded(0, 'restore', file)).toContain(`is now as in ${file}`)
  const again = at(await start(), harness)
  expect(await kept(again)).toEqual(then)
  await whole(again.key, harness.ids.Boshouse, 12)
})

/** Runs a command of the program over its data. @returns all it said */
async function commanded(exitCode: number, ...args: readonly string[]): Promise<string> {
  const command = new Program([...args, '--data', join(folder, 'data')], {cwd: folder})
  const {code} = await command.ended
  expect([args[0], code, command.err]).toEqual([args[0], exitCode, exitCode === 0 ? '' : command.err])
  return command.out + command.err
}
