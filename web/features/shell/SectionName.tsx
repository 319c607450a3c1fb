import {useQuery} from '@tanstack/react-query'
import {arrsQuery} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {waitingInAll} from './attention.ts'
import type {Section} from './sections.ts'

/** What a section is called, and what in it waits for an answer. */
export function SectionName({section: {to, label}}: {section: Pick<Section, 'to' | 'label'>}) {
  return (
    <>
      {text(label)}
      {to === '/arrs' && <Waiting />}
    </>
  )
}

function Waiting() {
  const count = useWaiting()
  if (count === 0) return null
  return (
    <span className="num text-11 font-bold text-st-stalled">
      <span aria-hidden>{count}</span>
      <span className="sr-only">, {text('nav.waiting', {count})}</span>
    </span>
  )
}

/** What of all Arrs in sight waits for a person: downloads, and what their rules ask. */
function useWaiting(): number {
  const {data = []} = useQuery(arrsQuery)
  return waitingInAll(data, useAttention())
}
