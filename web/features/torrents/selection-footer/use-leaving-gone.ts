import {useEffect} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {toast} from '../../../ui/toast.ts'
import {selection, type TorrentName} from '../selection.ts'
import {missing} from './selection-sums.ts'

/** What is missing for so long is gone: a server that lists itself anew may lack it for a moment. */
const BELIEVED_AFTER_MS = 1500

/** Torrents that are gone leave the selection, and that is said once. @param view of just these torrents */
export function useLeavingGone(view: LiveView, names: ReadonlySet<TorrentName>): void {
  const isMissing = view.isCurrent && view.totals !== null && view.totals.count < names.size
  useEffect(() => {
    if (!isMissing) return
    const timer = setTimeout(() => void leave(view, names), BELIEVED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isMissing, view, names])
}

async function leave(view: LiveView, names: ReadonlySet<TorrentName>): Promise<void> {
  const asked = view.wish.keys?.length
  const there = await view.keys(0, names.size)
  // Something else was chosen meanwhile, or the view broke.
  if (there === null || asked !== names.size || !view.isCurrent || there.length !== view.totals?.count) return
  const gone = missing(names, there).filter((name) => selection.has(name))
  if (gone.length === 0) return
  selection.set(gone, false)
  toast({text: text('ledger.gone', {count: gone.length, all: count(gone.length)})})
}
