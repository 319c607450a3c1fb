import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {LowDisks, type SpaceFolder} from './space-folder.ts'

type FolderSays = ReturnType<SpaceFolder['of']>

const GiB = 1024 ** 3
const A = asServerId('A')

test('a disk is low below what is to stay free, until there is something to spare', () => {
  const disks = new LowDisks({settings: {FreeSpace: 50 * GiB}}, {of: () => 'own'})
  const low = [undefined, 50, 49.9, 50.5, undefined, 50.9, 51, 50.5].map((free) =>
    disks.isLow(A, free === undefined ? undefined : free * GiB),
  )
  expect(low).toEqual([undefined, false, true, true, true, true, false, false])
})

test('where no setting says how much is to stay free it is 10 GiB', () => {
  const disks = new LowDisks({settings: {FreeSpace: null}}, {of: () => 'own'})
  expect([disks.isLow(A, 10 * GiB), disks.isLow(A, 10 * GiB - 1)]).toEqual([false, true])
})

test('where FreeSpaceFolder is measured that counts, and what the server says does not', () => {
  let says: FolderSays = {free: 1}
  const disks = new LowDisks({settings: {FreeSpace: GiB}}, {of: () => says})
  expect(disks.isLow(A, 100 * GiB)).toBe(true)
  says = 'unknown'
  expect(disks.isLow(A, 100 * GiB)).toBe(true)
  says = {free: 3 * GiB}
  expect(disks.isLow(A, 0)).toBe(false)
})
