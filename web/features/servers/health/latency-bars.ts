import type {History} from '../../../api/history.ts'

/** Milliseconds minute by minute, oldest first; `null` = it did not answer. What nobody measured is left out. */
export function latencyBars(history: History | undefined, id: string): readonly (number | null)[] {
  const values = history?.servers?.find(({server_id}) => server_id === id)?.values
  const {latency_ms: latencies = [], online = []} = values ?? {}
  return online.flatMap((share, at) => {
    if (share === null) return []
    const latency = latencies[at] ?? null
    return share === 0 ? [null] : latency === null ? [] : [latency]
  })
}
