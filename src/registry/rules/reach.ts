/**
 * How far a rule reaches: as far as its owner may command, and no further. It is cut to his servers before it is handed
 * to anybody, so that nothing elsewhere is judged, counted or told of.
 */
import type {Access, Ceiling, UserId} from '#model/access.ts'
import type {Rule} from '#model/rule.ts'

/** `file` = of the configuration; `null` = of whoever has no account. */
export type RuleOwner = UserId | null | 'file'

/** In whose name something acts, and what it may do at most of what he may. */
export interface Authority {
  readonly owner: RuleOwner
  /** Of each key that made it or lets it act; it does what all of them allow. */
  readonly ceilings: readonly Ceiling[]
}

export const ofTheFile: Authority = {owner: 'file', ceilings: []}

/**
 * `null` = it reaches nothing: an empty list of servers would mean all.
 * @param accessOf what others may, to know which servers are the house's
 */
export function withinReach(
  rule: Rule,
  access: Access,
  accessOf: (authority: Authority) => Access | null,
): Rule | null {
  // Its Arrs are looked at one by one: what its owner may with each (`rights.ts`).
  if (rule.subject === 'wanted') return access.everywhere && access.permits('control') ? rule : null
  // Whoever administers everything commands also what is not there yet.
  if (access.everywhere && access.permits('admin')) return withinInstance(rule, access, accessOf(ofTheFile))
  // Files that nobody claims may be anybody's.
  if (rule.subject === 'path') return null
  const named = new Set(rule.scope.servers)
  const servers = access.servers.filter(
    (id) => access.may('control', id) && (named.size === 0 || named.has(id)),
  )
  return servers.length === 0 ? null : {...rule, scope: {...rule.scope, servers}}
}

/**
 * What a member's server tells is what he likes: a rule of an administrator goes by it, and is used up by it, only where
 * it names the server, or the member.
 */
function withinInstance(rule: Rule, {servers: all}: Access, instance: Access | null): Rule | null {
  const {servers, owner} = rule.scope
  if (rule.subject === 'path' || servers.length > 0 || owner !== null) return rule
  const own = all.filter((id) => instance?.may('control', id))
  // None is a member's: what comes is judged again.
  if (own.length === all.length) return rule
  return own.length === 0 ? null : {...rule, scope: {...rule.scope, servers: own}}
}
