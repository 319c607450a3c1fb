/**
 * What the categories of a configuration are for. Each may have one meaning: the torrents of one Arr, those of a managed
 * category, or what a person moves there to be failed or checked. With two of them healthy downloads would be failed, or
 * judged by rules that were written for others: whoever claims such a category is off until they differ.
 *
 *   one           other                          they clash when
 *   Arr           Arr                            they are equal; of one below another the longest wins
 *   Failed, Recheck, Managed   Arr               they are equal, or that of the Arr lies below, with subcategories
 *   Failed, Recheck            Managed           likewise
 *   Failed        Recheck                        they are equal
 *   Managed       Managed                        never: the longest wins, each on its server
 *
 * Source: qBitrr.
 */
import type {ServerDefinition} from '#model/server.ts'
import {categoryKey} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Settings} from './schema/schema.ts'
import type {ServerRules} from './schema/schema-servers.ts'

/** What a category is for, where that is not an Arr. */
export interface CategoryRole {
  readonly key: 'FailedCategory' | 'RecheckCategory' | 'ManagedCategories'
  /** `Settings`, or the id of a server. */
  readonly section: string
  readonly category: string
  /** What lies below it, too. */
  readonly subcategories: boolean
}

/** Of an Arr. */
export interface ArrCategory {
  readonly category: string
  /** What lies below it, too. */
  readonly subcategories: boolean
}

/** For people: `FailedCategory`, `ManagedCategories of [qBit]`. */
export function roleName({key, section}: CategoryRole): string {
  return section === 'Settings' ? key : `${key} of [${section}]`
}

type Rules = ReadonlyMap<ServerId, ServerRules>

/** All of a file. A server that is switched off has no torrents here, and claims none. */
export function categoryRoles(
  {FailedCategory, RecheckCategory}: Pick<Settings, 'FailedCategory' | 'RecheckCategory'>,
  servers: readonly Pick<ServerDefinition, 'id' | 'enabled'>[],
  rules: Rules,
): readonly CategoryRole[] {
  const ofProgram = (key: 'FailedCategory' | 'RecheckCategory', category: string): CategoryRole[] =>
    category === '' ? [] : [{key, section: 'Settings', category, subcategories: false}]
  const managed = servers
    .filter(({enabled}) => enabled)
    .flatMap(({id}) => {
      const {ManagedCategories = [], MatchSubcategories = false} = rules.get(id) ?? {}
      return ManagedCategories.map((category): CategoryRole => ({
        key: 'ManagedCategories',
        section: id,
        category,
        subcategories: MatchSubcategories,
      }))
    })
  return [
    ...ofProgram('FailedCategory', FailedCategory),
    ...ofProgram('RecheckCategory', RecheckCategory),
    ...managed,
  ]
}

/** Whether categories below that of an Arr are its own, where its section does not say so: less is touched. */
export function matchesSubcategories(own: boolean | null, rules: Rules): boolean {
  const all = [...rules.values()]
  return own ?? (all.length > 0 && all.every(({MatchSubcategories}) => MatchSubcategories))
}

export function clashesWithArr(role: CategoryRole, arr: ArrCategory): boolean {
  const [own, other] = [categoryKey(role.category), categoryKey(arr.category)]
  if (own === other) return true
  const countsBelow = role.key === 'ManagedCategories' ? role.subcategories : arr.subcategories
  return countsBelow && other.startsWith(`${own}/`)
}

/** In whatever order. */
export function rolesClash(one: CategoryRole, other: CategoryRole): boolean {
  if (one.key === other.key) return false
  const [passage, managed] = one.key === 'ManagedCategories' ? [other, one] : [one, other]
  return clashesWithArr(passage, managed)
}

/** Without those that are off, so that nobody who reads a category can act by one. */
export function withoutRoles<C extends {readonly settings: Settings; readonly serverRules: Rules}>(
  config: C,
  off: readonly CategoryRole[],
): C {
  if (off.length === 0) return config
  const isOff = (key: CategoryRole['key'], section: string, category: string) =>
    off.some((role) => role.key === key && role.section === section && role.category === category)
  const ofProgram = (key: 'FailedCategory' | 'RecheckCategory') =>
    isOff(key, 'Settings', config.settings[key]) ? '' : config.settings[key]
  const rules = [...config.serverRules].map(([id, own]): [ServerId, ServerRules] => [
    id,
    {
      ...own,
      ManagedCategories: own.ManagedCategories.filter((name) => !isOff('ManagedCategories', id, name)),
    },
  ])
  return {
    ...config,
    settings: {
      ...config.settings,
      FailedCategory: ofProgram('FailedCategory'),
      RecheckCategory: ofProgram('RecheckCategory'),
    },
    serverRules: new Map(rules),
  }
}
