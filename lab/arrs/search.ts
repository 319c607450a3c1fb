/**
 * What an Arr asks its indexers, and what it takes of what they have: searches, feeds, and lists for a person. Source:
 * the Arrs' ReleaseSearchService, DownloadDecisionMaker and ProcessDownloadDecisions.
 */
import {hasBegun, type Arr, type GrabSource, type IndexerState} from './arr.ts'
import {decide, type Decision, type Question, type Wanting} from './decisions.ts'
import {grab, keep} from './grab.ts'
import {activeIndexers, isFor} from './indexer-state.ts'
import {ask} from './indexers.ts'
import {two, type Parent, type Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {profileOf, scoreOf} from './profiles.ts'
import {rankOf} from './quality.ts'
import type {Release} from './releases.ts'

/** What it says of itself meanwhile. @throws when its command is over, by a restart */
type Say = (message: string) => void

/** It has no air date, and is looked for by that. */
export class SearchFailed extends Error {}

export interface Search extends Pick<Wanting, 'source' | 'monitoredOnly'> {
  readonly questions: readonly Question[]
}

/* ───────────────────────────── questions ───────────────────────────── */

/** A film, album or book. */
export function itemQuestion({library}: Arr, unit: Unit): Question {
  const title = library.titleOf(library.parent(unit.parentId)!)
  const isFilm = library.family === 'movies'
  return {
    text: isFilm ? `[${title}]` : `[${title} - ${library.unitTitle(unit)}]`,
    kind: 'item',
    units: [unit],
  }
}

/** All of an artist or author. */
export function ownerQuestion({library}: Arr, parent: Parent, units: readonly Unit[]): Question {
  return {text: `[${library.titleOf(parent)}]`, kind: 'item', units}
}

/** @throws SearchFailed */
export function episodeQuestions(arr: Arr, unit: Unit): readonly Question[] {
  const {library} = arr
  const parent = library.parent(unit.parentId)!
  const title = library.titleOf(parent)
  const one = (text: string): Question => ({text: `[${title} : ${text}]`, kind: 'episode', units: [unit]})
  if (parent.seriesType === 'daily') {
    if (unit.airAt === null) throw new SearchFailed('Air date is missing')
    return [one(dayOf(unit.airAt))]
  }
  if (unit.season === 0) return specialQuestions(arr, parent, [unit])
  const number = `S${two(unit.season)}E${two(unit.number)}`
  return [one(parent.seriesType === 'anime' ? `${number} (${two(unit.number)})` : number)]
}

/**
 * A season: one question; of a daily show one for each year; of anime one and one more for each episode that was on air;
 * specials by their titles, and each by its number.
 *
 * @param units of the season that are wanted, or all of it
 */
export function seasonQuestions(
  arr: Arr,
  parent: Parent,
  units: readonly Unit[],
  monitoredOnly: boolean,
): readonly Question[] {
  const [first] = units
  if (first === undefined) return []
  const title = arr.library.titleOf(parent)
  const wanted = units.filter((unit) => !monitoredOnly || unit.monitored)
  const season: Question = {text: `[${title} : S${two(first.season)}]`, kind: 'season', units}
  if (parent.seriesType === 'anime') {
    const aired = wanted.filter((unit) => hasBegun(arr, unit))
    if (aired.length === 0) return []
    return [season, ...aired.flatMap((unit) => episodeQuestions(arr, unit))]
  }
  if (parent.seriesType === 'daily') {
    const dated = wanted.filter(({airAt}) => airAt !== null)
    const years = Map.groupBy(dated, ({airAt}) => new Date(airAt!).getUTCFullYear())
    return [...years].flatMap(([year, of]) =>
      of.length === 1
        ? episodeQuestions(arr, of[0]!)
        : [{...season, text: `[${title} : ${year}]`, units: of}],
    )
  }
  if (first.season === 0) return specialQuestions(arr, parent, wanted)
  return units.length === 1 ? episodeQuestions(arr, first) : [season]
}

function specialQuestions({library}: Arr, parent: Parent, units: readonly Unit[]): readonly Question[] {
  if (units.length === 0) return []
  const title = library.titleOf(parent)
  const titles = units.map((unit) => `${title} ${library.unitTitle(unit)}`).join(',')
  return [
    {text: `[${title} : ${titles}]`, kind: 'special', units},
    ...units.map((unit): Question => {
      const text = `[${title} : S${two(unit.season)}E${two(unit.number)}]`
      return {text, kind: 'episode', units: [unit]}
    }),
  ]
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/* ───────────────────────────── searches ───────────────────────────── */

/** Asks, and grabs the best of what is accepted. @returns how many it grabbed */
export async function search(arr: Arr, {questions, ...wanting}: Search, say: Say): Promise<number> {
  const decisions = await decisionsOn(arr, questions, wanting, say)
  return process(arr, decisions, wanting.source, say)
}

/** Asks, and grabs nothing. Best first, whether or not it would take them. */
export async function look(arr: Arr, questions: readonly Question[]): Promise<readonly Decision[]> {
  const wanting = {source: 'InteractiveSearch', monitoredOnly: false} as const
  const decisions = await decisionsOn(arr, questions, wanting, () => undefined)
  return decisions.toSorted((a, b) => byPreference(arr, a.release, b.release))
}

async function decisionsOn(
  arr: Arr,
  questions: readonly Question[],
  wanting: Omit<Wanting, 'question'>,
  say: Say,
): Promise<readonly Decision[]> {
  const decisions = new Map<string, Decision>()
  for (const question of questions) {
    for (const decision of await answersTo(arr, question, wanting, say)) {
      const before = decisions.get(decision.release.guid)
      // Found twice, it is judged by the question that it fits.
      if (before && before.rejections.length <= decision.rejections.length) continue
      decisions.set(decision.release.guid, decision)
    }
  }
  return [...decisions.values()]
}

async function answersTo(
  arr: Arr,
  question: Question,
  wanting: Omit<Wanting, 'question'>,
  say: Say,
): Promise<readonly Decision[]> {
  const tags = arr.library.parent(question.units[0]!.parentId)?.tags ?? []
  const use = wanting.source === 'InteractiveSearch' ? 'interactive' : 'automatic'
  const active = activeIndexers(arr, use, tags)
  say(`Searching indexers for ${question.text}. ${active.length} active indexers`)
  await arr.time.sleep(arr.settings.searchDuration)
  const answered = active.filter((indexer) => ask(arr, indexer, 'search'))
  const found = new Set(answered.map(({id}) => id))
  const offered = new Set(question.units.flatMap((unit) => arr.releases.forUnit(unit)))
  const reports = [...offered].filter(({indexerId}) => found.has(indexerId))
  say(`Total of ${reports.length} reports were found for ${question.text} from ${active.length} indexers`)
  // Also where none of them answered. No message says it.
  if (active.length > 0) {
    for (const unit of question.units) {
      unit.lastSearchAt = arr.time.now()
      arr.stats.searched(unit.id)
    }
  }
  await judging(arr, reports.length, say)
  return reports.map((release) => decide(arr, release, {...wanting, question}))
}

async function judging(arr: Arr, count: number, say: Say): Promise<void> {
  if (count === 0) return say('No results found')
  say(`Processing ${count} releases`)
  const last = `Processing release ${count}/${count}`
  say(last)
  await arr.time.sleep(arr.settings.decidingDuration)
  say(last)
}

/* ───────────────────────────── feeds ───────────────────────────── */

/** The newest of every indexer, and what waits. @returns how many they had, and how many of them it grabbed */
export async function rssSync(arr: Arr, say: Say): Promise<{found: number; grabbed: number}> {
  say('Starting RSS Sync')
  const answered = activeIndexers(arr, 'rss').filter((indexer) => ask(arr, indexer, 'rss'))
  const reports = arr.releases.all.filter((release) => isOfferedBy(arr, answered, release))
  const waiting = [...arr.pending.values()].flatMap(({reason, release}) =>
    reason === 'delay' && !reports.includes(release) ? [release] : [],
  )
  const all = [...reports, ...waiting].filter((release) => isThere(arr, release))
  await judging(arr, all.length, say)
  const wanting = {source: 'Rss', monitoredOnly: true} as const
  const decisions = all.map((release) => decide(arr, release, wanting))
  return {found: reports.length, grabbed: await process(arr, decisions, 'Rss', say)}
}

/** A test without indexers has its releases from nowhere. */
function isOfferedBy(arr: Arr, answered: readonly IndexerState[], {indexerId, parentId}: Release): boolean {
  if (arr.indexers.length === 0) return true
  const tags = arr.library.parent(parentId)?.tags ?? []
  return answered.some((indexer) => indexer.id === indexerId && isFor(indexer, tags))
}

/** Nothing that it is for was deleted. */
function isThere(arr: Arr, {unitIds}: Release): boolean {
  return unitsOf(arr, unitIds).length === unitIds.length
}

/* ───────────────────────────── what is taken ───────────────────────────── */

async function process(
  arr: Arr,
  decisions: readonly Decision[],
  source: GrabSource,
  say: Say,
): Promise<number> {
  const ranked = decisions.toSorted((a, b) => byPreference(arr, a.release, b.release))
  const done = new Set<number>()
  let grabbed = 0
  for (const {release, rejections} of ranked) {
    if (release.unitIds.some((id) => done.has(id))) continue
    if (rejections.length > 0) {
      if (rejections.every(({isTemporary}) => isTemporary)) keep(arr, release, source, 'delay')
      continue
    }
    const outcome = await grab(arr, release, source)
    if (outcome !== 'grabbed' && outcome !== 'waiting') continue
    for (const id of release.unitIds) done.add(id)
    if (outcome === 'waiting') continue
    grabbed++
    say(sentText(arr, release))
  }
  if (grabbed > 0) await arr.time.sleep(arr.settings.decidingDuration)
  return grabbed
}

function sentText(arr: Arr, {hash, indexer, title, parentId}: Release): string {
  const client = arr.history.of(hash).at(-1)?.data.downloadClientName ?? arr.clients[0]?.name ?? ''
  if (arr.dialect.family !== 'movies') return `Report sent to ${client}. Indexer ${indexer}. ${title}`
  const parent = arr.library.parent(parentId)!
  const film = `${arr.library.titleOf(parent)} (${arr.library.yearOf(parent)})`
  return `Report for ${film} sent to ${client} from indexer ${indexer}. ${title}`
}

/** Better first: quality, formats, how many parts, whose it is, and who gives it. */
function byPreference(arr: Arr, a: Release, b: Release): number {
  const priority = ({indexerId}: Release): number =>
    arr.indexers.find(({id}) => id === indexerId)?.config.priority ?? 25
  return (
    rankOf(b.qualityId) - rankOf(a.qualityId) ||
    scoreOf(arr, b.parentId, b) - scoreOf(arr, a.parentId, a) ||
    b.unitIds.length - a.unitIds.length ||
    priority(a) - priority(b) ||
    b.seeders - a.seeders ||
    a.number - b.number
  )
}

/** What a command of a whole series asks, season by season: of unmonitored ones nothing. */
export function seriesQuestions(arr: Arr, parent: Parent): readonly (readonly Question[])[] {
  const {upgradeAllowed} = profileOf(arr, parent.id)
  const seasons = Map.groupBy(arr.library.unitsOf(parent), ({season}) => season)
  return [...seasons].flatMap(([season, units]) => {
    if (parent.unmonitoredSeasons.includes(season)) return []
    const wanted = upgradeAllowed ? units : units.filter((unit) => !arr.library.has(unit))
    return wanted.length === 0 ? [] : [seasonQuestions(arr, parent, wanted, true)]
  })
}
