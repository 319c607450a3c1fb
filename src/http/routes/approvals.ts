import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {ApprovalDesk, AskedDecision} from '#model/approvals.ts'
import type {SubjectName} from '#model/decision.ts'
import {orphanIn} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {readerOf, wireAction, wireHold, wireTrace} from '../explanation-views.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {ApprovalListSchema, ApprovalParams, type ApprovalSchema} from '../schemas/trash.ts'
import type {Scope} from '../scope.ts'

export interface ApprovalRouteParts {
  readonly approvals: ApprovalDesk
  /** `null` = there is none (any more). */
  readonly ruleName: (id: RuleId) => string | null
}

/** What rules ask before they act, and the answers. */
export function approvalRoutes({approvals, ruleName}: ApprovalRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/approvals', {schema: list, config: needs('read', 'scope')}, async ({principal, scope}) => ({
      approvals: approvals.waiting(principal).map((asked) => wireApproval(asked, scope, ruleName)),
    }))
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
  {id, decision, until}: AskedDecision,
  scope: Scope,
  ruleName: ApprovalRouteParts['ruleName'],
): z.output<typeof ApprovalSchema> {
  const {servers, fleet} = scope
  const {at, subject, ruleId, ruleRevision, reason, hold} = decision
  const {kind, key, serverId} = subject
  const reader = readerOf(scope, serverId)
  const hash = kind === 'torrent' ? asInfoHash(key.slice(key.lastIndexOf('/') + 1)) : null
  const torrent = hash === null || serverId === null ? null : fleet.get({serverId, hash})
  return {
    ...{id, at, until, reason, subject: kind, server_id: serverId, info_hash: hash},
    rule: {id: ruleId, revision: ruleRevision, name: ruleName(ruleId)},
    server_name: serverId && (servers.get(serverId)?.name ?? serverId),
    name: nameOf(decision.subject, torrent?.name),
    ...(torrent?.size !== undefined && {size: torrent.size}),
    actions: decision.actions.map((action) => wireAction(action, reader)),
    evidence: wireTrace(decision.evidence, reader),
    hold: hold && wireHold(hold),
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
