import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {takeDatabase} from './database.ts'

let dataFolder: string
beforeEach(() => void (dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-data-'))))
afterEach(() => rmSync(dataFolder, {recursive: true, force: true}))

const take = (more: {fresh?: boolean} = {}) =>
  takeDatabase({dataFolder, url: null, say: () => {}, lockMs: 0, ...more})
const close = async (taken: ReturnType<typeof take>) => (await taken).close()

test.each([
  ['its key', 'secret.key', (path: string) => writeFileSync(path, 'key')],
  ['its last list', 'fleet.snapshot', (path: string) => writeFileSync(path, 'list')],
  [
    'a backup',
    'backups',
    (path: string) => {
      mkdirSync(path)
      writeFileSync(join(path, 'commodarr-20260101T000000Z.db'), 'backup')
    },
  ],
])(
  'where %s shows an earlier life, no empty database is begun, and nothing is left behind',
  async (_, name, leave) => {
    leave(join(dataFolder, name))
    const before = readdirSync(dataFolder)
    await expect(take()).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringMatching(
        new RegExp(`There is no database, but Commodarr ran here before: .* has ${name}\\..*--fresh`),
      ),
    })
    await expect(take()).rejects.toMatchObject({code: 'storage_unavailable'})
    expect(readdirSync(dataFolder).filter((it) => it !== 'commodarr.lock')).toEqual(before)
    await close(take({fresh: true}))
    await close(take())
  },
)

test('the newest backup is named as the way back', async () => {
  mkdirSync(join(dataFolder, 'backups'))
  const backup = join(dataFolder, 'backups', 'commodarr-20260101T000000Z.db')
  writeFileSync(backup, 'backup')
  await expect(take()).rejects.toMatchObject({
    message: expect.stringContaining(`npm start -- restore ${backup}`),
  })
})

test('a file without any table passes for no database either', async () => {
  writeFileSync(join(dataFolder, 'secret.key'), 'key')
  writeFileSync(join(dataFolder, 'commodarr.db'), '')
  await expect(take()).rejects.toMatchObject({code: 'storage_unavailable'})
})

test('an empty folder is a first start, and one in which something else lies', async () => {
  writeFileSync(join(dataFolder, 'notes.txt'), 'mine')
  writeFileSync(join(dataFolder, 'secret.key'), '')
  for (let start = 0; start < 2; start++) {
    const store = await take()
    expect(store.state.ok).toBe(true)
    await store.close()
  }
})
