import {text} from '../../i18n/text.ts'
import {useConnection} from '../../live/connection.ts'
import {EmptyState} from '../../ui/EmptyState.tsx'

/** A page that is not here yet. While Commodarr is away it is waited for. */
export function PendingPage() {
  const isLost = useConnection().state === 'reconnecting'
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      {isLost ? (
        <EmptyState isPage title={text('page.away.title')} text={text('page.waits')} />
      ) : (
        <p className="text-text-3">{text('page.loading')}</p>
      )}
    </main>
  )
}
