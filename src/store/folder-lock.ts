/**
 * One Commodarr to a data folder. Held in a small SQLite file, because the system takes its lock back when a process
 * ends, however it ends, on every platform.
 */
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as pause} from 'node:timers/promises'
import {makeFolderSync} from '#lib/make-folder.ts'
import {StorageFault, storageFault, wordsOf} from './faults.ts'
import {giveToOwnerOfFolder} from './owner.ts'

export const LOCK_FILE = 'commodarr.lock'
const PAUSE_MS = 200

export class FolderLock {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /**
   * @param folder made when missing
   * @param waitMs for a predecessor that is about to end
   * @throws {StorageFault} storage_busy, when another program has it; storage_read_only, when the folder is not ours
   */
  static async take(folder: string, waitMs = 0): Promise<FolderLock> {
    for (let waited = 0; ; waited += PAUSE_MS) {
      try {
        return new FolderLock(locked(folder))
      } catch (error) {
        const fault = atLock(folder, error)
        if (fault.code !== 'storage_busy' || waited >= waitMs) throw fault
        await pause(PAUSE_MS)
      }
    }
  }

  release(): void {
    this.#database.close()
  }
}

function locked(folder: string): DatabaseSync {
  if (makeFolderSync(folder, 0o700) !== null) giveToOwnerOfFolder(folder)
  const path = join(folder, LOCK_FILE)
  const database = new DatabaseSync(path)
  try {
    // Nothing is ever written into it, so there is nothing to take back.
    database.exec('pragma journal_mode = memory')
    database.exec('begin exclusive')
    giveToOwnerOfFolder(path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function atLock(folder: string, error: unknown): StorageFault {
  const fault = storageFault(error)
  if (fault instanceof StorageFault && fault.code === 'storage_busy') {
    const message = `Another Commodarr uses the data folder ${folder}. End it, or give this one another folder with --data.`
    return new StorageFault('storage_busy', message, true, error)
  }
  const code = fault instanceof StorageFault ? fault.code : 'storage_read_only'
  const message = `The data folder ${folder} cannot be used: ${wordsOf(error)}. Name another one with --data.`
  return new StorageFault(code, message, false, error)
}
