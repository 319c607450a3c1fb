import type {ErrorComponentProps} from '@tanstack/react-router'
import {NoAnswer} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {useTitle} from './use-title.ts'

/** A page that could not be shown; the others go on. */
export function BrokenPage({error}: ErrorComponentProps) {
  const isAway = error instanceof NoAnswer
  const title = text(isAway ? 'page.away.title' : 'page.broken.title')
  useTitle(title)
  return (
    <main tabIndex={-1} className="grid h-full place-items-center p-8">
      <EmptyState
        isPage
        title={title}
        text={isAway ? text('page.away.text') : (error as Error).message}
        actions={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {text('page.broken.next')}
          </Button>
        }
      />
    </main>
  )
}
