import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pino from 'pino'
import {expect, onTestFinished, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Fleet} from './fleet.ts'
import {SnapshotService} from './snapshot.ts'

const A_WHILE_MS = 6 * 60_000

test('the list is written when something of it changed, and not again before something else does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  const path = join(folder, 'fleet.snapshot')
  const [clock, turns] = [new VirtualClock(), new TimeSlice()]
  const fleet = new Fleet(clock, turns)
  const service = new SnapshotService(fleet, path, clock, pino({level: 'silent'}))
  service.start()
  await clock.advance(A_WHILE_MS)
  expect(existsSync(path)).toBe(false)
  fleet.addServer('one' as ServerId)
  await clock.advance(A_WHILE_MS)
  await service.stop()
  expect(existsSync(path)).toBe(true)
  rmSync(path)
  await service.stop()
  expect(existsSync(path)).toBe(false)
})
