import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {ApprovalDesk, AskedDecision} from '#model/approvals.ts'
import type {SubjectName} from '#model/decision.ts'
import {orphanIn} from '#model/orphans.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {readerOf, wireAction, wireHold, wireTrace} from '../rows/explanation-views.ts'
import {needs} from '../route-access.ts'
import {arrAsked, torrentOf, type SeenRules} from '../rows/rule-arrs.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ApprovalListSchema, ApprovalParams, type ApprovalSchema} from '../schemas/trash.ts'
import type {Scope} from '../scope/scope.ts'

export interface ApprovalRouteParts {
  readonly approvals: ApprovalDesk
  readonly rules: SeenRules
  /** `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
}

/** What rules ask before they act, and the answers. */
export function approvalRoutes({approvals, rules, ruleName}: ApprovalRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/approvals', {schema: list, config: needs('read', 'scope')}, async ({principal, scope}) => {
      const known = new Map(rules.seenBy(principal).map(({id, rule}) => [id, rule]))
      const named = ({decision: {ruleId: id}}: AskedDecision) => ({
        ...{name: ruleName(id), rule: known.get(id) ?? null},
      })
      return {
        approvals: approvals.waiting(principal).map((asked) => wireApproval(asked, scope, named(asked))),
      }
    })
    const config = needs('control', 'program')
    app.post('/approvals/:id/approve', {schema: approve, config}, async ({principal, params}, reply) => {
      await approvals.approve(principal, params.id)
      return reply.code(204).send()
    })
    app.post('/approvals/:id/decline', {schema: decline, config}, async ({principal, params}, reply) => {
      await approvals.decline(principal, params.id)
      return reply.code(204).send()
    })
  }
}

function wireApproval(
  {id, decision, message, until}: AskedDecision,
  scope: Scope,
  {name, rule}: {readonly name: string | null; readonly rule: Pick<Rule, 'scope'> | null},
): z.output<typeof ApprovalSchema> {
  const {servers, fleet} = scope
  const {at, subject, ruleId, ruleRevision, reason, hold} = decision
  const {kind, serverId} = subject
  const reader = readerOf(scope, serverId)
  const key = torrentOf(decision)
  const torrent = key && fleet.get(key)
  return {
    ...{id, at, until, reason, subject: kind, server_id: serverId, info_hash: key?.hash ?? null},
    rule: {id: ruleId, revision: ruleRevision, name},
    arr_id: arrAsked(decision, rule, scope),
    server_name: serverId && (servers.get(serverId)?.name ?? serverId),
    name: nameOf(decision.subject, torrent?.name),
    ...(torrent?.size !== undefined && {size: torrent.size}),
    actions: decision.actions.map((action) => wireAction(action, reader)),
    evidence: wireTrace(decision.evidence, reader),
    hold: hold && wireHold(hold),
    message,
  }
}

/** `null` = it is a torrent that is not there any more. */
function nameOf({kind, key}: SubjectName, torrent: string | undefined): string | null {
  if (kind === 'torrent') return torrent ?? null
  return kind === 'path' ? orphanIn(key).path : key
}

const tags = ['torrents']

const list = {
  operationId: 'listApprovals',
  tags,
  summary: 'What rules want to do and ask you about',
  description: 'For a day, also over a restart; then the rule decides and asks anew.',
  response: ok(ApprovalListSchema),
}

const approve = {
  operationId: 'approveDecision',
  tags,
  summary: 'Let it be done',
  description: 'It is judged again and done if it still holds; the journal tells what became of it.',
  params: ApprovalParams,
  response: nothing,
}

const decline = {
  operationId: 'declineDecision',
  tags,
  summary: 'Let it not be done',
  description: 'The rule does not ask the same again for a day.',
  params: ApprovalParams,
  response: nothing,
}
