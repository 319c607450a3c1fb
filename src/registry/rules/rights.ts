/**
 * Who may do what with a rule. A rule is its owner's alone, and the administrators': it does in his name what he may do.
 * Presets are nobody's to edit; who owns them (of the file: administrators) may lower their mode. A key for certain
 * servers knows no rules: they reach further than it does.
 */
import {levelAllows, levelOf} from '#accounts/grants.ts'
import type {Access, Principal, UserRepository} from '#model/access.ts'
import type {ArrCard} from '#model/arr-service.ts'
import type {ArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Rule} from '#model/rule.ts'
import {needsOf} from '#rules/action-needs.ts'
import type {RuleOwner, Authority} from './reach.ts'
import type {RuleCard} from './standing-rules.ts'

/** Also what somebody is told of a rule that he may not see: one answer for both, so that it tells neither. */
export class RuleUnknown extends CommodarrError {
  constructor(id: string) {
    super('rule_unknown', 'There is no rule with this id.', {ruleId: id})
  }
}

export function seesRule({access, actor}: Principal, {owner}: {readonly owner: RuleOwner}): boolean {
  if (!access.everywhere || !access.permits('read')) return false
  return access.permits('admin') || (owner !== null && owner === actor.userId)
}

/** @throws {CommodarrError} rule_unknown for one that he may not see, forbidden */
export function demandRule(by: Principal, card: RuleCard | null, id: string): asserts card is RuleCard {
  if (card === null || !seesRule(by, card)) throw new RuleUnknown(id)
  demandRuling(by)
}

/** @throws {CommodarrError} forbidden */
export function demandEditable({origin}: RuleCard): void {
  if (origin === 'user') return
  throw new CommodarrError(
    'forbidden',
    'This rule follows from the configuration. It can be switched off, or copied and changed as your own.',
  )
}

/** A rule commands in his name for as long as it stands. @throws {CommodarrError} forbidden */
export function demandRuling({access}: Principal): void {
  if (!access.permits('manage')) throw forbidden('Rules take the right "manage".')
  if (!access.permits('control')) throw forbidden('Rules take the right "control": they command torrents.')
  if (!access.everywhere) throw forbidden('This key is for certain servers, so it cannot make rules.')
}

/** Of something that is to act for long: what whoever makes it act has to have. */
type RightsOfRule = Pick<Access, 'permits' | 'everywhere'>

/**
 * Every right that every action of the rule takes: asked of its owner and of whoever makes, changes, copies or resumes
 * it, or lets it act.
 * @throws {CommodarrError} forbidden
 */
export function demandActions(access: RightsOfRule, rule: Rule): void {
  demandAdministration(access, rule)
  for (const it of rule.do) {
    const missing = needsOf(it).find((permission) => !access.permits(permission))
    if (missing === undefined) continue
    throw forbidden(`Rules with the action "${it.action}" take the right "${missing}".`)
  }
}

/** What is for administrators alone, also as a preview. @throws {CommodarrError} forbidden */
export function demandAdministration({permits, everywhere}: RightsOfRule, rule: Rule): void {
  if (rule.do.some(({action}) => action === 'exec') && !permits('admin')) {
    throw forbidden('Programs of this machine are started by rules of administrators alone.')
  }
  if (rule.subject === 'path' && !(everywhere && permits('admin'))) {
    throw forbidden('Unclaimed files may belong to any user: only administrators make rules about paths.')
  }
}

function forbidden(message: string): CommodarrError {
  return new CommodarrError('forbidden', message)
}

/*
 * What the owner of a rule may do with an Arr: his rule does no more. Rules of the configuration use those of the house:
 * of the file, and of administrators.
 */

/** `false` also for an Arr that is not there, and an owner who is gone. */
export function rightsOnArrs(
  users: Pick<UserRepository, 'get'>,
  arrs: {card(id: ArrId): ArrCard | null},
  accessOf: (authority: Authority) => Access | null,
): (by: Authority, permission: 'read' | 'control', id: ArrId) => boolean {
  const roleOf = (owner: ArrCard['ownerId']) => (owner === null ? null : (users.get(owner)?.role ?? null))
  return (by, permission, id) => {
    const {owner} = by
    const card = arrs.card(id)
    if (card === null || !accessOf(by)?.permits(permission)) return false
    if (owner === 'file') return card.ownerId === null || roleOf(card.ownerId) === 'administrator'
    const level = levelOf({userId: owner, role: owner === null ? 'administrator' : roleOf(owner)!}, card)
    return level !== null && levelAllows(level, permission)
  }
}
