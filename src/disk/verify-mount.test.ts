import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {RememberedMount} from './mounts.ts'
import {Patience} from './patience.ts'
import {believedRoom, believedSpace} from './verify-mount.ts'

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'commodarr-room-'))))
afterEach(() => rmSync(root, {recursive: true, force: true}))

function disks() {
  return {mounts: new Map<string, RememberedMount>(), patience: new Patience(new VirtualClock())}
}

test('a folder that is empty, or not there yet, has the room of the one around it', async () => {
  mkdirSync(join(root, 'empty'))
  const parts = disks()
  const around = await believedSpace(root, parts)
  expect(around).toMatchObject({freeBytes: expect.any(Number)})
  for (const name of ['empty', 'new'])
    expect(await believedRoom(join(root, name), parts)).toMatchObject({
      device: 'device' in around && around.device,
    })
})

test('a folder that had files and is empty has none that anybody could tell', async () => {
  const folder = join(root, 'films')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.mkv'), '')
  const parts = disks()
  expect(await believedRoom(folder, parts)).toHaveProperty('freeBytes')
  rmSync(join(folder, 'a.mkv'))
  expect(await believedRoom(folder, parts)).toMatchObject({unknown: 'unreadable'})
  rmSync(folder, {recursive: true})
  expect(await believedRoom(folder, parts)).toMatchObject({unknown: 'unreadable'})
})

test('an empty folder in one that nobody can tell to be there has none', async () => {
  mkdirSync(join(root, 'a/b'), {recursive: true})
  const parts = disks()
  await believedSpace(join(root, 'a'), parts)
  rmSync(join(root, 'a/b'), {recursive: true})
  expect(await believedRoom(join(root, 'a/b'), parts)).toHaveProperty('unknown')
  expect(await believedRoom(join(root, 'x/y'), parts)).toMatchObject({unknown: 'missing'})
})
