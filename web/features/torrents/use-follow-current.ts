import {useEffect, useRef} from 'react'
import {currentRow, useCurrentRow} from './current-row.ts'
import type {TorrentName} from './selection.ts'

/** Open details show who is current in the list; an address that names a torrent makes it current, and is shown. */
export function useFollowCurrent(at: TorrentName | undefined, show: (name: TorrentName) => void): void {
  const current = useCurrentRow()
  const before = useRef<{at: TorrentName | undefined; current: TorrentName | null} | null>(null)
  const latest = useRef(show)
  useEffect(() => {
    latest.current = show
  })
  useEffect(() => {
    const was = before.current
    before.current = {at, current}
    if (at === undefined) return
    // Whoever comes back from another page finds the list at its top.
    if (was === null) currentRow.seek(at)
    else if (at === current) return
    else if (current !== was.current && current !== null && at === was.at) latest.current(current)
    else currentRow.seek(at)
  }, [at, current])
}
