/** What the palette finds, and how it is ordered. */
import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Settings} from 'lucide-react'
import {editDistance} from '#lib/did-you-mean.ts'
import {stateCalledElsewhere, statesCalled, stateWords, type StateWord} from '#search-query/states.ts'
import {arrKeysQuery, arrsQuery} from '../../../api/arrs.ts'
import {sectionKeysQuery} from '../../../api/sections.ts'
import {useServerCards} from '../../../api/servers.ts'
import {usePermission} from '../../../api/session.ts'
import {alsoCalled, text, type TextKey} from '../../../i18n/text.ts'
import {matchScore, spacedKey} from '../../../lib/match-words.ts'
import {useServers} from '../../../live/servers.ts'
import type {Command} from '../../commands/commands.ts'
import {usePlaces} from '../../commands/places.ts'

/** What was typed into the palette: `>` only commands, `@` servers, `#` tags and categories. */
type PaletteKind = 'all' | 'commands' | 'servers' | 'labels'

const kinds: Readonly<Record<string, PaletteKind>> = {'>': 'commands', '@': 'servers', '#': 'labels'}

export function readPaletteText(typed: string): {readonly kind: PaletteKind; readonly words: string} {
  const kind = kinds[typed.charAt(0)]
  return kind ? {kind, words: typed.slice(1).trim()} : {kind: 'all', words: typed.trim()}
}

/**
 * What "why is X stalled" asks about, without the words around it.
 *
 * @returns '' = why at all; `null` = it is no such question
 */
export function whyAsked(words: string): string | null {
  const [first, ...rest] = words.toLocaleLowerCase().replace(/\?+$/, '').split(/\s+/)
  if (first !== text('palette.why.begin')) return null
  const around = new Set(text('palette.why.around').split(' '))
  const isAround = (word: string) => around.has(word)
  const isState = (word: string) => statesCalled(word) !== null || stateCalledElsewhere(word) !== null
  const from = rest.findIndex((word) => !isAround(word))
  // "why is stalled.mkv stalled": only what stands behind a name is no part of it.
  const named = from < 0 ? [] : rest.slice(from)
  while (named.length > 0 && (isAround(named.at(-1)!) || (named.length > 1 && isState(named.at(-1)!))))
    named.pop()
  const [only] = named
  if (named.length === 1 && isState(only!)) return `state:${stateCalledElsewhere(only!) ?? only}`
  return named.join(' ')
}

/** The question as it is asked of a torrent in this state of the model. */
export function stateAsked(state: string): TextKey {
  const word = adjectives.find((it) => stateWords[it].some((one) => one === state))
  return word === undefined ? 'palette.why.other' : `palette.why.${word}`
}

/** Words for states that a question can end in; one that is idle is not called seeding. */
const adjectives = [
  'downloading',
  'idle',
  'seeding',
  'stalled',
  'queued',
  'stopped',
  'checking',
  'moving',
] as const satisfies readonly StateWord[]

/** Those that match, best first, otherwise in their order. */
export function matching<T>(all: readonly T[], words: string, label: (one: T) => string): readonly T[] {
  return named(all, words, label, none, none).map(({one}) => one)
}

const none = (): readonly string[] => []

/** @returns whether one of the words is part of its name; without words none is named */
export function namesOne<T>(words: string, nameOf: (one: T) => string): (one: T) => boolean {
  const typed = words.split(/\s+/).filter(Boolean)
  return (one) => typed.some((word) => matchScore(nameOf(one), word) > 0)
}

export interface Named<T> {
  readonly one: T
  /** By what other name it was found; `null` = by its own, or by what it is about. */
  readonly also: string | null
}

/**
 * Those that match by their name, then those that match by what else they are called: whoever comes from another program
 * types its words, in part perhaps with ours ("pause torrents").
 *
 * @param topics what it is about: found by that, but not called so
 */
export function named<T>(
  all: readonly T[],
  words: string,
  label: (one: T) => string,
  others: (one: T) => readonly string[],
  topics: (one: T) => readonly string[],
): readonly Named<T>[] {
  if (words === '') return all.map((one) => ({one, also: null}))
  const found = all.flatMap((one): readonly (Named<T> & {readonly rank: number})[] => {
    const own = matchScore(label(one), words)
    if (own > 0) return [{one, also: null, rank: OWN_NAME + own}]
    const names = others(one)
    const best = bestOf([...names, ...topics(one)], (other) => otherScore(other, label(one), words))
    if (best === null) return []
    const isName = names.includes(best.other)
    // Equally good, what is called so comes before what is about it.
    return [{one, also: isName ? best.other : null, rank: isName ? best.score : best.score - 0.5}]
  })
  return found.sort((a, b) => b.rank - a.rank).map(({one, also}) => ({one, also}))
}

/** More than any other name gets. */
const OWN_NAME = 1_000

/** All of it typed, or its beginning, counts most. */
function otherScore(other: string, label: string, words: string): number {
  const [folded, typed] = [other.toLocaleLowerCase(), words.toLocaleLowerCase()]
  if (folded === typed) return OWN_NAME / 2
  if (matchScore(other, words) > 0) return matchScore(other, words) + (folded.startsWith(typed) ? 10 : 0)
  const isPart = typed.split(/\s+/).some((word) => matchScore(other, word) > 0)
  return isPart ? Math.min(1, matchScore(`${label} ${other}`, words)) : 0
}

function bestOf(
  others: readonly string[],
  scoreOf: (other: string) => number,
): {readonly other: string; readonly score: number} | null {
  const scored = others.map((other) => ({other, score: scoreOf(other)})).filter(({score}) => score > 0)
  return scored.reduce<(typeof scored)[number] | null>(
    (best, it) => (best === null || it.score > best.score ? it : best),
    null,
  )
}

/** A word may have so many slips for each of its letters; with more it is another word. */
const SLIPS = 0.5
/** Nobody mistypes a longer one, and comparing takes the square of it. */
const LONGEST = 40

/**
 * Those whose names come nearest to what was typed, for when none matches. Names of one's own and of others count alike.
 *
 * @returns the nearest first, at most `most`; none where nothing is near
 */
export function nearest<T>(
  all: readonly T[],
  words: string,
  most: number,
  label: (one: T) => string,
  others: (one: T) => readonly string[],
  topics: (one: T) => readonly string[],
): readonly Named<T>[] {
  const typed = wordsOf(words)
  if (typed.length === 0 || words.length > LONGEST) return []
  return all
    .flatMap((one): readonly (Named<T> & {readonly slips: number})[] => {
      const own = label(one)
      const called = others(one)
      const [best] = [own, ...called, ...topics(one)]
        .map((name) => ({name, slips: slipsOf(typed, wordsOf(name))}))
        .toSorted((a, b) => a.slips - b.slips)
      if (best === undefined || best.slips > SLIPS) return []
      return [{one, also: called.includes(best.name) ? best.name : null, slips: best.slips}]
    })
    .toSorted((a, b) => a.slips - b.slips)
    .slice(0, most)
    .map(({one, also}) => ({one, also}))
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLocaleLowerCase()
    .split(/[\s(),./-]+/)
    .filter(Boolean)
}

/** Each word that was typed against the one of the name that is nearest. @returns slips per letter; 0 = all are there */
function slipsOf(typed: readonly string[], name: readonly string[]): number {
  const letters = typed.reduce((sum, word) => sum + word.length, 0)
  const slips = typed.reduce(
    (sum, word) => sum + Math.min(word.length, ...name.map((other) => editDistance(word, other))),
    0,
  )
  return slips / letters
}

/** Single settings, which the palette leads to on their pages: who types finds them by our words and by those of other programs. */
interface Setting {
  /** Of its place on the page (`ui/Sought`). */
  readonly at: string
  readonly to: '/settings/account' | '/settings/users'
  readonly label: TextKey
}

const own = (at: string, label: TextKey): Setting => ({at, to: '/settings/account', label})
const ofAll = (at: string, label: TextKey): Setting => ({at, to: '/settings/users', label})

const settings: readonly Setting[] = [
  own('theme', 'palette.set.theme'),
  own('density', 'palette.set.density'),
  own('units', 'palette.set.units'),
  own('start', 'palette.set.start'),
  own('password', 'palette.set.password'),
  own('two-step', 'palette.set.two-step'),
  own('sessions', 'palette.set.sessions'),
  own('api-keys', 'palette.set.api-keys'),
  ofAll('invitations', 'palette.set.invitations'),
  ofAll('password_log_in', 'palette.set.password_log_in'),
  ofAll('members_public_only', 'palette.set.members_public_only'),
  ofAll('member_addresses', 'palette.set.member_addresses'),
  ofAll('allowed_folders', 'palette.set.allowed_folders'),
  ofAll('session_idle_days', 'palette.set.session_idle_days'),
  ofAll('session_absolute_days', 'palette.set.session_absolute_days'),
  ofAll('audit_days', 'palette.set.audit_days'),
]

/** Those on pages that the person may see. */
export function useSingleSettings(): readonly Setting[] {
  const pages = new Set<string>(usePlaces('program', 'you').map(({to}) => to))
  return settings.filter(({to}) => pages.has(to))
}

export function useSettingCommands(): readonly Command[] {
  const navigate = useNavigate()
  return useSingleSettings().map(({at, to, label}) => ({
    id: `setting ${at}`,
    group: 'go',
    label,
    icon: Settings,
    keys: [],
    run: () => void navigate({to, hash: at}),
  }))
}

interface FileSetting {
  /** As the file calls it. */
  readonly path: string
  /** What it is for, in words. */
  readonly means: string
  /** Of which section; `null` = `[Settings]`. */
  readonly of: {readonly kind: 'arr' | 'server'; readonly id: string; readonly name: string} | null
}

/** Keys of config.toml that match: those of the program for administrators, those of each Arr and server for its owner. */
export function useFileSettings(words: string): readonly FileSetting[] {
  const isAdministrator = usePermission('admin')
  const isAsked = words.length > 2
  const {data: arrs = []} = useQuery(arrsQuery)
  const own = arrs.filter(({access}) => access === 'own')
  const cards = useServerCards()
  // One that was added on the pages has no section.
  const ofFile = (useServers() ?? []).filter(
    ({server_id: id, access}) => access === 'own' && cards.get(id)?.origin === 'file',
  )
  const isOfSections = isAdministrator || ofFile.length > 0
  const {data: sections} = useQuery({...sectionKeysQuery, enabled: isAsked && isOfSections})
  const {data: ofArrs = []} = useQuery({...arrKeysQuery, enabled: isAsked && own.length > 0})
  if (!isAsked) return []
  const all: readonly FileSetting[] = [
    ...(isAdministrator ? (sections?.program ?? []) : []).map(({path, means}) => ({
      path,
      means: shortMeaning(means),
      of: null,
    })),
    ...ofArrs.flatMap(({path, means}) =>
      own.map(({id, name}) => ({path, means: shortMeaning(means), of: {kind: 'arr', id, name}}) as const),
    ),
    ...(sections?.server ?? []).flatMap(({path, means}) =>
      ofFile.map(
        ({server_id: id, server_name: name}) =>
          ({path, means: shortMeaning(means), of: {kind: 'server', id, name}}) as const,
      ),
    ),
  ]
  const ofPlace = ({path, means, of}: FileSetting) =>
    `${means} ${spacedKey(path)} ${of?.name ?? ''} ${settingAlso(path).join(' ')}`
  return matching(all, words, ofPlace)
}

/** What people call a key of config.toml who do not know it. */
export function settingAlso(path: string): readonly string[] {
  return alsoCalled(`setting.key.${path.slice(path.lastIndexOf('.') + 1)}`)
}

/** Its first sentence, as plain text. */
export function shortMeaning(means: string): string {
  return means.split(/[.;:](?=\s|$)/)[0]!.replaceAll('`', '')
}
