import {Link} from '@tanstack/react-router'
import {text} from '../../i18n/text.ts'
import {buttonClass} from '../../ui/button-class.ts'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {useTitle} from '../../ui/use-title.ts'

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
