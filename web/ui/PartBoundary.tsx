import {Component, useEffect, type ReactNode} from 'react'
import {text, type TextKey} from '../i18n/text.ts'
import {ChunkFailure} from '../live/chunks.ts'
import {liveSocket} from '../live/socket.ts'
import {joined} from './joined.ts'
import {Note} from './Note.tsx'
import {TextButton} from './TextButton.tsx'

/** A part that did not load says so in its place, or over the page where it has none; the page around it goes on. */
export class PartBoundary extends Component<
  {readonly isLayer: boolean; readonly show: () => ReactNode},
  {readonly error: unknown}
> {
  override readonly state: {readonly error: unknown} = {error: null}

  static getDerivedStateFromError(error: unknown) {
    return {error}
  }

  override render(): ReactNode {
    const {error} = this.state
    const {isLayer, show} = this.props
    if (error === null) return show()
    // What breaks while it is shown is another matter: the page says it.
    if (!(error instanceof ChunkFailure)) throw error
    return <Missing failure={error} isLayer={isLayer} again={() => this.setState({error: null})} />
  }
}

function Missing({
  failure: {why},
  isLayer,
  again,
}: {
  failure: ChunkFailure
  isLayer: boolean
  again: () => void
}) {
  const mayCome = why === 'away'
  useAgainWhenBack(mayCome, again)
  return (
    <div
      className={joined(
        'min-w-0 p-2',
        isLayer &&
          'pointer-events-auto fixed bottom-16 left-1/2 z-palette w-105 max-w-[calc(100vw-16px)] -translate-x-1/2 rounded-l bg-raised shadow-3',
      )}
    >
      <Note
        tone="bad"
        isNews
        action={
          <TextButton onClick={mayCome ? again : () => window.location.reload()}>
            {text(mayCome ? 'awaited.again' : 'page.broken.next')}
          </TextButton>
        }
      >
        {text(missing[why])}
      </Note>
    </div>
  )
}

const missing: Readonly<Record<ChunkFailure['why'], TextKey>> = {
  away: 'part.away',
  gone: 'page.outdated.text',
  stuck: 'part.stuck',
}

/** What did not come is asked for again as soon as the connection is back, without a press of a button. */
export function useAgainWhenBack(isWanted: boolean, again: () => void): void {
  useEffect(() => {
    if (!isWanted) return
    const forget = liveSocket.changes.listen(() => liveSocket.connection.state === 'live' && again())
    window.addEventListener('online', again)
    return () => {
      forget()
      window.removeEventListener('online', again)
    }
  })
}
