import {link, lstat, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {lookAt} from './file-looks.ts'
import {countFileRequests} from './file-requests.fixture.ts'
import {Patience} from './patience.ts'

const patience = new Patience(systemClock)
const look = (paths: readonly string[]) => lookAt(paths, patience, 'test')

async function folder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'commodarr-looks-'))
  onTestFinished(() => rm(root, {recursive: true}))
  await mkdir(join(root, 'folder'))
  await writeFile(join(root, 'file'), 'x'.repeat(5_000))
  await link(join(root, 'file'), join(root, 'again'))
  await symlink(join(root, 'nowhere'), join(root, 'link'))
  return root
}

/** So many that they are looked at in a thread, and so few that they are not. */
test.each([[5_000], [1]])(
  'what lies at %d times six paths is what the system says, in their order',
  async (times) => {
    const root = await folder()
    const names = ['file', 'again', 'link', 'folder', 'none', 'file/below']
    const paths = Array.from({length: times}, () => names.map((name) => join(root, name))).flat()
    const looks = (await look(paths))!
    expect(looks).toHaveLength(paths.length)
    const {dev, ino, size, blocks, mtimeMs} = await lstat(join(root, 'file'))
    const [device, inode] = [String(dev), String(ino)]
    const file = {
      kind: 'file',
      device,
      inode,
      links: 2,
      size,
      held: blocks * 512,
      changedAt: Math.floor(mtimeMs),
    }
    expect(looks.slice(-6)).toEqual([
      file,
      file,
      expect.objectContaining({kind: 'link', links: 1}),
      expect.objectContaining({kind: 'folder', device}),
      {fault: 'ENOENT'},
      {fault: 'ENOTDIR'},
    ])
    expect(looks.slice(0, 6)).toEqual(looks.slice(-6))
  },
)

test('thousands of looks ask the system nothing on the main thread, some of them little at a time', async () => {
  const root = await folder()
  const count = countFileRequests()
  const many = (length: number) => Array.from({length}, (_, n) => join(root, `file${n}`))
  await look(many(300))
  expect(count).toEqual({asked: 300, most: 4})
  count.asked = 0
  const looks = await look(many(20_000))
  expect([looks!.length, count.asked]).toEqual([20_000, 0])
})

test('callers who ask at once share a thread, and one who asks later gets an answer, too', async () => {
  const root = await folder()
  const paths = Array.from({length: 1_000}, () => join(root, 'file'))
  const both = await Promise.all([look(paths), look(paths)])
  expect(both.map((looks) => looks!.length)).toEqual([1_000, 1_000])
  expect((await look(paths))!.length).toBe(1_000)
})

test('a disk that does not answer is not waited for, and a caller who gives up gets that answer', async () => {
  const clock = new VirtualClock()
  const hanging = new Patience(clock, 1_000, () => Promise.resolve())
  const ask = hanging.ask.bind(hanging)
  hanging.ask = (path, question) => ask(path, question, () => new Promise(() => {}))
  const waiting = lookAt(['/nas/a', '/nas/b'], hanging, 'test')
  await clock.advance(1_000)
  expect(await waiting).toBeNull()
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(lookAt(['/x'], patience, 'test', signal)).rejects.toThrow('enough')
})
