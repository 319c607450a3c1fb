/** Which Arr a rule, or what it asks, is about; of Arrs that who looks does not see nothing is told. */
import type {Principal} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {Decision} from '#model/decision.ts'
import type {Rule} from '#model/rule.ts'
import {asInfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {ShownRule} from '#registry/rules/service.ts'
import type {Scope} from '../scope/scope.ts'

/** The rules that somebody sees, as far as it takes to say what they are about and whether they go on. */
export interface SeenRules {
  seenBy(by: Principal): readonly (Pick<ShownRule, 'id' | 'name' | 'suspension'> & {
    readonly rule: Pick<Rule, 'scope'> | null
  })[]
}

/** Those in sight that its scope names; none = it names none, as it is for whichever there are. */
export function arrsOfRule(rule: Pick<Rule, 'scope'> | null, {arrs}: Pick<Scope, 'arrs'>): readonly ArrId[] {
  const named = rule?.scope.arrs ?? []
  return arrs.map(({id}) => id).filter((id) => named.includes(id))
}

/** The torrent of a decision; `null` = it is about none. */
export function torrentOf({subject: {kind, key, serverId}}: Pick<Decision, 'subject'>): TorrentKey | null {
  const hash = kind === 'torrent' ? asInfoHash(key.slice(key.lastIndexOf('/') + 1)) : null
  return hash === null || serverId === null ? null : {serverId, hash}
}

/**
 * The Arr whose torrent it is, and where nobody knows whose, the one that the rule is for; `null` = none in sight.
 * @param rule `null` = it is gone, or he does not see it
 */
export function arrAsked(
  decision: Pick<Decision, 'subject'>,
  rule: Pick<Rule, 'scope'> | null,
  scope: Pick<Scope, 'arrs' | 'fleet'>,
): ArrId | null {
  const key = torrentOf(decision)
  const owner = key && scope.fleet.get(key)?.arrId
  if (owner) return owner
  const [first, ...others] = arrsOfRule(rule, scope)
  return first !== undefined && others.length === 0 ? first : null
}
