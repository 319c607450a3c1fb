import {resetPassword as resetPasswordOf} from '#accounts/reset-password.ts'
import {systemClock} from '#lib/clock.ts'
import {InstanceClock} from '#lib/instance-clock.ts'
import {LastSeen} from '#store/repositories/last-seen.ts'
import {takeDatabase} from '../database.ts'
import type {PlaceOptions} from './arguments.ts'
import {onDatabase, terminal, type Voice} from '../place.ts'

/** `npm start -- reset-password NAME`, while the program does not run. @returns the exit code */
export function resetPassword(name: string, options: PlaceOptions, voice: Voice = terminal): Promise<number> {
  return onDatabase(options, voice, async ({dataFolder, url}) => {
    const say = (lines: readonly string[]) => lines.forEach(voice.complain)
    const store = await takeDatabase({dataFolder, url, say, lockMs: 0})
    try {
      const {before} = await LastSeen.open(store, dataFolder, {error: (_, text) => voice.complain(text)})
      const token = await resetPasswordOf(store, name, new InstanceClock(systemClock, before))
      voice.print(`Set a new password for ${name} with this token. It works once, within a day:`)
      voice.print(`  ${token}`)
      voice.print('Start Commodarr, then: POST /api/invitations/accept with {"token": "…", "password": "…"}')
    } finally {
      await store.close()
    }
  })
}
