import type {LiveServer} from '#model/live.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {joined} from '../../ui/joined.ts'
import {healthLook} from '../servers/health/health-words.ts'
import {HealthIcon, healthInk} from '../servers/health/HealthIcon.tsx'
import {ServerStatusPopover} from '../servers/health/ServerStatusPopover.tsx'
import {serverSentence} from '../servers/server-words.ts'

const STEP_MS = 5_000

/** The worst problem of a server in words, and behind it all that is known of it; the bell has the others. */
export function WorstTrouble({server, isBrief = false}: {server: LiveServer; isBrief?: boolean}) {
  return (
    <ServerStatusPopover
      server={server}
      trigger={
        <button
          type="button"
          className={joined(
            'flex min-w-0 items-center gap-1.5 rounded-s hover:underline focus-visible:shadow-focus-in pointer-coarse:h-11',
            healthInk(server),
          )}
        >
          <HealthIcon health={server} />
          {isBrief ? <Brief server={server} /> : <Sentence server={server} />}
        </button>
      }
    />
  )
}

function Sentence({server}: {server: LiveServer}) {
  const now = useNow(STEP_MS)
  return <span className="truncate">{serverSentence(server, now)}</span>
}

/** Where there is little room the name is cut, never the word. */
function Brief({server}: {server: LiveServer}) {
  return (
    <>
      <span className="truncate">{server.server_name}</span>
      <span className="shrink-0">{text(healthLook(server).word)}</span>
    </>
  )
}
