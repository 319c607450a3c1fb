import {memo} from 'react'
import type {History} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {Bars26} from '../../../ui/Bars26.tsx'
import {milliseconds} from '../server-words.ts'
import {latencyBars} from './latency-bars.ts'

const SLOW_MS = 2000

/** How long a server took to answer in each of the last minutes. Drawn anew with the history, not with each speed. */
export const LatencyBars = memo(function LatencyBars({
  id,
  name,
  history,
}: {
  id: string
  name: string
  history: History | undefined
}) {
  return (
    <Bars26
      values={latencyBars(history, id)}
      label={text('servers.latencies', {name})}
      formatValue={milliseconds}
      slowFrom={SLOW_MS}
      className="h-4!"
    />
  )
})
