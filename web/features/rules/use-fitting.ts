/** What fits an entry or a pattern now, as it is known to the page. */
import {useQueries, useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {foundTorrents, labelCounts} from '../../api/torrents.ts'
import type {Names} from './blank-change.ts'
import {fittingOf, isLookedUp, type LiveNames} from './fitting.ts'
import type {Asked} from './sentence-pieces.ts'

/** Of one entry. */
export interface Found {
  /** How many torrents; `null` = not known (yet). */
  readonly count: number | null
  /** Categories, tags, trackers or torrents that fit, the first of them; `null` = not known (yet). */
  readonly names: readonly string[] | null
}

const unknown: Found = {count: null, names: null}
const NAMED = 5
/** Each entry is a question to the server. */
const MOST = 30

/** Of each entry, in their order. `null` = what fits them cannot be looked up. @param asked `null` = nothing is */
export function useFitting(asked: Asked | null, entries: readonly string[]): readonly Found[] | null {
  const isAsked = asked !== null && isLookedUp(asked)
  const {data: labels} = useQuery({...labelCounts, enabled: isAsked})
  const live = useMemo((): LiveNames | null => {
    if (!labels) return null
    const valuesOf = (part: 'category' | 'tag' | 'tracker') => labels[part].map(({value}) => value)
    return {category: valuesOf('category'), tag: valuesOf('tag'), tracker: valuesOf('tracker')}
  }, [labels])
  const fitting =
    isAsked && live !== null ? entries.slice(0, MOST).map((entry) => fittingOf(asked, entry, live)) : []
  const found = useQueries({
    queries: fitting.map(({q}) => ({...foundTorrents(q ?? '', NAMED), enabled: q !== null})),
  })
  if (!isAsked) return null
  return entries.map((_, at): Found => {
    const [its, answer] = [fitting[at], found[at]]
    if (!its) return unknown
    if (its.names?.length === 0) return {count: 0, names: []}
    const data = answer?.isPlaceholderData === true ? undefined : answer?.data
    const names = its.names ?? data?.torrents.map(({name}) => name) ?? null
    return {count: its.q === null ? null : (data?.total ?? null), names}
  })
}

/** Names that there are now of what it is compared with, those of most torrents first. */
export function useLiveLabels(asked: Asked | null, names: Names): readonly string[] {
  const part = partOf(asked)
  const {data} = useQuery({...labelCounts, enabled: part !== null})
  if (asked?.fact === 'server.id' || asked?.fact === 'arr.id') return [...names.values()]
  return part === null ? [] : (data?.[part] ?? []).map(({value}) => value).filter((it) => it !== '')
}

function partOf(asked: Asked | null): 'category' | 'tag' | 'tracker' | null {
  if (asked?.fact === 'category') return 'category'
  if (asked?.fact === 'tags') return 'tag'
  return asked?.fact === 'tracker.host' || asked?.fact === 'tracker.hosts' ? 'tracker' : null
}
