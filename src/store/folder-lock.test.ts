import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {FolderLock} from './folder-lock.ts'

test('a data folder is for one program at a time; the second is shown which folder', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'commodarr-lock-')), 'made', 'here')
  const first = await FolderLock.take(folder)
  await expect(FolderLock.take(folder)).rejects.toMatchObject({
    code: 'storage_busy',
    message: expect.stringContaining(folder),
  })
  const second = FolderLock.take(folder, 60_000)
  first.release()
  const taken = await second
  await expect(FolderLock.take(folder)).rejects.toMatchObject({code: 'storage_busy'})
  taken.release()
  rmSync(folder, {recursive: true})
})

test('a folder that cannot be made is named', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'commodarr-lock-'))
  writeFileSync(join(parent, 'file'), '')
  const folder = join(parent, 'file', 'folder')
  await expect(FolderLock.take(folder)).rejects.toMatchObject({
    code: 'storage_read_only',
    message: expect.stringContaining(folder),
  })
  rmSync(parent, {recursive: true})
})
