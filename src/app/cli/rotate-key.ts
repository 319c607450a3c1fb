import {existsSync} from 'node:fs'
import {KEY_VARIABLE, keyPath} from '#accounts/key-file.ts'
import {rotateKey as rotate, type Unreadable} from '#accounts/key-rotation.ts'
import {hasEncrypted} from '#store/repositories/encrypted.ts'
import {takeDatabase} from '../database.ts'
import type {PlaceOptions} from './arguments.ts'
import {onDatabase, terminal, type Voice} from '../place.ts'

/** `npm start -- rotate-key`, while the program does not run. @returns the exit code */
export function rotateKey(options: PlaceOptions, voice: Voice = terminal): Promise<number> {
  return onDatabase(options, voice, async ({dataFolder, url}) => {
    const say = (lines: readonly string[]) => lines.forEach(voice.complain)
    const store = await takeDatabase({dataFolder, url, say, lockMs: 0})
    try {
      // Of PostgreSQL nothing says whether this is the data folder that belongs to it.
      const mayBeElsewhere =
        url !== null && !existsSync(keyPath(dataFolder)) && (process.env[KEY_VARIABLE] ?? '') === ''
      if (mayBeElsewhere && (await store.read(hasEncrypted))) {
        voice.complain(
          `Secrets in the database are encrypted with a key that is not in ${dataFolder}. Name the data folder that has ` +
            'secret.key with --data. If that key is lost, put an empty file secret.key there and run this again.',
        )
        return 2
      }
      const {resealed, unreadable, keptIn} = await rotate(store, {dataFolder, env: process.env}, Date.now())
      const where = keptIn === 'file' ? keyPath(dataFolder) : KEY_VARIABLE
      voice.print(
        `${resealed} secret${resealed === 1 ? ' is' : 's are'} encrypted with the new key in ${where}.`,
      )
      voice.print('Keep a copy of it elsewhere. Backups of before need the old key.')
      for (const one of unreadable)
        voice.complain(`  stays as it was, no key here opens it: ${nameOfSecret(one)}`)
      return 0
    } finally {
      await store.close()
    }
  })
}

function nameOfSecret(place: Unreadable): string {
  switch (place.of) {
    case 'server':
      return `${place.field} of the server ${place.id}`
    case 'arr':
      return `${place.field} of the Arr ${place.id}`
    case 'user':
      return `the second step of the user ${place.id}`
  }
}
