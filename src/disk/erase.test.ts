import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {dropEntry, Eraser, prepareEntry, type OwnerOf} from './erase.ts'
import {planRecycling, recycleArea, type RecycleFile, type RecyclePlan} from './recycle.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-erase-')))
})
afterEach(() => rm(root, {recursive: true}))

const none: OwnerOf = () => Promise.resolve(null)

async function file(path: string, content = path): Promise<RecycleFile> {
  const whole = join(root, path)
  await mkdir(dirname(whole), {recursive: true})
  await writeFile(whole, content)
  return seen(path)
}

async function seen(path: string): Promise<RecycleFile> {
  const {dev, ino, size} = await lstat(join(root, path), {bigint: true})
  return {path: join(root, path), device: String(dev), inode: String(ino), size: Number(size)}
}

function plan(files: RecycleFile[], folder: string | null = 'Film', id = 'ab12'): RecyclePlan {
  const roots = [{path: root, device: files[0]!.device}]
  const made = planRecycling({roots, files, folder: folder && join(root, folder), at: 1_700_000_000_000, id})
  if ('refused' in made) throw new Error(made.refused)
  return made
}

/** Every file below the root with its content, the recycle area included. */
async function tree(): Promise<Record<string, string>> {
  const found = await readdir(root, {recursive: true, withFileTypes: true})
  const files = found.filter((it) => !it.isDirectory()).map((it) => join(it.parentPath, it.name))
  const pairs = files.map(
    async (path) => [path.slice(root.length + 1), await readFile(path, 'utf8')] as const,
  )
  return Object.fromEntries(await Promise.all(pairs))
}

const entryOf = (made: RecyclePlan) => new Eraser({ownerOf: none}).entry(made)

test('files are set aside with their emptied folders, and come back as they were', async () => {
  const files = [await file('Film/a.mkv'), await file('Film/Subs/a.srt')]
  await file('other.mkv')
  const before = await tree()
  const made = plan(files)
  const eraser = new Eraser({ownerOf: none})
  expect(await eraser.recycle(made)).toEqual({touched: 2, missing: [], foreign: []})
  expect((await readdir(root)).sort()).toEqual([recycleArea, 'other.mkv'])
  expect(await entryOf(made)).toEqual({plan: made, state: 'recycled'})
  expect(await eraser.restore(made)).toEqual({touched: 2, missing: [], foreign: []})
  expect(await tree()).toEqual(before)
  expect(await readdir(join(root, recycleArea))).toEqual([])
})

test('what was set aside is removed permanently, and nothing else', async () => {
  const made = plan([await file('Film/a.mkv')])
  await file('Film/mine.txt')
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  expect(await eraser.purge(made)).toEqual({touched: 1, missing: [], foreign: []})
  expect(await tree()).toEqual({'Film/mine.txt': 'Film/mine.txt'})
  expect(await readdir(join(root, recycleArea))).toEqual([])
})

test('all that it needs of its disk is taken before, and given back when nothing comes of it', async () => {
  const made = plan([await file('Film/a.mkv')])
  const before = await tree()
  await prepareEntry(made)
  await prepareEntry(made)
  expect(await entryOf(made)).toEqual({plan: made, state: 'moving'})
  await expect(prepareEntry({...made, at: 1})).rejects.toMatchObject({code: 'path_refused'})
  expect(await entryOf(made)).not.toBeNull()
  await dropEntry(made)
  expect([await tree(), await readdir(join(root, recycleArea))]).toEqual([before, []])
  await prepareEntry(made)
  expect(await new Eraser({ownerOf: none}).recycle(made)).toEqual({touched: 1, missing: [], foreign: []})
  // What lies in it is never given back so.
  await dropEntry(made)
  expect(await entryOf(made)).toEqual({plan: made, state: 'recycled'})
})

test('what could not be set aside goes from where it is, but for what is another file or another torrent needs', async () => {
  const names = ['Film/a.mkv', 'Film/other.mkv', 'Film/shared.mkv', 'Film/gone.mkv']
  const made = plan(await Promise.all(names.map((name) => file(name))))
  await writeFile(join(root, 'Film/other.mkv'), 'another one')
  await rm(join(root, 'Film/gone.mkv'))
  await prepareEntry(made)
  const ownerOf: OwnerOf = async (path) => (path.endsWith('shared.mkv') ? 'another torrent' : null)
  expect(await new Eraser({ownerOf}).free(made)).toEqual({
    touched: 1,
    left: ['Film/other.mkv is another file by now.', 'Film/shared.mkv is also that of another torrent.'],
  })
  await rm(join(root, 'Film/other.mkv'))
  expect(await new Eraser({ownerOf: none}).free(made)).toEqual({touched: 1, left: []})
  expect((await readdir(root)).sort()).toEqual([recycleArea])
  expect(await readdir(join(root, recycleArea))).toEqual([])
})

test('other links to the bytes stay', async () => {
  const film = await file('Film/a.mkv', 'bytes')
  await link(film.path, join(root, 'library.mkv'))
  const eraser = new Eraser({ownerOf: none})
  const made = plan([film])
  await eraser.recycle(made)
  await eraser.purge(made)
  expect(await tree()).toEqual({'library.mkv': 'bytes'})
})

test('a folder in common stays, also when it is empty', async () => {
  const made = plan([await file('films/a.mkv')], null)
  await new Eraser({ownerOf: none}).recycle(made)
  expect(await readdir(join(root, 'films'))).toEqual([])
})

test('of a folder in common only what is empty without them goes, and what they were not in stays', async () => {
  const files = [await file('mix/Subs/en/a.srt'), await file('mix/More/b.srt'), await file('mix/a.mkv')]
  await file('mix/More/mine.txt')
  await mkdir(join(root, 'mix/empty'))
  const roots = [{path: root, device: files[0]!.device}]
  for (const common of ['mix', '']) {
    const made = planRecycling({
      roots,
      files,
      folder: null,
      common: join(root, common),
      at: 1,
      id: `a${common}`,
    })
    if ('refused' in made) throw new Error(made.refused)
    const eraser = new Eraser({ownerOf: none})
    await eraser.recycle(made)
    expect((await readdir(join(root, 'mix'))).sort()).toEqual(['More', 'empty'])
    expect(await entryOf(made)).toEqual({plan: made, state: 'recycled'})
    await eraser.restore(made)
  }
})

test('what another owner has stays, before and after it was set aside', async () => {
  const files = [await file('Film/a.mkv'), await file('Film/b.mkv')]
  const made = plan(files)
  const owned = new Eraser({ownerOf: (path) => Promise.resolve(path.includes('b.mkv') ? 'Other' : null)})
  await expect(owned.recycle(made)).rejects.toMatchObject({code: 'content_shared'})
  expect(Object.keys(await tree())).toContain('Film/b.mkv')
  const entry = await entryOf(made)
  expect(entry?.state).toBe('moving')
  await expect(owned.purge(made)).rejects.toMatchObject({code: 'path_refused'})
  const eraser = new Eraser({ownerOf: none})
  await eraser.finish(entry!)
  await expect(owned.purge(made)).rejects.toMatchObject({code: 'content_shared'})
  expect(Object.values(await tree())).toContain('Film/b.mkv')
})

test('a file that is another one by now is left', async () => {
  const film = await file('Film/a.mkv')
  const made = plan([film])
  await rm(film.path)
  await file('Film/keeps-the-inode')
  await file('Film/a.mkv', 'somebody else wrote this')
  await expect(new Eraser({ownerOf: none}).recycle(made)).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect(await tree()).toMatchObject({'Film/a.mkv': 'somebody else wrote this'})
})

test('nothing is put back over something else, and then nothing beside it either', async () => {
  const made = plan([await file('Film/0.mkv', 'beside'), await file('Film/a.mkv', 'old')])
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  await file('Film/a.mkv', 'new')
  const before = await tree()
  await expect(eraser.restore(made)).rejects.toMatchObject({code: 'path_refused'})
  expect(await tree()).toEqual(before)
  expect(Object.values(before)).toEqual(expect.arrayContaining(['beside', 'old', 'new']))
  // It may still be let go.
  await eraser.purge(made)
  expect(Object.keys(await tree())).toEqual(['Film/a.mkv'])
})

test('what would keep files from coming back is reported before, and nothing is changed by the look', async () => {
  const made = plan([await file('Film/a.mkv'), await file('Film/Subs/a.srt')])
  const eraser = new Eraser({ownerOf: none})
  await eraser.checkRestore(made)
  await eraser.recycle(made)
  const aside = await tree()
  await eraser.checkRestore(made)
  expect(await tree()).toEqual(aside)
  await file('Film/Subs/a.srt', 'somebody else')
  const taken = await tree()
  await expect(eraser.checkRestore(made)).rejects.toMatchObject({code: 'path_refused'})
  expect(await tree()).toEqual(taken)
  await rm(join(root, 'Film'), {recursive: true})
  await eraser.checkRestore(made)
  expect(await eraser.restore(made)).toMatchObject({touched: 2})
  await eraser.checkRestore(made)
})

test('a folder that became a link is not walked through', async () => {
  const film = await file('Film/a.mkv')
  const made = plan([film])
  const outside = await mkdtemp(join(tmpdir(), 'commodarr-outside-'))
  await rm(join(root, 'Film'), {recursive: true})
  await writeFile(join(outside, 'a.mkv'), 'outside')
  await symlink(outside, join(root, 'Film'))
  await expect(new Eraser({ownerOf: none}).recycle(made)).rejects.toMatchObject({code: 'path_refused'})
  expect(await readFile(join(outside, 'a.mkv'), 'utf8')).toBe('outside')
  await rm(outside, {recursive: true})
})

test('a link among the files is moved itself, and what it leads to stays', async () => {
  const kept = await file('kept.mkv', 'kept')
  await file('Film/a.mkv')
  await symlink(kept.path, join(root, 'Film/link.mkv'))
  const made = plan([await seen('Film/link.mkv')])
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  await eraser.purge(made)
  expect(await tree()).toEqual({'kept.mkv': 'kept', 'Film/a.mkv': 'Film/a.mkv'})
})

test.each([
  ['..', '../x'],
  ['an absolute path', '/etc/passwd'],
  ['the root', ''],
  ['a climbing end', 'Film/..'],
])('a plan made by hand with %s is refused', async (_name, from) => {
  const made = plan([await file('Film/a.mkv')])
  const before = await tree()
  const wrong = {...made, files: [{...made.files[0]!, from}]}
  await expect(new Eraser({ownerOf: none}).recycle(wrong)).rejects.toMatchObject({code: 'path_refused'})
  expect(await tree()).toMatchObject(before)
})

test.each([
  ['target', {files: [{from: 'Film/a.mkv', to: '../../x', inode: '1', size: 1}]}],
  ['entry', {entry: '../x'}],
  ['device', {device: '1'}],
  ['root', {root: '/'}],
  ['relative root', {root: 'x'}],
] as const)('a plan with a wrong %s moves nothing', async (_name, wrong) => {
  const made = plan([await file('Film/a.mkv')])
  await expect(new Eraser({ownerOf: none}).recycle({...made, ...wrong})).rejects.toThrow()
  expect(await tree()).toMatchObject({'Film/a.mkv': 'Film/a.mkv'})
})

test('files that vanished are named', async () => {
  const films = [await file('Film/a.mkv'), await file('Film/Gone/b.mkv')]
  await rm(join(root, 'Film/Gone'), {recursive: true})
  expect(await new Eraser({ownerOf: none}).recycle(plan(films))).toEqual({
    touched: 1,
    missing: ['Film/Gone/b.mkv'],
    foreign: [],
  })
})

/** As it is after a restart of the machine: the same disk, with another number. */
async function renumbered(made: RecyclePlan): Promise<RecyclePlan> {
  const path = join(root, recycleArea, made.entry, 'note.json')
  const before = {...made, device: '77'}
  await writeFile(path, (await readFile(path, 'utf8')).replace(`"device":"${made.device}"`, '"device":"77"'))
  return before
}

test.each(['restore', 'purge', 'finish'] as const)(
  'a disk that the system numbers again keeps what was set aside there: %s',
  async (how) => {
    const files = [await file('Film/a.mkv'), await file('Film/b.mkv')]
    const before = await tree()
    const whole = plan(files)
    const eraser = new Eraser({ownerOf: none})
    if (how === 'finish') await prepareEntry(whole)
    else await eraser.recycle(whole)
    const made = await renumbered(whole)
    const entry = await eraser.entry(made)
    expect(entry?.state).toBe(how === 'finish' ? 'moving' : 'recycled')
    if (how === 'finish') await eraser.recycle(made)
    else await eraser[how](made)
    if (how === 'finish') expect(await eraser.entry(made)).toMatchObject({state: 'recycled'})
    else expect(await tree()).toEqual(how === 'restore' ? before : {})
  },
)

test.each([false, true])(
  'what has the size of a file that was set aside, and lies in its place, is another file (numbered again: %s)',
  async (isRenumbered) => {
    const whole = plan([await file('Film/a.mkv', 'complete'), await file('Film/b.mkv')])
    const eraser = new Eraser({ownerOf: none})
    await eraser.recycle(whole)
    const made = isRenumbered ? await renumbered(whole) : whole
    // As a client lays it when it downloads the torrent again.
    await file('Film/a.mkv', '\0'.repeat('complete'.length))
    const before = await tree()
    await expect(eraser.checkRestore(made)).rejects.toMatchObject({code: 'path_refused'})
    await expect(eraser.restore(made)).rejects.toMatchObject({code: 'path_refused'})
    expect(await tree()).toEqual(before)
    expect(Object.values(before)).toContain('complete')
  },
)

test('a crash between the two halves of a way back leaves two names of one file, and the second half is done', async () => {
  for (const isRenumbered of [false, true]) {
    const whole = plan([await file('Film/a.mkv', 'complete')])
    const eraser = new Eraser({ownerOf: none})
    await eraser.recycle(whole)
    const made = isRenumbered ? await renumbered(whole) : whole
    await mkdir(join(root, 'Film'))
    await link(join(root, recycleArea, made.entry, made.files[0]!.to), join(root, 'Film/a.mkv'))
    expect(await eraser.restore(made)).toEqual({touched: 1, missing: [], foreign: []})
    expect(await tree()).toEqual({'Film/a.mkv': 'complete'})
    await rm(join(root, 'Film'), {recursive: true})
  }
})

test('on another disk nothing of it is looked for, and nothing taken for gone', async () => {
  const made = plan([await file('Film/a.mkv')])
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  // The note of another entry says nothing of this one, and its own one is away with its disk.
  const away = {...(await renumbered(made)), entry: '20231114T221320Z-ffff'}
  const acts = [
    () => eraser.entry(away),
    () => eraser.restore(away),
    () => eraser.purge(away),
    () => eraser.free(away),
    () => eraser.recycle(away),
  ]
  for (const act of acts) await expect(act()).rejects.toMatchObject({code: 'path_refused'})
  await expect(eraser.entry({...made, device: '5', at: 1})).rejects.toMatchObject({code: 'path_refused'})
  expect(Object.values(await tree())).toContain('Film/a.mkv')
})

test('what a user did in the trash by hand is no business of ours: only what was set aside comes back, or goes', async () => {
  const files = [await file('Film/a.mkv'), await file('Film/b.mkv'), await file('Film/c.mkv')]
  const made = plan(files)
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  const [first, second] = made.files.map(({to}) => join(root, recycleArea, made.entry, to))
  await rm(first!)
  await writeFile(join(root, recycleArea, made.entry, '9 mine.txt'), 'added')
  await writeFile(`${second!}.new`, 'replaced')
  await rename(`${second!}.new`, second!)
  const before = await tree()
  await expect(eraser.restore(made)).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect(await tree()).toEqual(before)
  expect(await eraser.purge(made)).toEqual({touched: 1, missing: ['Film/a.mkv'], foreign: ['Film/b.mkv']})
  expect(Object.values(await tree()).sort()).toEqual(['added', 'replaced'])
})

test('what was taken out of the trash by hand is named, and what a person restored by hand is not missing', async () => {
  const files = [await file('Film/a.mkv'), await file('Film/b.mkv'), await file('Film/c.mkv')]
  const made = plan(files)
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  const [first, second] = made.files.map(({to}) => join(root, recycleArea, made.entry, to))
  await mkdir(join(root, 'Film'))
  await rename(first!, join(root, 'Film/a.mkv'))
  await rm(second!)
  expect(await eraser.restore(made)).toEqual({touched: 2, missing: ['Film/b.mkv'], foreign: []})
  expect(await tree()).toEqual({'Film/a.mkv': 'Film/a.mkv', 'Film/c.mkv': 'Film/c.mkv'})
})

test('an entry is made once', async () => {
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(plan([await file('Film/a.mkv')]))
  await expect(eraser.recycle(plan([await file('Film/a.mkv')]))).rejects.toMatchObject({code: 'path_refused'})
})

test('a note that was cut before anything moved is cleared away; one beside files is left', async () => {
  const files = [await file('Film/a.mkv')]
  const cut = plan(files, null, 'cut')
  const besideFiles = plan(files, null, 'beside')
  for (const {entry} of [cut, besideFiles]) await file(join(recycleArea, entry, 'note.json'), '{"version":1,')
  await file(join(recycleArea, besideFiles.entry, '1 a.mkv'))
  expect([await entryOf(cut), await entryOf(besideFiles)]).toEqual([null, null])
  expect(await readdir(join(root, recycleArea))).toEqual([besideFiles.entry])
})

test('an entry that another process is making just now is left alone by those that look for their own', async () => {
  const files = [await file('Film/a.mkv')]
  const own = plan(files, null, 'own')
  const area = join(root, recycleArea)
  // As far as others may be: the folder, the mark, a part of the note.
  await mkdir(join(area, 'made'), {recursive: true})
  await file(join(recycleArea, 'marked', 'moving'), '')
  await file(join(recycleArea, 'noted', 'moving'), '')
  await file(join(recycleArea, 'noted', 'note.json'), '{"vers')
  const others = async () => (await readdir(area, {recursive: true})).toSorted()
  const before = await others()
  expect(await entryOf(own)).toBeNull()
  await new Eraser({ownerOf: none}).recycle(own)
  await new Eraser({ownerOf: none}).purge(own)
  expect(await others()).toEqual(before)
})

test('a link in the place of an entry is none of ours: it is neither followed nor removed', async () => {
  const own = plan([await file('Film/a.mkv')])
  await mkdir(join(root, recycleArea))
  await mkdir(join(root, 'elsewhere'))
  await symlink(join(root, 'elsewhere'), join(root, recycleArea, own.entry))
  expect(await entryOf(own)).toBeNull()
  expect(await readdir(join(root, recycleArea))).toEqual([own.entry])
  await expect(new Eraser({ownerOf: none}).recycle(own)).rejects.toMatchObject({code: 'path_refused'})
  expect([await readdir(join(root, 'Film')), await readdir(join(root, 'elsewhere'))]).toEqual([['a.mkv'], []])
})

test('wherever it ends, a restart can finish it or take it back, and no byte is lost', async () => {
  const crash = fc.integer({min: 0, max: 6})
  await fc.assert(
    fc.asyncProperty(crash, crash, fc.boolean(), async (first, second, back) => {
      await rm(root, {recursive: true})
      await mkdir(root)
      const names = ['Film/a.mkv', 'Film/b/c.mkv', 'Film/d.mkv', 'Film/b/e.mkv']
      const files = []
      for (const name of names) files.push(await file(name))
      const whole = await tree()
      const made = plan(files)
      await endingAfter(first)
        .recycle(made)
        .catch(() => {})
      expect(Object.values(await tree())).toEqual(expect.arrayContaining(names))
      const entry = await entryOf(made)
      if (!entry) return
      await endingAfter(second)
        .finish(entry)
        .catch(() => {})
      const eraser = new Eraser({ownerOf: none})
      if (back) await eraser.restore(made)
      else await eraser.finish((await entryOf(made))!)
      if (back) expect(await tree()).toEqual(whole)
      else expect((await entryOf(made))?.state).toBe('recycled')
      expect(Object.values(await tree())).toEqual(expect.arrayContaining(names))
    }),
    {numRuns: 40},
  )
})

test('between the two halves of putting back both names are one file, and it is put back once', async () => {
  const made = plan([await file('Film/a.mkv', 'bytes')])
  const eraser = new Eraser({ownerOf: none})
  await eraser.recycle(made)
  await mkdir(join(root, 'Film'))
  await link(join(root, recycleArea, made.entry, made.files[0]!.to), join(root, 'Film/a.mkv'))
  await eraser.restore(made)
  expect(await tree()).toEqual({'Film/a.mkv': 'bytes'})
})

/** Ends like a killed program before its n-th file. */
function endingAfter(files: number): Eraser {
  let left = files
  return new Eraser({
    ownerOf: () => (left-- > 0 ? Promise.resolve(null) : Promise.reject(new Error('killed'))),
  })
}
