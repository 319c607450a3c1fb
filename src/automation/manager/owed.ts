/** What a torrent owes its tracker by the configuration: of the section of its Arr, else of its managed category. */
import type {ManagedRow} from '#model/manager.ts'
import type {Obligation} from '#rules/obligation.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {inheritedObligation} from '#rules/presets/obligations.ts'
import type {TorrentSubject} from './torrent-subject.ts'

/** @returns `null` = the configuration says nothing of it */
export function owedBy(
  sections: readonly InheritedSection[],
  {row, arr}: Pick<TorrentSubject, 'row' | 'arr'>,
): Obligation | null {
  const section = sectionOf(sections, row, arr?.arrId ?? null)
  return section ? inheritedObligation(section, {server: row.key.serverId, hosts: row.trackerHosts}) : null
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
