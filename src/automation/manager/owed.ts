/**
 * What a torrent owes its tracker by the configuration (of the section of its Arr, else of its managed category) and by
 * the tracker profiles that people made. What protects is read widely: a section whose category differs in capitals alone asks, too, although it does nothing there,
 * and a torrent that no section looks after owes what the rows of its trackers ask.
 */
import type {ManagedRow} from '#model/manager.ts'
import {mayBeInCategory} from '#model/torrent.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {Obligation} from '#rules/obligation.ts'
import type {InheritedSection, Owing, UnknownTime} from '#rules/presets/inherited.ts'
import {inheritedObligation, together, withProfiles} from '#rules/presets/obligations.ts'
import {phrasesFor} from '#rules/tracker-phrases.ts'
import type {TorrentSubject} from './torrent-subject.ts'

/** @returns `null` = neither the configuration nor a profile of its trackers says anything of it */
export function owedBy(
  {sections, unmanaged, profiles, lostTimes}: Owing,
  subject: Pick<TorrentSubject, 'row' | 'arr' | 'lookedUp' | 'remembered'>,
): Obligation | null {
  const {row, arr, remembered} = subject
  const own = sectionOf(sections, row, arr?.arrId ?? null)
  const about = {
    server: row.key.serverId,
    hosts: trackerHostsOf(subject),
    before: remembered?.trackersSeen ?? [],
    mayHaveHadOthers: lostTimes.some((it) => mayHaveHadOthersIn(it, subject)),
    isPrivate: row.isPrivate,
  }
  const word = inheritedObligation(own ?? unmanaged, about)
  const also = sections
    .filter((it) => it !== own && (mayBeMeant(it, row) || (arr !== null && it.arrId === arr.arrId)))
    .flatMap((it) => inheritedObligation(it, about) ?? [])
    .filter(({need}) => need !== 'nothing')
  const said =
    also.length === 0 ? word : together(word === null || word.need === 'nothing' ? also : [word, ...also])
  return withProfiles(said, profiles, about)
}

/** By which words people know what the trackers of a torrent mean. */
export function phrasesOf(
  {profiles}: Pick<Owing, 'profiles'>,
  {row}: Pick<TorrentSubject, 'row'>,
): TrackerPhrases {
  return phrasesFor(profiles, row.key.serverId, row.trackerHosts)
}

/**
 * After a time that the database does not know of, it was found under trackers that were not kept of it: it may have been
 * under others in that time. One that came since while we looked is known.
 */
function mayHaveHadOthersIn(
  lost: UnknownTime,
  {row, remembered}: Pick<TorrentSubject, 'row' | 'remembered'>,
): boolean {
  const {servers, to} = lost
  if (servers !== null && !servers.includes(row.key.serverId)) return false
  // Not met yet.
  if (remembered === null) return true
  const {firstSeenAt, trackersFoundAt} = remembered
  if (trackersFoundAt === null || !isFoundAfter(lost, row.key.serverId, trackersFoundAt)) return false
  // Its server may have been away; one that was configured long after has nothing to do with it.
  const wasAway = firstSeenAt <= to + LONGEST_AWAY_MS && (row.addedAt === undefined || row.addedAt <= to)
  return firstSeenAt <= to || wasAway
}

/**
 * What is found so late after a lost time may have come in it. Later than servers are away it is a change like any other:
 * nobody would doubt that one, had nothing been lost.
 */
export function isFoundAfter({servers, from, to}: UnknownTime, server: string, foundAt: EpochMs): boolean {
  const isMeant = servers === null || servers.includes(server)
  return isMeant && foundAt >= from && foundAt <= to + LONGEST_AWAY_MS
}

const LONGEST_AWAY_MS = 7 * DAY * 1_000

/**
 * Hosts of all its trackers: by the list of its server and, where somebody looked, by what the server says of this torrent
 * alone. Whatever one of them lacks, the other has. @returns `undefined` = not known: a look that failed proves nothing
 */
export function trackerHostsOf({
  row,
  lookedUp,
}: Pick<TorrentSubject, 'row' | 'lookedUp'>): readonly string[] | undefined {
  const look = lookedUp.get('tracker.hosts')
  if (look === undefined) return row.trackerHosts
  if (look.value === undefined) return undefined
  return [...new Set([...(row.trackerHosts ?? []), ...(look.value as readonly string[])])].sort()
}

/**
 * Which section looks after a torrent: that of a managed category also where an Arr put it there after the import. Of both
 * each has to be paid. @param arrId `null` = no Arr owns it. @returns `null` = none
 */
export function sectionOf<S extends InheritedSection>(
  sections: readonly S[],
  {key, category}: Pick<ManagedRow, 'key' | 'category'>,
  arrId: string | null,
): S | null {
  const managed = sections.find((it) => it.arrId === null && isMeant(it, key.serverId, category))
  return managed ?? sections.find((it) => arrId !== null && it.arrId === arrId) ?? null
}

/** Its rules act there: other categories that differ in capitals, or that somebody else looks after, are left alone. */
function isMeant(
  {servers, spellings, subcategories, exceptCategories}: InheritedSection,
  server: string,
  category: string,
): boolean {
  if (servers.length > 0 && !servers.includes(server)) return false
  if (exceptCategories.some((other) => mayBeInCategory(category, other, subcategories))) return false
  return spellings.some((it) => category === it || (subcategories && category.startsWith(`${it}/`)))
}

/** The managed categories of its server may have meant it: what they ask for is owed, whether or not their rules act there. */
function mayBeMeant(
  {arrId, servers, categories, subcategories, exceptCategories}: InheritedSection,
  {key, category}: Pick<ManagedRow, 'key' | 'category'>,
): boolean {
  if (arrId !== null || !servers.includes(key.serverId)) return false
  if (exceptCategories.some((other) => mayBeInCategory(category, other, subcategories))) return false
  return categories.some((mine) => mayBeInCategory(category, mine, subcategories))
}
