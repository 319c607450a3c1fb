import {text} from '../../i18n/text.ts'
import {useConnection} from '../../live/connection.ts'
import {liveSocket} from '../../live/socket.ts'
import {useNow} from '../../live/clock.ts'
import {TextButton} from '../../ui/TextButton.tsx'

/** Shorter interruptions are told by the status bar alone: most are over before one has read of them. */
const TOLD_AFTER_MS = 4000

/** What one sees is old: lies over the page, so that nothing moves. */
export function ConnectionNote() {
  const connection = useConnection()
  const now = useNow()
  if (connection.state !== 'reconnecting') return <div aria-live="polite" />
  const lostMs = now - liveSocket.clockAhead - connection.since
  return (
    <div aria-live="polite">
      {lostMs >= TOLD_AFTER_MS && (
        <p className="absolute inset-x-0 top-2 z-panel mx-auto flex w-max max-w-[calc(100%-24px)] gap-2 rounded-m bg-tint-warn px-3 py-1.5 text-text-2 shadow-2">
          {text('live.lost', {seconds: Math.round(lostMs / 1000)})}
          <TextButton onClick={liveSocket.retryNow}>{text('live.retry')}</TextButton>
        </p>
      )}
    </div>
  )
}
