import {resolve} from 'node:path'
import {backupPath} from '#store/backups.ts'
import {nameOf} from '#store/transfer/places.ts'
import {backUp} from '#store/transfer/transfer.ts'
import type {PlaceOptions} from './arguments.ts'
import {onDatabase, countLines, keyLine, terminal, type Voice} from '../place.ts'

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
