import type {LiveServer} from '#model/live.ts'
import {useNow} from '../../live/clock.ts'
import {Note} from '../../ui/Note.tsx'
import {healthLook, isTrouble} from './health-words.ts'
import {HealthActionButton} from './HealthActionButton.tsx'
import {troubleSentence} from './server-words.ts'

/** Cause, consequence, next try and one action; nothing while all is well. */
export function TroubleLine({server, className}: {server: LiveServer; className?: string | undefined}) {
  const now = useNow(server.next_try_at === null ? 10_000 : 1000)
  if (!isTrouble(server)) return null
  const {tone, icon} = healthLook(server)
  return (
    <Note
      tone={tone === 'warn' ? 'warn' : 'bad'}
      icon={typeof icon === 'string' ? undefined : icon}
      action={<HealthActionButton server={server} inLine />}
      className={className}
    >
      {troubleSentence(server, now)}
    </Note>
  )
}
