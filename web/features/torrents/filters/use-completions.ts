import {useQuery} from '@tanstack/react-query'
import {useEffect, useMemo, useState, type KeyboardEvent} from 'react'
import type {complete, Completion} from '#search-query/complete.ts'
import type {Vocabulary} from '#search-query/value-candidates.ts'
import {labelCounts, type ValueCount} from '../../../api/torrents.ts'
import {serverNow} from '../../../live/clock.ts'
import {whenThere} from '../../../live/modules.ts'
import {liveSocket} from '../../../live/socket.ts'
import {withCompletion, withRoom} from './query-draft.ts'
import {useKnownArrs, useKnownServers} from './use-known-names.ts'
import type {QueryDraft} from './use-query-draft.ts'

export interface Completions {
  /** Empty = the list is closed. */
  readonly offers: readonly Completion[]
  /** Number of the one that Enter takes; -1 = none. */
  readonly active: number
  /** @param isAsked also where nothing is written yet */
  readonly open: (isAsked: boolean) => void
  readonly close: () => void
  readonly point: (active: number) => void
  readonly take: (offer: Completion) => void
  /** @returns whether the key was for the list */
  readonly key: (event: KeyboardEvent) => boolean
}

/** What could stand at the cursor, and the keys to choose from it. */
export function useCompletions(draft: QueryDraft): Completions {
  const {text, cursor, put} = draft
  const [opened, setOpened] = useState<Opened>('not')
  const [active, setActive] = useState(-1)
  const vocabulary = useVocabulary(cursor !== null)
  const offersAt = useOffers(cursor !== null)
  const offers = useMemo(
    () => (opened !== 'not' && cursor !== null ? (offersAt?.(text, cursor, vocabulary, opened) ?? []) : []),
    [opened, text, cursor, vocabulary, offersAt],
  )
  const close = () => {
    setOpened('not')
    setActive(-1)
  }
  const take = (offer: Completion) => {
    put(withCompletion(text, offer))
    setActive(-1)
    setOpened(offer.kind === 'value' ? 'not' : 'asked')
  }
  const step = (by: number) => {
    if (offers.length === 0) return setOpened('asked')
    // From the box to either end of the list, and from its ends back into the box.
    const places = offers.length + 1
    setActive(((active + 1 + by + places) % places) - 1)
  }
  const key = ({key, shiftKey}: KeyboardEvent): boolean => {
    if (key === 'ArrowDown') step(1)
    else if (key === 'ArrowUp' && offers.length > 0) step(-1)
    else if (key === 'Escape' && offers.length > 0) close()
    else if (key === 'Enter' && offers[active]) take(offers[active])
    else if (key === 'Tab' && !shiftKey && meant(offers, active)) take(meant(offers, active)!)
    else return false
    return true
  }
  const open = (isAsked: boolean) => {
    setActive(-1)
    setOpened(isAsked ? 'asked' : 'typed')
  }
  return {offers, active: Math.min(active, offers.length - 1), open, close, point: setActive, take, key}
}

type Opened = 'not' | 'typed' | 'asked'

type Offering = (
  text: string,
  cursor: number,
  vocabulary: Vocabulary,
  opened: Opened,
) => readonly Completion[]

let offering: Offering | undefined

/** What makes offers; it comes when somebody begins to write, and until then nothing is offered. */
function useOffers(isWanted: boolean): Offering | undefined {
  const [known, setKnown] = useState(() => offering)
  useEffect(() => {
    if (!isWanted || known) return
    void loadOffering().then(
      (loaded) => setKnown(() => loaded),
      // Whoever writes goes on without offers; what was written is understood by the program.
      () => undefined,
    )
  }, [isWanted, known])
  return known
}

async function loadOffering(): Promise<Offering> {
  const load = async () => (await import('#search-query/complete.ts')).complete
  return (offering ??= offeringBy(await whenThere(load, liveSocket)))
}

/** What is complete already needs no offer; between two words nothing is offered unless somebody asks. */
function offeringBy(completed: typeof complete): Offering {
  return (text, cursor, vocabulary, opened) => {
    const offers = completed(text, cursor, vocabulary)
    const [first] = offers
    if (opened === 'typed' && first?.kind === 'field' && first.from === first.to) return []
    return offers.filter((it) => text.slice(it.from, it.to) !== it.text)
  }
}

/** What Tab takes: the chosen one, else the first once a letter of it is written. Otherwise Tab goes on. */
function meant(offers: readonly Completion[], active: number): Completion | undefined {
  const [first] = offers
  return offers[active] ?? (first && first.to > first.from ? first : undefined)
}

/** The box with room for one more filter, and all fields below it. */
export function addFilter(draft: QueryDraft, completions: Completions): void {
  const text = withRoom(draft.text)
  draft.put({text, cursor: text.length})
  completions.open(true)
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const none: readonly ValueCount[] = []

/** Names that can be completed; read when somebody begins to write. */
function useVocabulary(isWanted: boolean): Vocabulary {
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  const {data} = useQuery({...labelCounts, enabled: isWanted})
  return useMemo(() => {
    const {category, tag, tracker} = data ?? {category: none, tag: none, tracker: none}
    return {
      servers,
      arrs: arrs ?? [],
      categories: namesOf(category),
      tags: namesOf(tag),
      trackers: namesOf(tracker),
      now: serverNow(),
      timeZone,
    }
  }, [servers, arrs, data])
}

function namesOf(counts: readonly ValueCount[]): readonly string[] {
  return counts.map(({value}) => value).filter((value) => value !== '')
}
