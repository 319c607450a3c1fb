import {useQuery} from '@tanstack/react-query'
import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {LiveServer, QueryMistake} from '#model/live.ts'
import type {KnownRule} from '#model/query.ts'
import type {complete, Completion} from '#search-query/complete.ts'
import type {FactWords} from '#search-query/fact-words.ts'
import {filterOf, type KnownArr, type KnownServer} from '#search-query/filter-of.ts'
import type {Vocabulary} from '#search-query/value-candidates.ts'
import {arrsQuery} from '../../../api/arrs.ts'
import {ask} from '../../../api/ask.ts'
import type {Rule} from '../../../api/rules.ts'
import {labelCounts, type ValueCount} from '../../../api/torrents.ts'
import {serverNow} from '../../../live/clock.ts'
import {whenThere} from '../../../live/modules.ts'
import {useTrackerNames} from '../../../api/tracker-names.ts'
import {useServers} from '../../../live/servers.ts'
import {liveSocket} from '../../../live/socket.ts'
import type {LiveView} from '../../../live/view.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useFactWords} from './fact-words.ts'
import {
  QueryPace,
  shownMistakes,
  trimmed,
  withCompletion,
  withoutCompletion,
  withRoom,
  type Edited,
} from './query-draft.ts'

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
  const rules = useKnownRules(text)
  const read = useMemo(() => mistakesOf(text, {servers, arrs, rules}), [text, servers, arrs, rules])
  const facts = useFactWords(cursor !== null || read.some(isOfNoField))
  const mistakes = useMemo(
    () =>
      facts === undefined
        ? read.filter((mistake) => !isOfNoField(mistake))
        : mistakesOf(text, {servers, arrs, rules}, facts),
    [text, servers, arrs, rules, read, facts],
  )
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
    // What is no field of the list may be a fact: that is known in a moment.
    if (next === sent.current || mistakesOf(written, {servers, arrs, rules}, facts).length > 0) return
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
  const sendAgain = useEffectEvent(() => cursor !== null && pace.current?.now(text))
  useEffect(() => {
    if (facts !== undefined) sendAgain()
  }, [facts])
  return {
    text,
    cursor,
    type,
    apply,
    mistakes: shownMistakes(text, mistakes, isPatient ? cursor : null),
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

const isOfNoField = ({code}: QueryMistake) => code === 'unknown_field'

/** What a text may name; of what has not come yet every name is taken. */
interface KnownNames {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[] | null
  readonly rules: readonly KnownRule[] | undefined
}

function mistakesOf(
  text: string,
  {servers, arrs, rules}: KnownNames,
  facts?: FactWords,
): readonly QueryMistake[] {
  const asked = {servers, arrs: arrs ?? [], now: serverNow(), timeZone}
  const reader = {...asked, ...(facts && {facts}), ...(rules && {rules})}
  const {mistakes} = filterOf(text, reader)
  // Before servers and Arrs are known every name of one would be unknown.
  return mistakes.filter(
    ({code}) =>
      (code !== 'unknown_server' || servers.length > 0) && (code !== 'unknown_arr' || arrs !== null),
  )
}

export interface Completions {
  /** Empty = the list is closed. */
  readonly offers: readonly Completion[]
  /** Number of the one that Enter takes; -1 = none. */
  readonly active: number
  /** @param isAsked also where nothing is written yet */
  readonly open: (isAsked: boolean) => void
  readonly close: () => void
  /** What Tab takes; absent = Tab goes on. */
  readonly next: Completion | undefined
  readonly point: (active: number) => void
  readonly take: (offer: Completion) => void
  /** @returns whether the key was for the list */
  readonly key: (event: KeyboardEvent) => boolean
}

/**
 * What could stand at the cursor, and the keys to choose from it.
 * @param fitted what of it is offered, and what else
 */
export function useCompletions(draft: QueryDraft, fitted: FitOffers = asTheyAre): Completions {
  const {text, cursor, put} = draft
  const [opened, setOpened] = useState<Opened>('not')
  const [active, setActive] = useState(-1)
  const vocabulary = useVocabulary(cursor !== null, text)
  const offersAt = useOffers(cursor !== null)
  const offers = useMemo(
    () =>
      opened !== 'not' && cursor !== null
        ? fitted(offersAt?.(text, cursor, vocabulary, opened) ?? [], text, cursor, opened)
        : [],
    [opened, text, cursor, vocabulary, offersAt, fitted],
  )
  const close = () => {
    setOpened('not')
    setActive(-1)
  }
  const next = meant(offers, active)
  const take = (offer: Completion, edit = withCompletion) => {
    put(edit(text, offer))
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
    else if (key === 'Enter' && shiftKey && offers[active]?.kind === 'value')
      take(offers[active], withoutCompletion)
    else if (key === 'Enter' && offers[active]) take(offers[active])
    else if (key === 'Tab' && !shiftKey && next) take(next)
    else return false
    return true
  }
  const open = (isAsked: boolean) => {
    setActive(-1)
    setOpened(isAsked ? 'asked' : 'typed')
  }
  return {
    offers,
    active: Math.min(active, offers.length - 1),
    next,
    open,
    close,
    point: setActive,
    take: (offer) => take(offer),
    key,
  }
}

/** @param opened asked = also where nothing is written yet */
export type FitOffers = (
  offers: readonly Completion[],
  text: string,
  cursor: number,
  opened: 'typed' | 'asked',
) => readonly Completion[]

const asTheyAre: FitOffers = (offers) => offers

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

const none: readonly ValueCount[] = []

/** Names that can be completed; read when somebody begins to write. */
export function useVocabulary(isWanted: boolean, written = ''): Vocabulary {
  const rules = useKnownRules(written)
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  const names = useTrackerNames()
  const {data} = useQuery({...labelCounts, enabled: isWanted})
  return useMemo(() => {
    const {category, tag, tracker} = data ?? {category: none, tag: none, tracker: none}
    return {
      servers,
      arrs: arrs ?? [],
      categories: namesOf(category),
      tags: namesOf(tag),
      trackers: [...new Set([...names.values()].map(({name}) => name)), ...namesOf(tracker)],
      ...(rules && {rules}),
      now: serverNow(),
      timeZone,
    }
  }, [servers, arrs, names, rules, data])
}

function namesOf(counts: readonly ValueCount[]): readonly string[] {
  return counts.map(({value}) => value).filter((value) => value !== '')
}

/** The servers in sight as the query language knows them; the same list until one is renamed. */
export function useKnownServers(): readonly KnownServer[] {
  const servers = useServers()
  const asText = JSON.stringify((servers ?? []).map(known))
  return useMemo(() => JSON.parse(asText) as KnownServer[], [asText])
}

function known({server_id: id, server_name: name, server_type: kind}: LiveServer): KnownServer {
  return {id, name, kind: kind as ServerKind}
}

/** The Arrs in sight as the query language knows them; `null` = they have not come yet. */
export function useKnownArrs(): readonly KnownArr[] | null {
  const {data} = useQuery(arrsQuery)
  const asText = JSON.stringify(data?.map(({id, name, kind}) => ({id, name, kind})) ?? null)
  return useMemo(() => JSON.parse(asText) as KnownArr[] | null, [asText])
}

/** Rules by which a search may ask, by their names: `undefined` = they have not come yet, or the text names none. */
function useKnownRules(text: string): readonly KnownRule[] | undefined {
  return useQuery({
    queryKey: ['rules', 'names'],
    queryFn: async ({signal}) => (await ask<{rules: Rule[]}>('/rules', {signal})).rules.map(knownRule),
    staleTime: 30_000,
    enabled: /\brule\s*[:=!]/i.test(text),
  }).data
}

/** What it asks is judged by the program alone; what is about no torrents is known here, too. */
function knownRule(rule: Rule): KnownRule {
  return rule.subject === 'torrent' && !rule.obstacle ? rule : {...rule, condition: () => null}
}
