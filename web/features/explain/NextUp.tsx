import {useQuery} from '@tanstack/react-query'
import {Clock} from 'lucide-react'
import {explanationQuery} from '../../api/explanation.ts'
import {exactTime, fullTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Icon} from '../../ui/Icon.tsx'
import {phraseWords} from './verdict-words.ts'
import type {Torrent} from '../details/torrent.ts'

/** What comes next, and when, if nothing changes. */
export function NextUp({torrent}: {torrent: Torrent}) {
  const now = useNow(10_000)
  const {data} = useQuery(explanationQuery(torrent))
  const next = data?.verdict.next ?? []
  if (next.length === 0) return null
  return (
    <section aria-label={text('details.next')} className="mt-3.5 border-t border-line pt-3">
      <h3 className="mb-1.5 text-11 font-bold text-text-3">{text('details.next')}</h3>
      <ol className="grid gap-1.5">
        {next.map(({at, says}) => (
          <li key={says.key} className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2">
            <Icon icon={Clock} size={14} className="mt-[3px] text-text-3" />
            <span className="min-w-0 text-pretty wrap-anywhere">{phraseWords(says, now)}</span>
            <time
              dateTime={new Date(at).toISOString()}
              title={fullTime(at)}
              className="num whitespace-nowrap text-text-2"
            >
              {exactTime(at, now)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  )
}
