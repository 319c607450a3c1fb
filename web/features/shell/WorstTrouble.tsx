import {Link} from '@tanstack/react-router'
import {CircleX} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {serverSentence} from '../servers/server-words.ts'
import {useNow} from '../../live/clock.ts'
import {serversInTrouble} from './trouble.ts'

const STEP_MS = 5_000

/** The worst problem of a server in words; the bell has the others. */
export function WorstTrouble({servers}: {servers: readonly LiveServer[]}) {
  const now = useNow(STEP_MS)
  const [worst] = serversInTrouble(servers)
  if (!worst) return null
  return (
    <Link
      to="/servers/$id"
      params={{id: worst.server_id}}
      className={joined(
        'flex min-w-0 items-center gap-1.5 rounded-s hover:underline',
        worst.status === 'degraded' ? 'text-st-stalled' : 'text-st-error',
      )}
    >
      <Icon icon={CircleX} size={14} />
      <span className="truncate">{serverSentence(worst, now)}</span>
    </Link>
  )
}
