import {existsSync, realpathSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import {backupFolder} from '#store/backups.ts'
import {FolderLock, LOCK_FILE} from '#store/folder-lock.ts'
import {keepingOut, nameOf, placeOf, type Place} from '#store/transfer/places.ts'
import {replaceDatabase} from '#store/transfer/transfer.ts'
import type {PlaceOptions} from './arguments.ts'
import {atPlace, countLines, terminal, type CommandPlace, type Voice} from '../place.ts'

interface Move {
  /** An address of PostgreSQL, or a file. */
  readonly to: string
  readonly force: boolean
}

/** `npm start -- migrate --to ADDRESS|FILE`: everything into another database. @returns the exit code */
export function migrate({to, force}: Move, options: PlaceOptions, voice: Voice = terminal): Promise<number> {
  return atPlace(options, voice, async (place) => {
    const target = placeOf(to, filePath)
    const {database: from} = place
    if (samePlace(from, target))
      throw new CommodarrError('bad_argument', `${nameOf(target)} is what is in use already.`)
    await withLocks(place, target, async () => {
      const keepIn = 'path' in target ? backupFolder(target.path) : place.backups
      const {counts, kept} = await replaceDatabase({
        from,
        to: target,
        replaces: force,
        keepIn,
        now: Date.now(),
      })
      voice.print(`Everything in ${nameOf(from)} is now in ${nameOf(target)}`)
      for (const line of countLines(counts)) voice.print(line)
      voice.print('The rows of each table were counted on both sides.')
      if (kept !== null) voice.print(`What was there is kept in ${kept}`)
      for (const line of nextStep(place, target)) voice.print(line)
    })
  })
}

/** Neither side changes while it is copied. */
async function withLocks(place: CommandPlace, target: Place, work: () => Promise<void>): Promise<void> {
  const folders = new Set([place.dataFolder, ...('path' in target ? lockedFolders(target.path) : [])])
  const locks: FolderLock[] = []
  try {
    for (const folder of folders) locks.push(await FolderLock.take(folder))
    await keepingOut(place.database, work)
  } finally {
    for (const lock of locks) lock.release()
  }
}

/** Another Commodarr's data folder is known by its lock. */
function lockedFolders(path: string): string[] {
  const folder = dirname(path)
  return existsSync(join(folder, LOCK_FILE)) ? [folder] : []
}

/** A folder means the database in it. */
function filePath(text: string): string {
  const path = resolve(text)
  return existsSync(path) && statSync(path).isDirectory() ? join(path, 'commodarr.db') : path
}

function samePlace(a: Place, b: Place): boolean {
  if ('path' in a && 'path' in b)
    return existsSync(a.path) && existsSync(b.path) && realpathSync(a.path) === realpathSync(b.path)
  return 'url' in a && 'url' in b && nameOf(a) === nameOf(b)
}

function nextStep({dataFolder, url}: CommandPlace, target: Place): string[] {
  if ('url' in target) return ['Start Commodarr with its address in DATABASE_URL to use it.']
  const own = join(dataFolder, 'commodarr.db')
  const steps = [
    ...(target.path === own ? [] : [`put it in the place of ${own}`]),
    ...(url === null ? [] : ['unset DATABASE_URL']),
  ]
  return steps.length === 0 ? [] : [`To use it, ${steps.join(' and ')}, then start Commodarr.`]
}
