import {Link, type ErrorComponentProps} from '@tanstack/react-router'
import {NoAnswer} from '../../api/problem.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {ModuleMissing} from '../../live/modules.ts'
import {useConnection} from '../../live/socket.ts'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {useTitle} from '../../ui/use-document.ts'

/** A page that could not be shown; the others go on. */
export function BrokenPage({error}: ErrorComponentProps) {
  const {title: key, words} = told(error)
  const title = text(key)
  useTitle(title)
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      <EmptyState
        isPage
        title={title}
        text={words}
        actions={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {text('page.broken.next')}
          </Button>
        }
      />
    </main>
  )
}

function told(error: unknown): {readonly title: TextKey; readonly words: string} {
  if (error instanceof NoAnswer) return {title: 'page.away.title', words: text('page.away.text')}
  if (error instanceof ModuleMissing) return {title: 'page.outdated.title', words: text('page.outdated.text')}
  return {title: 'page.broken.title', words: error instanceof Error ? error.message : String(error)}
}

/** An address that leads nowhere. */
export function MissingPage() {
  useTitle(text('page.missing.title'))
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      <EmptyState
        isPage
        title={text('page.missing.title')}
        text={text('page.missing.text')}
        actions={
          <Link to="/torrents" className={buttonClass('primary')}>
            {text('page.missing.next')}
          </Link>
        }
      />
    </main>
  )
}

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
