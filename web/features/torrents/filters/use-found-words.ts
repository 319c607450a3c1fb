import {useEffect, useRef} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {count} from '../../../ui/format.ts'

/** A reader waits until somebody has stopped writing. */
const PAUSE_MS = 900

/** Says how many were found, once per search, to who writes one. */
export function useFoundWords(view: LiveView, isWriting: boolean): void {
  const {q} = view.wish
  const last = useRef(q)
  useEffect(() => {
    if (q === last.current || !isWriting) return
    const timer = setTimeout(() => {
      last.current = q
      const found = view.totals?.count ?? 0
      announce(text('search.found', {count: found, all: count(found)}))
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [view, q, isWriting])
}
