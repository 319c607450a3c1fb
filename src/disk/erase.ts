/**
 * The only code that moves or removes files of our own disks. It sets them aside on their disk, puts them back, and
 * removes permanently only what was set aside before. Each step is one call of the system that either happened or not;
 * the note beside the files says what was meant, so that a restart can finish it or take it back.
 *
 * note, "moving" ─▶ each file: owner? the same file still? rename ─▶ "recycled" ─▶ "restoring": each file back ─▶ note goes
 *                                                                            └──▶ "purging": each file unlinked ─▶ note goes
 *
 * All that it needs of a disk is taken first, so that a full disk refuses before anything is done, and stops nothing
 * later. Only files that were named are touched; folders only while they are empty. Who calls is the executor alone.
 */
import {link, lstat, open, readFile, rename, rmdir, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import {codeOf} from './fs-errors.ts'
import {OpenedFolder, otherDisk, refused} from './opened-folder.ts'
import {recycleArea, type RecycleMove, type RecyclePlan} from './recycle.ts'

/** Who else needs what lies at, in or around this path; `null` = nobody. Asked right before each file that is there is touched. */
export type OwnerOf = (path: string) => Promise<string | null>

interface Erased {
  readonly touched: number
  /** Paths of files that were not there (any more). */
  readonly missing: readonly string[]
  /** Of files in whose place somebody put another one, which was left where it is. */
  readonly foreign: readonly string[]
}

/** What went permanently, and what stayed with its reason; for people. */
interface Freed {
  readonly touched: number
  readonly left: readonly string[]
}

interface RecycleEntry {
  readonly plan: RecyclePlan
  readonly state: RecycleState
}

export class Eraser {
  readonly #ownerOf: OwnerOf

  constructor({ownerOf}: {ownerOf: OwnerOf}) {
    this.#ownerOf = ownerOf
  }

  /**
   * When it fails half way, the note stays: `finish` goes on, `restore` takes it back. `prepareEntry` may have come
   * before.
   *
   * @throws {CommodarrError} `path_refused`, `content_shared`, `content_unknown`, `changed_meanwhile`, `disk_failed`
   */
  recycle(plan: RecyclePlan): Promise<Erased> {
    return inEntry(plan, 'makes', async (root, entry) => {
      await begin(plan, entry)
      return this.#move(plan, root, entry)
    })
  }

  /**
   * What would keep `restore` from bringing the files back, as far as it can be seen before: whoever has to tell others
   * first that they come asks here before. Nothing is changed by it. @throws as `restore`
   */
  async checkRestore(plan: RecyclePlan): Promise<void> {
    if ((await this.entry(plan)) === null) return
    await inEntry(plan, 'opens', async (root, entry) => void (await filesToRestore(plan, root, entry)))
  }

  /** Every file back to where it was; never over something that is there now. @throws as `recycle` */
  restore(plan: RecyclePlan): Promise<Erased> {
    return inEntry(plan, 'opens', async (root, entry) => {
      const isKnown = keptAs(root.has(plan.device))
      if ((await filesToRestore(plan, root, entry)).length === 0) {
        // A disk that is read-only by now keeps the note: there is nothing in it.
        await dropNote(entry).catch(ifReadOnly)
        return {touched: 0, ...(await absentFrom(plan, root))}
      }
      await mark(entry, 'restoring')
      const erased = await each(plan, (file) => this.#putBack(file, root, entry, isKnown))
      await dropNote(entry)
      return erased
    })
  }

  /** For good. What somebody put in the place of a file that was set aside stays, and so does all else. @throws as `recycle` */
  purge(plan: RecyclePlan): Promise<Erased> {
    return inEntry(plan, 'opens', async (_root, entry) => {
      const state = await stateOf(entry)
      if (state === 'moving' || state === 'restoring')
        throw refused('It is not set aside as a whole; finish that first.', plan.entry)
      await mark(entry, 'purging')
      const erased = await each(plan, async (file) => {
        const found = await this.#lookAndAsk(entry, file.to, asidePath(plan, file), plan)
        if (found === null) return 'missing'
        if (!isSame(found, file)) return 'foreign'
        await unlink(entry.at(file.to))
        return 'done'
      })
      await dropNote(entry)
      return erased
    })
  }

  /**
   * For good, wherever the files are: of what could not be set aside as a whole. What somebody else needs by now, and
   * what is another file by now, stays.
   * @throws {CommodarrError} `path_refused`, `content_unknown`, `disk_failed`
   */
  async free(plan: RecyclePlan): Promise<Freed> {
    const left: string[] = []
    let touched = 0
    const erase = async (file: RecycleMove, folder: OpenedFolder, name: string, path: string) => {
      if ((await look(folder, name)) === null) return false
      const owner = await this.#ownerOf(path)
      const found = await look(folder, name)
      if (found === null) return false
      if (owner !== null) left.push(`${file.from} is also that of ${owner}.`)
      else if (!isSame(found, file)) left.push(`${file.from} is another file by now.`)
      else {
        await unlink(folder.at(name))
        touched++
      }
      return true
    }
    const eraseAll = async (root: OpenedFolder, entry: OpenedFolder | null) => {
      for (const file of plan.files) {
        if (entry && (await erase(file, entry, file.to, asidePath(plan, file)))) continue
        await inFolder(root, file.from, async (folder, name) =>
          (await erase(file, folder, name, join(plan.root, file.from))) ? 'done' : 'missing',
        )
      }
      await dropEmptied(plan, root)
    }
    await withNamedErrors(plan.root, async () => {
      const root = await OpenedFolder.root(plan.root, null)
      try {
        const area = await root.down(recycleArea).catch(ifMissing)
        const entry = await area?.down(plan.entry).catch(ifMissing)
        try {
          await refuseOtherDisk(plan, root, entry ?? null)
          await eraseAll(root, entry ?? null)
          if (entry && left.length === 0) await dropNote(entry)
          if (entry && (await entry.names()).length === 0) await rmdir(area!.at(plan.entry))
        } finally {
          await entry?.close()
          await area?.close()
        }
      } finally {
        await root.close()
      }
    })
    return {touched, left}
  }

  /** Goes on where a crash or an error ended it. @throws as `recycle` */
  async finish({plan, state}: RecycleEntry): Promise<Erased> {
    if (state === 'restoring') return this.restore(plan)
    if (state === 'purging') return this.purge(plan)
    if (state === 'recycled') return {touched: 0, missing: [], foreign: []}
    return inEntry(plan, 'opens', (root, entry) => this.#move(plan, root, entry))
  }

  /**
   * What of a plan lies in its entry. What was begun there and cut short before its note was written is cleared away;
   * other entries are not looked at: somebody may be making one just now.
   * @returns `null` = its disk is there, and the entry is not @throws {CommodarrError} `path_refused`, `disk_failed`
   */
  async entry(plan: RecyclePlan): Promise<RecycleEntry | null> {
    return withNamedErrors(plan.root, async () => {
      const root = await OpenedFolder.root(plan.root, null)
      try {
        const found = await readEntry(root, plan)
        // Of another disk nobody knows what would be there.
        if (found === null && !root.has(plan.device)) throw otherDisk(plan.root)
        return found
      } finally {
        await root.close()
      }
    })
  }

  /** What is not where it was, of a plan whose entry is gone. @throws as `entry` */
  absent(plan: RecyclePlan): Promise<Pick<Erased, 'missing' | 'foreign'>> {
    return withNamedErrors(plan.root, async () => {
      const root = await OpenedFolder.root(plan.root, null)
      try {
        return await absentFrom(plan, root)
      } finally {
        await root.close()
      }
    })
  }

  async #move(plan: RecyclePlan, root: OpenedFolder, entry: OpenedFolder): Promise<Erased> {
    const erased = await each(plan, async (file) => {
      return inFolder(root, file.from, async (folder, name) => {
        const found = await this.#lookAndAsk(folder, name, join(plan.root, file.from), plan)
        if (found === null) return 'missing'
        if (!isSame(found, file)) throw changed(file.from)
        await rename(folder.at(name), entry.at(file.to))
        return 'done'
      })
    })
    await entry.sync()
    await mark(entry, 'recycled')
    await dropEmptied(plan, root)
    return erased
  }

  async #putBack(
    file: RecycleMove,
    root: OpenedFolder,
    entry: OpenedFolder,
    isKnown: IsKnown,
  ): Promise<FileEnd> {
    const {from, to} = file
    const kept = await look(entry, to)
    if (kept === null) return (await isBack(file, root, isKnown)) ? 'done' : 'missing'
    if (!isKnown(kept, file)) return 'foreign'
    return inFolder(
      root,
      from,
      async (folder, name) => {
        const there = await look(folder, name)
        // A crash came between the two halves of `moveBack`.
        if (there && isOneFile(there, kept)) await unlink(entry.at(to))
        else if (there) throw taken(from)
        else await moveBack(entry.at(to), folder.at(name), from)
        await folder.sync()
        return 'done'
      },
      true,
    )
  }

  /**
   * Nobody can say of what is not there whose it is, and nothing is done to it: of files that went in an earlier try
   * nobody is asked. @returns what lies there once its owner was asked; `null` = nothing
   */
  async #lookAndAsk(
    folder: OpenedFolder,
    name: string,
    path: string,
    {entry}: RecyclePlan,
  ): Promise<Found | null> {
    if ((await look(folder, name)) === null) return null
    const owner = await this.#ownerOf(path)
    if (owner !== null)
      throw new CommodarrError('content_shared', `${path} is also that of ${owner}.`, {path, entry})
    return look(folder, name)
  }
}

/**
 * Takes all that setting aside will need of the disk, before anything is done: a full or read-only disk says so here.
 * @throws {CommodarrError} `path_refused`, `disk_failed`; then nothing is left of it
 */
export async function prepareEntry(plan: RecyclePlan): Promise<void> {
  try {
    await inEntry(plan, 'makes', (_root, entry) => begin(plan, entry))
  } catch (error) {
    await dropEntry(plan).catch(() => {})
    throw error
  }
}

/** Nothing was moved to it, or all is back. @throws {CommodarrError} `path_refused`, `disk_failed` */
export async function dropEntry(plan: RecyclePlan): Promise<void> {
  await withNamedErrors(plan.root, async () => {
    const root = await OpenedFolder.root(plan.root, null)
    try {
      const area = await root.down(recycleArea).catch(ifMissing)
      if (!area) return
      try {
        const entry = await area.down(plan.entry).catch(ifMissing)
        if (!entry) return
        try {
          const names = await entry.names()
          const text = (await readFile(entry.at(noteName), 'utf8').catch(ifMissing)) ?? ''
          const isOurs = text === noteText(plan) || readNote(text, plan.root, plan.entry) === null
          if (isOurs && names.every((name) => isOfNote(name))) await dropNote(entry)
        } finally {
          await entry.close()
        }
        await rmdir(area.at(plan.entry)).catch(ifNotEmpty)
      } finally {
        await area.close()
      }
    } finally {
      await root.close()
    }
  })
}

/** @param how makes: what is not there yet is made, on the disk that has the number of the plan alone */
async function inEntry<T>(
  plan: RecyclePlan,
  how: 'makes' | 'opens',
  work: (root: OpenedFolder, entry: OpenedFolder) => Promise<T>,
): Promise<T> {
  const {root: path, device, entry: name} = plan
  const open: OpenedFolder[] = []
  return withNamedErrors(path, async () => {
    try {
      const root = await OpenedFolder.root(path, null)
      open.push(root)
      const makes = how === 'makes' && root.has(device)
      const area = await root
        .down(recycleArea, makes)
        .catch((error: unknown) => refuseMissing(error, plan, root))
      open.push(area)
      const entry = await area.down(name, makes).catch((error: unknown) => refuseMissing(error, plan, root))
      open.push(entry)
      await refuseOtherDisk(plan, root, entry)
      const done = await work(root, entry)
      if ((await entry.names()).length === 0) await rmdir(area.at(name))
      return done
    } finally {
      for (const folder of open) await folder.close()
    }
  })
}

/** @throws {CommodarrError} `path_refused`: what is not there may lie on the disk that is not there; else the error itself */
function refuseMissing(error: unknown, {root: path, device}: RecyclePlan, root: OpenedFolder): never {
  if (codeOf(error) === 'ENOENT' && !root.has(device)) throw otherDisk(path)
  throw error
}

/**
 * What lies in the trash folder of a root with a note of ours, whatever became of it: entries that nobody knows of any more
 * among them.
 * @param root ours, a folder; none has nothing
 * @throws {CommodarrError} `disk_failed`
 */
export async function entriesAt(root: string): Promise<readonly RecyclePlan[]> {
  return withNamedErrors(root, async () => {
    const opened = await OpenedFolder.root(root, null).catch(ifMissing)
    if (!opened) return []
    const area = await opened.down(recycleArea).catch(ifNotOurs)
    try {
      const found: RecyclePlan[] = []
      for (const name of area ? await area.names() : []) {
        const entry = await area!.down(name).catch(ifNotOurs)
        const text = entry && ((await readFile(entry.at(noteName), 'utf8').catch(ifMissing)) ?? '')
        await entry?.close()
        const note = text ? readNote(text, root, name) : null
        if (note !== null) found.push(note)
      }
      return found
    } finally {
      await area?.close()
      await opened.close()
    }
  })
}

/**
 * Is it the disk of the plan? By its number, or by our own note, which lies nowhere else: after a restart, or a new
 * mount, the same disk has another number. @throws {CommodarrError} `path_refused`
 */
async function refuseOtherDisk(
  plan: RecyclePlan,
  root: OpenedFolder,
  entry: OpenedFolder | null,
): Promise<void> {
  if (root.has(plan.device)) return
  const text = entry && ((await readFile(entry.at(noteName), 'utf8').catch(ifMissing)) ?? '')
  const note = text ? readNote(text, plan.root, plan.entry) : null
  if (note === null || !isNoteOf(note, plan)) throw otherDisk(plan.root)
}

/** Its files may come back under other names than they left by. */
function isNoteOf(note: RecyclePlan, {root, entry, at, files}: RecyclePlan): boolean {
  const isOf = ({to, inode, size}: RecycleMove, its: RecycleMove | undefined) =>
    its?.to === to && its.inode === inode && its.size === size
  const isSameEntry = note.root === root && note.entry === entry && note.at === at
  return isSameEntry && note.files.length === files.length && note.files.every((it, n) => isOf(it, files[n]))
}

/** The note, and the mark that only changes its name from now on. @throws {CommodarrError} another entry is there */
async function begin(plan: RecyclePlan, entry: OpenedFolder): Promise<void> {
  const names = await entry.names()
  if (!names.includes(noteName)) {
    if (names.length > 0) throw refused('This entry is there already.', plan.entry)
    await writeWhole(entry, 'moving', '')
    await writeWhole(entry, noteName, noteText(plan))
    await entry.sync()
    return
  }
  const isOurs = (await readFile(entry.at(noteName), 'utf8')) === noteText(plan)
  if (!isOurs || (await stateOf(entry)) !== 'moving')
    throw refused('This entry is there already.', plan.entry)
}

/** Our path of a file that was set aside. */
function asidePath({root, entry}: RecyclePlan, {to}: RecycleMove): string {
  return join(root, recycleArea, entry, to)
}

type Found = Awaited<ReturnType<typeof look>> & {}

/** Never through a link. `null` = nothing there. */
async function look(folder: OpenedFolder, name: string) {
  return (await lstat(folder.at(name), {bigint: true}).catch(ifMissing)) ?? null
}

function isSame(found: Found, {inode, size}: RecycleMove): boolean {
  return !found.isDirectory() && String(found.ino) === inode && Number(found.size) === size
}

/** Is it the file that was set aside? */
type IsKnown = (found: Found, file: RecycleMove) => boolean

/**
 * Shares may number their files again together with their disk: then the size has to do, of what lies in the entry. What
 * lies elsewhere is known by that to nobody (`isOneFile`): a file that is being downloaded again has the same size.
 */
function keptAs(isNumberedAlike: boolean): IsKnown {
  if (isNumberedAlike) return isSame
  return (found, file) => isSame(found, file) || (found.isFile() && Number(found.size) === file.size)
}

/** Two names of one file, as the disk numbers them in this moment: only then one of them can go. */
function isOneFile(one: Found, other: Found): boolean {
  return one.dev === other.dev && one.ino === other.ino
}

function foreign({from, to}: RecycleMove, {root, entry}: RecyclePlan): CommodarrError {
  const path = join(root, recycleArea, entry, to)
  const why = `Another file is now in the place of the one that was set aside (${from}). Move it away, or put back the former one.`
  return new CommodarrError('changed_meanwhile', `${path}: ${why}`, {path})
}

/**
 * Those of its files that lie in the entry. All of them can come back, as far as it can be seen: their places are free,
 * and their disk takes new names there. @throws {CommodarrError} `undo_impossible`, `changed_meanwhile`, `path_refused`;
 * the system's error
 */
async function filesToRestore(
  plan: RecyclePlan,
  root: OpenedFolder,
  entry: OpenedFolder,
): Promise<readonly RecycleMove[]> {
  if ((await stateOf(entry)) === 'purging')
    throw new CommodarrError('undo_impossible', 'It is being removed permanently.', {entry: plan.entry})
  const names = new Set(await entry.names())
  const files = plan.files.filter(({to}) => names.has(to))
  const isKnown = keptAs(root.has(plan.device))
  for (const file of files) {
    const kept = await look(entry, file.to)
    if (kept && !isKnown(kept, file)) throw foreign(file, plan)
    if (kept) await refuseTaken(file, root, kept)
  }
  if (files.length > 0) await entry.checkWritable()
  await refuseUnwritable(files, root)
  return files
}

/** Where its folder is not there it is made in the next one around it. @throws the system's error */
async function refuseUnwritable(files: readonly RecycleMove[], root: OpenedFolder): Promise<void> {
  const seen = new Set<string>()
  for (const {from} of files) {
    for (let at = parentOf(from); !seen.has(at); at = parentOf(at)) {
      seen.add(at)
      const end = await inFolder(root, at && `${at}/`, async (folder) => {
        await folder.checkWritable()
        return 'done'
      })
      if (end === 'done') break
    }
  }
}

async function refuseTaken({from}: RecycleMove, root: OpenedFolder, kept: Found): Promise<void> {
  await inFolder(root, from, async (folder, name) => {
    const there = await look(folder, name)
    if (there && !isOneFile(there, kept)) throw taken(from)
    return 'done'
  })
}

/** Put back before a crash, or by a person. */
async function isBack(file: RecycleMove, root: OpenedFolder, isKnown: IsKnown): Promise<boolean> {
  const end = await inFolder(root, file.from, async (folder, name) => {
    const there = await look(folder, name)
    return there && isKnown(there, file) ? 'done' : 'missing'
  })
  return end === 'done'
}

async function absentFrom(
  plan: RecyclePlan,
  root: OpenedFolder,
): Promise<Pick<Erased, 'missing' | 'foreign'>> {
  const isKnown = keptAs(root.has(plan.device))
  const missing: string[] = []
  for (const file of plan.files) if (!(await isBack(file, root, isKnown))) missing.push(file.from)
  return {missing, foreign: []}
}

function taken(path: string): CommodarrError {
  return refused('Something else is there now. Remove that first.', path)
}

/** foreign: it is another file, and was left alone. */
type FileEnd = 'done' | 'missing' | 'foreign'

async function each(plan: RecyclePlan, work: (file: RecycleMove) => Promise<FileEnd>): Promise<Erased> {
  const missing: string[] = []
  const foreign: string[] = []
  let touched = 0
  for (const file of plan.files) {
    const end = await work(file)
    if (end === 'done') touched++
    else (end === 'missing' ? missing : foreign).push(file.from)
  }
  return {touched, missing, foreign}
}

/** Opens the folder of a path below the root. A folder that is not there: missing, unless it is made. */
async function inFolder(
  root: OpenedFolder,
  path: string,
  work: (folder: OpenedFolder, name: string) => Promise<FileEnd>,
  make = false,
): Promise<FileEnd> {
  const [name = '', ...folders] = path.split('/').toReversed()
  const open: OpenedFolder[] = []
  try {
    let folder = root
    for (const part of folders.toReversed()) {
      const below = await folder.down(part, make).catch(ifMissing)
      if (!below) return 'missing'
      open.push(below)
      folder = below
    }
    return await work(folder, name)
  } finally {
    for (const folder of open) await folder.close()
  }
}

/** A file system that knows no links, or a full one that has no room for a second name. */
const noLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'ENOSPC',
  'EDQUOT',
])

/** Linking fails where something is, renaming would replace it. */
async function moveBack(from: string, to: string, path: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!noLinks.has(codeOf(error))) throw error
    if ((await lstat(to).catch(ifMissing)) !== undefined) throw taken(path)
    return rename(from, to)
  }
  await unlink(from)
}

/** The deepest first; one that holds anything stays, and so does all around what was theirs. */
async function dropEmptied({folder, common, files}: RecyclePlan, root: OpenedFolder): Promise<void> {
  const around = folder === null ? common : folder.split('/').slice(0, -1).join('/')
  if (around === undefined) return
  const isBelow = (path: string) => path !== '' && (around === '' || path.startsWith(`${around}/`))
  const emptied = new Set<string>()
  for (const {from} of files) {
    if (folder !== null && !from.startsWith(`${folder}/`)) continue
    for (let at = parentOf(from); isBelow(at); at = parentOf(at)) emptied.add(at)
  }
  const deepest = [...emptied].sort((a, b) => b.split('/').length - a.split('/').length)
  for (const path of deepest) {
    await inFolder(root, path, async (around, name) => {
      await rmdir(around.at(name)).catch(ifNotEmpty)
      return 'done'
    })
  }
}

/** '' = it has none. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

async function readEntry(root: OpenedFolder, plan: RecyclePlan): Promise<RecycleEntry | null> {
  const area = await root.down(recycleArea).catch(ifMissing)
  if (!area) return null
  try {
    const entry = await area.down(plan.entry).catch(ifNotOurs)
    if (!entry) return null
    try {
      const text = (await readFile(entry.at(noteName), 'utf8').catch(ifMissing)) ?? ''
      const note = readNote(text, plan.root, plan.entry)
      if (note) return isNoteOf(note, plan) ? {plan: note, state: await stateOf(entry)} : null
      const names = await entry.names()
      if (!names.every((it) => isOfNote(it))) return null
      await dropNote(entry)
    } finally {
      await entry.close()
    }
    await rmdir(area.at(plan.entry))
    return null
  } finally {
    await area.close()
  }
}

async function stateOf(entry: OpenedFolder): Promise<RecycleState> {
  const names = await entry.names()
  return marks.findLast((mark) => names.includes(mark)) ?? 'moving'
}

/** The one that is there is renamed, which takes no room. */
async function mark(entry: OpenedFolder, state: Mark): Promise<void> {
  const names = await entry.names()
  const before = marks.findLast((it) => names.includes(it))
  if (before === undefined) await writeWhole(entry, state, '')
  else if (before !== state) await rename(entry.at(before), entry.at(state))
  await entry.sync()
}

function isOfNote(name: string): boolean {
  return name === noteName || marks.some((it) => it === name)
}

/** The note first: without it nobody takes the marks for a state. */
async function dropNote(entry: OpenedFolder): Promise<void> {
  await entry.sync()
  for (const name of [noteName, ...marks]) await unlink(entry.at(name)).catch(ifMissing)
}

async function writeWhole(folder: OpenedFolder, name: string, text: string): Promise<void> {
  const file = await open(folder.at(name), 'wx', 0o660)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function ifMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

/** Nothing is there, or a link or a file that somebody put there. */
function ifNotOurs(error: unknown): undefined {
  if (!(error instanceof CommodarrError && error.code === 'path_refused')) return ifMissing(error)
}

function ifReadOnly(error: unknown): void {
  if (codeOf(error) !== 'EROFS') throw error
}

function ifNotEmpty(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'ENOTDIR'].includes(codeOf(error))) throw error
}

function changed(path: string): CommodarrError {
  return new CommodarrError('changed_meanwhile', `${path} is not the file that was decided about.`, {path})
}

/** Errors of the system by our name. */
async function withNamedErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CommodarrError || codeOf(error) === '') throw error
    const code = codeOf(error)
    const why = diskWords[code] ?? `Files below ${path} could not be moved (${code}).`
    throw new CommodarrError('disk_failed', why.replace('%', path), {path, system: code}, error)
  }
}

/** What people can do something about; % = the root. */
const diskWords: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk of % is full: there is no room to set anything aside.',
  EDQUOT: 'The quota of the disk of % is used up: there is no room to set anything aside.',
  EROFS: 'The disk of % is read-only.',
  EACCES: 'Commodarr may not write below %.',
  EXDEV: 'What is below % is mounted there from elsewhere, so nothing can be moved out of it.',
}

const noteName = 'note.json'

/** The last of these that is there is the state; an older program left none while it was setting aside. */
const marks = ['moving', 'recycled', 'restoring', 'purging'] as const
type Mark = (typeof marks)[number]
type RecycleState = Mark

const Note = z.object({
  version: z.literal(1),
  device: z.string(),
  at: z.number(),
  folder: z.string().nullable(),
  common: z.string().optional(),
  files: z.array(z.object({from: z.string(), to: z.string(), inode: z.string(), size: z.number()})),
})

/**
 * What lies beside files that were set aside: where they came from, written before the first one moves. How far it got
 * is said by empty files beside it, so that nothing that is written is ever written over.
 */
function noteText({device, at, folder, common, files}: RecyclePlan): string {
  return JSON.stringify({version: 1, device, at, folder, common, files})
}

/** `null` = cut or foreign. The root and the entry are where it was found. */
function readNote(text: string, root: string, entry: string): RecyclePlan | null {
  try {
    const {version: _version, ...note} = Note.parse(JSON.parse(text))
    return {root, entry, ...note}
  } catch {
    return null
  }
}
