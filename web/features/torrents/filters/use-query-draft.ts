import {useEffectEvent, useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react'
import type {QueryMistake} from '#model/live.ts'
import {filterOf, type KnownArr, type KnownServer} from '#search-query/filter-of.ts'
import {serverNow} from '../../../live/clock.ts'
import type {LiveView} from '../../../live/view.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {QueryPace, toldMistakes, trimmed, withRoom, type Edited} from './query-draft.ts'
import {useKnownArrs, useKnownServers} from './use-known-names.ts'

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export interface QueryDraft {
  readonly text: string
  /** `null` = nobody writes. */
  readonly cursor: number | null
  readonly mistakes: readonly QueryMistake[]
  /** What the list shows is another query: this one is not understood. */
  readonly isHeld: boolean
  readonly type: (edited: Edited) => void
  /** The same, and the cursor goes there. */
  readonly put: (edited: Edited) => void
  readonly point: (cursor: number | null) => void
  /** Without waiting; mistakes under the cursor are told too. */
  readonly apply: () => void
  readonly leave: () => void
}

/**
 * What is written in the search box, on its way into the address and back from it.
 * @param view the list that follows it
 */
export function useQueryDraft(input: RefObject<HTMLInputElement | null>, view: LiveView): QueryDraft {
  const [{q = ''}, change] = useTorrentsSearch()
  const [text, setText] = useState(q)
  const [cursor, setCursor] = useState<number | null>(null)
  const [isPatient, setPatient] = useState(true)
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  const mistakes = useMemo(() => mistakesOf(text, servers, arrs), [text, servers, arrs])
  const sent = useRef(q)
  const isFollowing = useRef(false)
  const place = useRef<number | null>(null)

  // Somebody else wrote the address: the side bar, a link, the way back.
  useLayoutEffect(() => {
    if (q === sent.current) return
    sent.current = q
    setText(document.activeElement === input.current ? withRoom(q) : q)
  }, [q, input])
  useLayoutEffect(() => {
    if (place.current !== null) input.current?.setSelectionRange(place.current, place.current)
    place.current = null
  })

  const send = (written: string) => {
    const next = trimmed(written)
    if (next === sent.current || mistakesOf(written, servers, arrs).length > 0) return
    sent.current = next
    // One step back leads to what was there before somebody began to write.
    change({q: next === '' ? undefined : next}, {replace: isFollowing.current})
    isFollowing.current = true
  }
  const sendLatest = useEffectEvent(send)
  const pace = useRef<QueryPace>(null)
  useLayoutEffect(() => {
    // The address comes to the view in its own time.
    const isAnswered = () => view.wish.q === sent.current && (view.isCurrent || view.refusal !== null)
    const made = new QueryPace(isAnswered, (written) => sendLatest(written))
    pace.current = made
    return view.changes.listen(() => made.answered())
  }, [view])
  const type = (edited: Edited) => {
    place.current = null
    setText(edited.text)
    setCursor(edited.cursor)
    setPatient(true)
    pace.current!.write(edited.text)
  }
  const apply = () => {
    setPatient(false)
    pace.current!.now(text)
  }
  return {
    text,
    cursor,
    type,
    apply,
    mistakes: toldMistakes(text, mistakes, isPatient ? cursor : null),
    isHeld: mistakes.length > 0 && trimmed(text) !== q,
    put: (edited) => {
      type(edited)
      // The same text is not rendered again.
      if (edited.text === text) input.current?.setSelectionRange(edited.cursor, edited.cursor)
      else place.current = edited.cursor
    },
    point: setCursor,
    leave: () => {
      apply()
      isFollowing.current = false
      setCursor(null)
      setText(trimmed(text))
    },
  }
}

function mistakesOf(
  text: string,
  servers: readonly KnownServer[],
  arrs: readonly KnownArr[] | null,
): readonly QueryMistake[] {
  const {mistakes} = filterOf(text, {servers, arrs: arrs ?? [], now: serverNow(), timeZone})
  // Before servers and Arrs are known every name of one would be unknown.
  return mistakes.filter(
    ({code}) =>
      (code !== 'unknown_server' || servers.length > 0) && (code !== 'unknown_arr' || arrs !== null),
  )
}
