/**
 * What the server remembers of how somebody likes his pages. Read once; a change shows at once, and is sent a moment
 * later together with those that follow it.
 */
import {queryOptions, useQuery} from '@tanstack/react-query'
import {useEffect} from 'react'
import {toast} from '../lib/toast.ts'
import {ask} from './ask.ts'
import {Problem} from './problem.ts'
import {queries} from './queries.ts'
import {sessionQuery} from './session.ts'

/** Keys and what they hold; a key that was never set has its standard value. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  density: 'compact' | 'normal' | 'roomy'
  layout: 'table' | 'cards'
  units: 'binary' | 'decimal'
  language: 'en'
  /** What the address of the program alone leads to. */
  start: 'overview' | 'torrents'
  /** Of the torrents this saved view; null, or one that there is not (any more) = all of them. */
  'start.view': string | null
  /** Parts of the overview in their order; null = all, as usual. One that is not named comes last, shown. */
  'overview.sections': readonly {id: string; hidden?: boolean}[] | null
  /** Columns of the torrent list where no saved view says otherwise. */
  columns: readonly {id: string; width?: number; pinned?: boolean; hidden?: boolean}[] | null
  'facets.width': number
  'facets.hidden': boolean
  'facets.folded': readonly string[]
  'facets.hide_empty': boolean
  'facets.sizes': boolean
  'details.dock': 'bottom' | 'right'
  'details.size': number
  /** Keys that were bound again, by action; null = switched off. */
  hotkeys: Readonly<Record<string, string | null>>
  'hotkeys.single': boolean
  /** Hints that were put away. */
  'hints.hidden': readonly string[]
  'palette.recent': readonly string[]
  /** Notices up to this moment were read, epoch ms. */
  'notices.read': number
  /** What needs him and he wants to be reminded of, by its id, with its beginning and until when; epoch ms. */
  'needs.later': Readonly<Record<string, {readonly since: number | null; readonly until: number}>>
  /** Findings about Arrs that were ignored, by the id of the Arr: their codes, with what they are about. */
  'arrs.ignored': Readonly<Record<string, readonly string[]>>
  /** Sets of options for adding, by name. */
  'add.presets': readonly {name: string; options: Readonly<Record<string, unknown>>}[]
}

export const standardPreferences: Preferences = {
  theme: 'system',
  density: 'normal',
  layout: 'table',
  units: 'binary',
  language: 'en',
  start: 'overview',
  'start.view': null,
  'overview.sections': null,
  columns: null,
  'facets.width': 220,
  'facets.hidden': false,
  'facets.folded': [],
  'facets.hide_empty': true,
  'facets.sizes': false,
  'details.dock': 'bottom',
  'details.size': 254,
  hotkeys: {},
  'hotkeys.single': true,
  'hints.hidden': [],
  'palette.recent': [],
  'notices.read': 0,
  'needs.later': {},
  'arrs.ignored': {},
  'add.presets': [],
}

type PreferenceKey = keyof Preferences

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: async ({signal}): Promise<Partial<Preferences>> => {
    const kept = await ask<Partial<Preferences>>('/preferences', {signal})
    return {...kept, ...onTheWay, ...unsent}
  },
  staleTime: Number.POSITIVE_INFINITY,
  // Lists are sent whole: who comes back to this tab adds to what another tab or device has by now.
  refetchOnWindowFocus: 'always',
})

/** A preference and how to change it. */
export function usePreference<K extends PreferenceKey>(
  key: K,
): readonly [value: Preferences[K], change: (value: Preferences[K]) => void] {
  // A stranger has none, and asking for them would be refused.
  const isKnown = useQuery(sessionQuery).data?.visitor != null
  const {data} = useQuery({...preferencesQuery, enabled: isKnown})
  return [data?.[key] ?? standardPreferences[key], (value) => setPreference(key, value)]
}

const SEND_AFTER_MS = 600
const SEND_AGAIN_MS = 10_000
let unsent: Partial<Preferences> = {}
/** Sent, and not answered yet. */
let onTheWay: Partial<Preferences> = {}
let timer: ReturnType<typeof setTimeout> | null = null

export function setPreference<K extends PreferenceKey>(key: K, value: Preferences[K]): void {
  queries.setQueryData(preferencesQuery.queryKey, (known) => ({...known, [key]: value}))
  unsent = {...unsent, [key]: value}
  timer ??= setTimeout(() => void send(), SEND_AFTER_MS)
}

/** Who closes the page right after a change does not wait for the next sending. Once, in the shell. */
export function usePreferencesSentOnLeaving(): void {
  useEffect(() => {
    const leave = () => {
      if (timer === null || document.visibilityState !== 'hidden') return
      clearTimeout(timer)
      void send(true)
    }
    // A page that goes is hidden first; on telephones nothing else is sure to come.
    document.addEventListener('visibilitychange', leave)
    return () => document.removeEventListener('visibilitychange', leave)
  }, [])
}

/**
 * Without an answer it is tried again, together with what was changed since. What is refused holds in this page and is
 * told: sent along once more it would keep everything else from being kept.
 */
async function send(isLeaving = false): Promise<void> {
  const changes = unsent
  unsent = {}
  onTheWay = {...onTheWay, ...changes}
  timer = null
  try {
    await ask('/preferences', {method: 'PATCH', body: changes, outlivesPage: isLeaving})
  } catch (error) {
    if (error instanceof Problem) return void toast({text: error.message, tone: 'bad'})
    unsent = {...changes, ...unsent}
    timer ??= setTimeout(() => void send(), SEND_AGAIN_MS)
  } finally {
    const isAnswered = (key: string) => Object.hasOwn(changes, key)
    onTheWay = Object.fromEntries(Object.entries(onTheWay).filter(([key]) => !isAnswered(key)))
  }
}
