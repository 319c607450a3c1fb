/** What a torrent owes its tracker by the configuration: of the section of its Arr, else of its managed category. */
import type {Obligation} from '#rules/obligation.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {inheritedObligation} from '#rules/presets/obligations.ts'
import type {TorrentSubject} from './torrent-subject.ts'

/** @returns `null` = the configuration says nothing of it */
export function owedBy(
  sections: readonly InheritedSection[],
  {row, arr}: Pick<TorrentSubject, 'row' | 'arr'>,
): Obligation | null {
  const {serverId} = row.key
  const section = arr
    ? sections.find(({arrId}) => arrId === arr.arrId)
    : sections.find((it) => it.arrId === null && isMeant(it, serverId, row.category))
  return section ? inheritedObligation(section, {server: serverId, hosts: row.trackerHosts}) : null
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
