/** What a provider says of somebody, read with distrust: groups, a role that follows from them, a name to call him by. */
import type {Role} from '#model/access.ts'
import {BadArgument} from '#model/errors.ts'
import {readName} from './names.ts'
import type {RoleMapping} from './oidc-settings.ts'

export type Claims = Readonly<Record<string, unknown>>

const MOST_GROUPS = 1_000
/** Leaves room for a number behind it. */
const NAME_LENGTH = 60

/** Do groups decide, or does everybody get the same role? */
export function followsGroups({groups}: RoleMapping): boolean {
  return groups.some(([, names]) => names.length > 0)
}

/** @param groups `null` = the provider tells of none, which is the same as being in none; `null` back = not let in */
export function roleOf(mapping: RoleMapping, groups: readonly string[] | null): Role | null {
  const his = new Set(groups)
  const found = mapping.groups.find(([, names]) => names.some((name) => his.has(name)))
  return found?.[0] ?? mapping.otherwise
}

/**
 * A list, or one text with commas; anything else in it does not count. The claim may lie deeper (`realm_access.roles`).
 * `null` = there is no such claim.
 */
export function groupsIn(claims: Claims, claim: string): readonly string[] | null {
  const value = claim in claims ? claims[claim] : deepValue(claims, claim.split('.'))
  if (typeof value === 'string')
    return value
      .split(',')
      .map((it) => it.trim())
      .filter(Boolean)
  if (!Array.isArray(value)) return null
  return value.filter((it) => typeof it === 'string').slice(0, MOST_GROUPS)
}

function deepValue(claims: Claims, path: readonly string[]): unknown {
  let here: unknown = claims
  for (const part of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<string, unknown>)[part]
  }
  return here
}

const nameClaims = ['preferred_username', 'email', 'name', 'sub'] as const

/** Does it say how he is called, other than by the provider's own id of him? */
export function tellsName(claims: Claims): boolean {
  return nameClaims.some((claim) => claim !== 'sub' && legibleName(claims[claim]) !== null)
}

/** How to call him here; he may be the second of this name. */
export function nameIn(claims: Claims): string {
  for (const claim of nameClaims) {
    const name = legibleName(claims[claim])
    if (name !== null) return name
  }
  return 'user'
}

function legibleName(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const seen = value
    .slice(0, 1_000)
    .normalize('NFKC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
  try {
    return readName([...seen].slice(0, NAME_LENGTH).join('')).name
  } catch (error) {
    if (error instanceof BadArgument) return null
    throw error
  }
}
