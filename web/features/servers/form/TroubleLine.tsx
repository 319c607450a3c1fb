import type {LiveServer} from '#model/live.ts'
import {serverNow, useNow} from '../../../live/clock.ts'
import {Note} from '../../../ui/Note.tsx'
import {healthLook, isTrouble} from '../health/health-words.ts'
import {HealthActionButton} from '../health/HealthActionButton.tsx'
import {troubleSentence} from '../server-words.ts'

/** Cause, consequence, next try and one action; nothing while all is well. */
export function TroubleLine({server, className}: {server: LiveServer; className?: string | undefined}) {
  if (!isTrouble(server)) return null
  const {tone, icon} = healthLook(server)
  return (
    <Note
      tone={tone === 'warn' ? 'warn' : 'bad'}
      icon={typeof icon === 'string' ? undefined : icon}
      action={<HealthActionButton server={server} inLine />}
      className={className}
    >
      <Sentence server={server} />
    </Note>
  )
}

const MINUTE_MS = 60_000

/** Alone it is written anew as time goes by: there may be hundreds of them. */
function Sentence({server}: {server: LiveServer}) {
  const {next_try_at: next} = server
  const now = useNow(next === null || next - serverNow() > MINUTE_MS ? 10_000 : 1000)
  return <>{troubleSentence(server, now)}</>
}
