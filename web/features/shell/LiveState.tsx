import {text} from '../../i18n/text.ts'
import {useConnection} from '../../live/connection.ts'
import {joined} from '../../ui/joined.ts'

const words = {
  connecting: 'live.connecting',
  live: 'live.live',
  reconnecting: 'live.reconnecting',
  'signed out': 'live.signed_out',
} as const

/** Is what one sees the present? */
export function LiveState() {
  const {state} = useConnection()
  return (
    <output className="flex items-center gap-1.5">
      <i
        className={joined(
          'size-1.5 rounded-full',
          state === 'live' ? 'bg-st-seeding' : 'border border-st-stalled bg-transparent',
        )}
      />
      {text(words[state])}
    </output>
  )
}
