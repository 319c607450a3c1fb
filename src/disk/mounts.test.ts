import {existsSync, statSync} from 'node:fs'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {freeSpace, spaceOf} from './free-space.ts'
import {unseen} from './fs-errors.ts'
import {isReadOnlyDisk} from './mount-table.ts'
import {checkMount, lookAtMount} from './mounts.ts'
import {OpenedFolder} from './opened-folder.ts'
import {Patience} from './patience.ts'

test('a disk takes no writes when its file system says so, and not when it is mounted so for us alone', () => {
  const list = [
    '26 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
    '40 26 8:1 / /mnt/failed rw,relatime shared:1 - ext4 /dev/sda ro,errors=remount-ro',
    '41 26 8:2 / /mnt/ours ro,relatime - ext4 /dev/sdb rw',
    String.raw`42 26 8:3 / /mnt/with\040blank rw - ext4 /dev/sdc ro`,
  ].join('\n')
  expect(
    ['/mnt/failed/films', '/mnt/ours/films', '/mnt/with blank/films', '/mnt/failed2', '/'].map((path) =>
      isReadOnlyDisk(path, list),
    ),
  ).toEqual([true, false, true, false, false])
  expect(isReadOnlyDisk('/mnt/failed', '')).toBe(false)
})

const patience = new Patience(systemClock)
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'commodarr-mounts-'))
})
afterAll(() => rm(root, {recursive: true}))

const mark = {device: '7', inode: '2', fileSystem: '61267', totalBytes: 8e12}
const was = {...mark, hadFiles: true}
const filled = {...mark, empty: false}
const empty = {...mark, empty: true}
/** As the system may number it after a restart of the machine. */
const renumbered = {device: '9'}
const ofZfs = {...was, fileSystem: String(0x2fc12fc1)}
const below = {device: '8', inode: '4711', totalBytes: 5e11}
test.each([
  ['never seen', null, filled, {mounted: true, remember: was}],
  ['never seen, empty', null, empty, {mounted: 'unknown', reason: 'emptied'}],
  ['as it was', was, filled, {mounted: true, remember: was}],
  ['filled since', {...was, hadFiles: false}, filled, {mounted: true, remember: was}],
  ['always empty', {...was, hadFiles: false}, empty, {mounted: true}],
  ['another disk', was, {...filled, ...below}, {mounted: 'unknown', reason: 'otherDevice'}],
  ['another disk, empty', was, {...empty, ...below}, {mounted: 'unknown', reason: 'otherDevice'}],
  ['of one kind, but another', was, {...filled, device: '8', inode: '5'}, {reason: 'otherDevice'}],
  ['of another size', was, {...filled, ...renumbered, totalBytes: 4e12}, {reason: 'otherDevice'}],
  ['of another kind', was, {...filled, ...renumbered, fileSystem: '1'}, {reason: 'otherDevice'}],
  ['renumbered', was, {...filled, ...renumbered}, {mounted: true, remember: {...was, ...renumbered}}],
  ['renumbered and empty', was, {...empty, ...renumbered}, {mounted: 'unknown', reason: 'emptied'}],
  ['larger now', was, {...filled, totalBytes: 9e12}, {mounted: true, remember: {...was, totalBytes: 9e12}}],
  ['another one with its number', was, {...filled, ...below, device: '7'}, {reason: 'otherDevice'}],
  ['empty, and another one with its number', was, {...empty, ...below, device: '7'}, {reason: 'otherDevice'}],
  ['of another kind with its number', was, {...filled, fileSystem: '1'}, {reason: 'otherDevice'}],
  [
    'created again as a folder',
    was,
    {...filled, inode: '99'},
    {mounted: true, remember: {...was, inode: '99'}},
  ],
  [
    'a share of ZFS, renumbered, of another size',
    ofZfs,
    {...ofZfs, ...renumbered, totalBytes: 1e12, empty: false},
    {mounted: true},
  ],
  ['another share of ZFS', ofZfs, {...ofZfs, ...below, empty: false}, {reason: 'otherDevice'}],
  ['emptied', was, empty, {mounted: 'unknown', reason: 'emptied'}],
  ['unreadable', was, unseen('unreadable', 'EIO'), {mounted: 'unknown', reason: 'unreadable'}],
  ['gone', null, unseen('missing', 'ENOENT'), {mounted: 'unknown', reason: 'missing'}],
] as const)('a disk that is %s', (_name, remembered, seen, verdict) => {
  expect(checkMount(remembered, seen)).toMatchObject(verdict)
})

test('an unmounted disk is in doubt as long as its empty folder stays', async () => {
  const path = join(root, 'disk')
  await mkdir(path)
  await writeFile(join(path, 'film'), '')
  const first = checkMount(null, await lookAtMount(path, patience))
  if (first.mounted !== true) throw new Error(first.reason)
  await rm(join(path, 'film'))
  expect(checkMount(first.remember, await lookAtMount(path, patience))).toMatchObject({reason: 'emptied'})
  await rm(path, {recursive: true})
  expect(checkMount(first.remember, await lookAtMount(path, patience))).toMatchObject({reason: 'missing'})
})

test('free space is that of the disk, in bytes', async () => {
  const space = await freeSpace(root, patience)
  if ('unknown' in space) throw new Error(space.detail)
  expect(space.device).toBe(String(statSync(root).dev))
  expect(space.totalBytes).toBeGreaterThan(space.freeBytes)
  expect(space.usedShare).toBeGreaterThan(0)
  expect(space.usedShare).toBeLessThanOrEqual(1)
  expect(await freeSpace(join(root, 'gone'), patience)).toMatchObject({unknown: 'missing'})
  expect(await freeSpace(join(root, 'n'.repeat(300)), patience)).toMatchObject({unknown: 'unreadable'})
})

const blocks = {bsize: 4096n, blocks: 100n, bfree: 50n, bavail: 40n}
test.each([
  ['a reserve', blocks, {freeBytes: 40 * 4096, totalBytes: 100 * 4096, usedShare: 0.555555}],
  ['a full disk', {...blocks, bfree: 5n, bavail: 0n}, {freeBytes: 0, usedShare: 1}],
  ['a reserve in use', {...blocks, bfree: 5n, bavail: -3n}, {freeBytes: 0, usedShare: 1}],
  ['the same as a huge number', {...blocks, bfree: 5n, bavail: 2n ** 64n - 3n}, {freeBytes: 0, usedShare: 1}],
  ['no sizes', {...blocks, blocks: 0n, bfree: 0n, bavail: 0n}, {unknown: 'notSupported'}],
] as const)('a file system with %s', (_name, seen, space) => {
  expect(spaceOf(seen, {dev: 1n})).toMatchObject(space)
})

const nested = existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync('/dev').dev
test.runIf(nested)('a folder of another disk is not walked into', async () => {
  const folder = await OpenedFolder.root('/dev', String(statSync('/dev').dev))
  await expect(folder.down('shm')).rejects.toMatchObject({code: 'path_refused'})
  await folder.close()
})
