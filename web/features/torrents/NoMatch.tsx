import {SearchX} from 'lucide-react'
import type {ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {useTorrentsSearch} from './use-torrents-search.ts'
import {useViewCount} from './views/use-view-count.ts'
import {waysOut} from './ways-out.ts'

/** Nothing matches: where else something does, and what could be left out. */
export function NoMatch() {
  const [{q = '', servers}] = useTorrentsSearch()
  const {onAnyServer} = waysOut(q)
  if (servers === undefined && onAnyServer === null) return <NothingMatches />
  return <NoMatchHere wider={onAnyServer ?? q} />
}

/** @param wider the query that no server limits */
function NoMatchHere({wider}: {wider: string}) {
  const [, change] = useTorrentsSearch()
  const found = useViewCount(wider, null)
  return (
    <NothingMatches
      more={foundWords(found)}
      widen={
        <Button
          variant={(found ?? 0) > 0 ? 'primary' : 'default'}
          onClick={() => change({q: wider, servers: undefined})}
        >
          {text('torrents.other-servers')}
        </Button>
      }
    />
  )
}

/** @param found `null` = not known yet: keeps the line's place */
function foundWords(found: number | null): string {
  if (found === null) return '\u00a0'
  return found === 0 ? text('torrents.found-nowhere') : text('torrents.found-elsewhere', {count: found})
}

function NothingMatches({more, widen}: {more?: string; widen?: ReactNode}) {
  const [{q = ''}, change] = useTorrentsSearch()
  const {withoutWords, withoutFilters} = waysOut(q)
  const [before, after] = text('torrents.nothing-matches', {query: '\u0000'}).split('\u0000')
  return (
    <EmptyState
      icon={SearchX}
      title={
        <>
          {before}
          <code className="rounded-s bg-sunken px-1 py-0.5 font-mono text-12">{q}</code>
          {after}
        </>
      }
      text={more}
      actions={
        <>
          {widen}
          {withoutWords !== null && (
            <Button onClick={() => change({q: withoutWords})}>{text('torrents.clear-words')}</Button>
          )}
          {withoutFilters !== null && (
            <Button onClick={() => change({q: withoutFilters})}>{text('torrents.clear-filters')}</Button>
          )}
        </>
      }
    />
  )
}
