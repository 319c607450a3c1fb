/** What a torrent owes its tracker by the configuration: of the section of its Arr, else of its managed category. */
import type {ManagedRow} from '#model/manager.ts'
import type {Obligation} from '#rules/obligation.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {inheritedObligation} from '#rules/presets/obligations.ts'
import type {TorrentSubject} from './torrent-subject.ts'

/** @returns `null` = the configuration says nothing of it */
export function owedBy(
  sections: readonly InheritedSection[],
  subject: Pick<TorrentSubject, 'row' | 'arr' | 'lookedUp'>,
): Obligation | null {
  const {row, arr} = subject
  const section = sectionOf(sections, row, arr?.arrId ?? null)
  const hosts = trackerHostsOf(subject)
  return section ? inheritedObligation(section, {server: row.key.serverId, hosts}) : null
}

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

/** Which section looks after a torrent. @param arrId `null` = no Arr owns it. @returns `null` = none */
export function sectionOf<S extends InheritedSection>(
  sections: readonly S[],
  {key, category}: Pick<ManagedRow, 'key' | 'category'>,
  arrId: string | null,
): S | null {
  const section = sections.find((it) =>
    arrId === null ? it.arrId === null && isMeant(it, key.serverId, category) : it.arrId === arrId,
  )
  return section ?? null
}

function isMeant(
  {servers, categories, subcategories, exceptCategories}: InheritedSection,
  server: string,
  category: string,
): boolean {
  if (servers.length > 0 && !servers.includes(server)) return false
  if (exceptCategories.some((other) => isIn(category, other, subcategories))) return false
  return categories.some((mine) => isIn(category, mine, subcategories))
}

function isIn(category: string, whole: string, subcategories: boolean): boolean {
  return category === whole || (subcategories && category.startsWith(`${whole}/`))
}
