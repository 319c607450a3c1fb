import {useEffect, useRef} from 'react'
import {currentRow, useCurrentRow} from './current-row.ts'
import type {TorrentName} from './selection.ts'

/** Open details show who is current in the list; an address that names a torrent makes it current. */
export function useFollowCurrent(at: TorrentName | undefined, show: (name: TorrentName) => void): void {
  const current = useCurrentRow()
  const before = useRef({at, current})
  const latest = useRef(show)
  useEffect(() => {
    latest.current = show
  })
  useEffect(() => {
    const {at: atBefore, current: currentBefore} = before.current
    before.current = {at, current}
    if (at === undefined || at === current) return
    if (current !== currentBefore && current !== null && at === atBefore) latest.current(current)
    else currentRow.become(at)
  }, [at, current])
}
