import {resolve} from 'node:path'
import {FolderLock} from '#store/folder-lock.ts'
import {tellRestored} from '#store/last-seen.ts'
import {nameOf} from '#store/transfer/places.ts'
import {replaceDatabase} from '#store/transfer/transfer.ts'
import type {PlaceOptions} from './arguments.ts'
import {atPlace, countLines, keyLine, terminal, type Voice} from './place.ts'

/** `npm start -- restore FILE`: a backup in the place of the database, which is set aside. @returns the exit code */
export function restore(file: string, options: PlaceOptions, voice: Voice = terminal): Promise<number> {
  return atPlace(options, voice, async ({database, backups, dataFolder}) => {
    const lock = await FolderLock.take(dataFolder)
    try {
      const from = {path: resolve(file)}
      const parts = {from, to: database, replaces: true, keepIn: backups, now: Date.now()}
      const {counts, kept} = await replaceDatabase(parts)
      tellRestored(dataFolder, parts.now)
      voice.tell(`${nameOf(database)} is now as in ${from.path}`)
      for (const line of countLines(counts)) voice.tell(line)
      if (kept !== null) voice.tell(`What was there is kept in ${kept}`)
      voice.tell(keyLine(dataFolder))
      voice.tell('What was under way in the backup does not go on: look whether it is still wanted.')
      voice.tell('Sessions, API keys and invitations that were revoked since the backup are good again.')
    } finally {
      lock.release()
    }
  })
}
