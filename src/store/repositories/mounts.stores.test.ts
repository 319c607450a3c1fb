import {expect, test} from 'vitest'
import type {MountRecord} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteMounts, putMounts, readMounts} from './mounts.ts'

const disk: MountRecord = {
  path: '/data/films',
  device: '2049',
  inode: '18446744073709551615',
  fileSystem: '61267',
  totalBytes: 8_001_563_222_016,
  hadFiles: true,
  seenAt: 1_767_225_600_000,
}

everyStore('disks at our paths', (open) => {
  test('of each path the last disk is kept, until it is forgotten', async () => {
    const store = await open()
    const other = {...disk, path: '/data/Films', hadFiles: false}
    const later = {...disk, device: '2065', seenAt: disk.seenAt + 1}
    await store.write((db) => putMounts(db, [disk, other]))
    await store.write((db) => putMounts(db, [later]))
    expect(await store.read(readMounts)).toEqual(expect.arrayContaining([later, other]))
    await store.write((db) => deleteMounts(db, [disk.path, '/gone']))
    expect(await store.read(readMounts)).toEqual([other])
  })
})
