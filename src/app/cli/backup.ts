import {resolve} from 'node:path'
import {backupPath} from '#store/backups.ts'
import {FolderLock} from '#store/folder-lock.ts'
import {recordRestored} from '#store/repositories/last-seen.ts'
import {nameOf} from '#store/transfer/places.ts'
import {backUp, replaceDatabase} from '#store/transfer/transfer.ts'
import type {PlaceOptions} from './arguments.ts'
import {onDatabase, countLines, keyLine, terminal, atPlace, type Voice} from '../place.ts'

/** `npm start -- backup [FILE]`: the whole database as one SQLite file, also while the program runs. @returns the exit code */
export function backup(
  file: string | undefined,
  options: PlaceOptions,
  voice: Voice = terminal,
): Promise<number> {
  return onDatabase(options, voice, async ({database, backups, dataFolder}) => {
    const path = file === undefined ? backupPath(backups, 'commodarr', Date.now()) : resolve(file)
    const counts = await backUp(database, path)
    voice.print(`${nameOf(database)} is backed up in ${path}`)
    for (const line of countLines(counts)) voice.print(line)
    voice.print(keyLine(dataFolder))
    voice.print(`Go back to it with: npm start -- restore ${path}`)
  })
}

/** `npm start -- restore FILE`: a backup in the place of the database, which is set aside. @returns the exit code */
export function restore(file: string, options: PlaceOptions, voice: Voice = terminal): Promise<number> {
  return atPlace(options, voice, async ({database, backups, dataFolder}) => {
    const lock = await FolderLock.take(dataFolder)
    try {
      const from = {path: resolve(file)}
      const parts = {from, to: database, replaces: true, keepIn: backups, now: Date.now()}
      const {counts, kept} = await replaceDatabase(parts)
      recordRestored(dataFolder, parts.now)
      voice.print(`${nameOf(database)} is now as in ${from.path}`)
      for (const line of countLines(counts)) voice.print(line)
      if (kept !== null) voice.print(`What was there is kept in ${kept}`)
      voice.print(keyLine(dataFolder))
      voice.print('What was under way in the backup does not go on: look whether it is still wanted.')
      voice.print('Sessions, API keys and invitations that were revoked since the backup are good again.')
    } finally {
      lock.release()
    }
  })
}
