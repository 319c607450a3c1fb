import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Audit} from '#journal/audit.ts'
import {ruleTallies} from '#journal/rule-tallies.ts'
import type {Clock} from '#lib/clock.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {AbsentPreset} from '#rules/presets/absent.ts'
import {documentOf, writeRule} from '#rules/write.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Principal, UserId} from '#model/access.ts'
import {
  hangsOn,
  type ApprovalQueue,
  type AskedDecision,
  type Explainer,
  type SubjectName,
} from '#model/decision.ts'
import {orphanIn} from '#model/orphans.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyIn} from '#model/torrent-key.ts'
import type {WantedLately} from '#registry/rules/lately.ts'
import type {ArrService} from '#registry/arrs/service.ts'
import type {RuleDraft} from '#registry/rules/draft.ts'
import {examplesFor} from '#registry/rules/examples.ts'
import type {RulePreviews} from '#registry/rules/previews.ts'
import type {RuleRuns} from '#registry/rules/runs.ts'
import type {RuleService} from '#registry/rules/service.ts'
import {vocabulary} from '#registry/rules/vocabulary.ts'
import {toWire} from '../answers/codec.ts'
import {demandUnchanged, isUnchanged, RequestInvalid} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {readerOf, wireAction, wireExplanation, wireHold, wireTrace} from '../rows/explanation-views.ts'
import {
  arrAsked,
  draftFrom,
  torrentOf,
  wireDefinition,
  wireDocument,
  wireOverlaps,
  wirePreview,
  wireRule,
  wireVersions,
  type SeenRules,
} from '../rows/rule-views.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {ArrParams} from '../schemas/arr.ts'
import {ExplanationSchema} from '../schemas/explanation.ts'
import {
  AbsentRulesSchema,
  ListedRuleSchema,
  NewRule,
  RuleChange,
  RuleDefinitionSchema,
  RuleEdit,
  RuleExampleSchema,
  RuleListQuery,
  RuleParams,
  RuleOverlapsSchema,
  RulePreviewBody,
  RulePreviewSchema,
  RuleRunBody,
  RuleRunsSchema,
  RuleSchema,
  RuleTalliesQuery,
  RuleTalliesSchema,
  RuleVersionsSchema,
  fieldsBesideMode,
  fieldsBesideText,
  VocabularySchema,
} from '../schemas/rules.ts'
import {splitReadOnly} from '../schemas/units.ts'
import {ApprovalHold, ApprovalListSchema, ApprovalParams, type ApprovalSchema} from '../schemas/trash.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import type {Scope} from '../scope/scope.ts'

/** Rules: those of the configuration can be lowered, those of people are theirs to write. */
export function ruleRoutes(
  service: Pick<
    RuleService,
    | 'seenBy'
    | 'seen'
    | 'versions'
    | 'create'
    | 'copy'
    | 'replace'
    | 'change'
    | 'move'
    | 'remove'
    | 'restore'
    | 'resume'
  >,
  previews: Pick<RulePreviews<never, never, never>, 'of' | 'overlaps' | 'matchesAll'>,
  userName: (id: UserId) => string | null,
): FastifyPluginAsyncZod {
  // It does not change while the program runs.
  const words = toWire(vocabulary())
  const demandNotAll = async (by: Principal, draft: RuleDraft, id: RuleId | null, isMeant?: boolean) => {
    if (isMeant === true) return
    const all = await matchedAll(() => previews.matchesAll(by, draft, id, isMeant === false ? 1 : MANY))
    if (all === null) return
    const message = `This rule matches all ${all.toLocaleString('en')} torrents.`
    throw new CommodarrError('rule_matches_all', message, {count: all})
  }
  return async (app) => {
    app.get('/rules', {schema: list, config: needs('read', 'scope')}, async ({principal, scope, query}) => ({
      rules: service
        .seenBy(principal)
        .map((rule) => ({
          ...wireRule(rule, userName, scope),
          ...(query.documents && {rule: wireDocument(rule)}),
        })),
    }))
    app.post('/rules', {schema: add, config: needs('manage', 'program')}, async (request, reply) => {
      const {principal, body, scope} = request
      const {copy_of: copyOf, confirm, confirm_all: isAllMeant, ...written} = body
      if (copyOf === undefined) await demandNotAll(principal, draftFrom(written), null, isAllMeant)
      const made =
        copyOf === undefined
          ? await service.create(principal, draftFrom(written), confirm)
          : await service.copy(principal, copyOf as RuleId)
      return reply.code(201).send(wireDefinition(made, userName, scope))
    })
    app.post('/rules/preview', {schema: tryOut, config: needs('read', 'scope')}, async (request) => {
      const {principal, scope, body} = request
      const {rule_id: of, recorded, ...written} = body
      const seen = await previews.of(principal, draftFrom(written), of as RuleId | null, recorded)
      return wirePreview(seen, scope)
    })
    app.get('/rules/overlaps', {schema: overlaps, config: needs('read', 'scope')}, async ({principal}) =>
      wireOverlaps(await previews.overlaps(principal)),
    )
    app.get('/rules/vocabulary', {schema: allWords, config: needs('read', 'program')}, async () => words)
    app.get('/rules/examples', {schema: examples, config: needs('read', 'program')}, async ({principal}) => ({
      examples: examplesFor(principal.access).map(({name, says, yaml}) => ({name, says, yaml})),
    }))
    app.get(
      '/rules/:id',
      {schema: one, config: needs('read', 'program')},
      async ({principal, params, scope}) =>
        wireDefinition(service.seen(principal, params.id as RuleId), userName, scope),
    )
    app.get(
      '/rules/:id/versions',
      {schema: versions, config: needs('read', 'program')},
      async ({principal, params}) => {
        const id = params.id as RuleId
        const {revision} = service.seen(principal, id)
        return wireVersions(await service.versions(principal, id), revision, userName)
      },
    )
    app.put('/rules/:id', {schema: edit, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, scope} = request
      const id = params.id as RuleId
      const {body, readOnly} = splitReadOnly(request.body, fieldsBesideText)
      const seen = service.seen(principal, id)
      const now = wireDefinition(seen, userName, scope)
      demandUnchanged(readOnly, now)
      const {confirm: isConfirmed, confirm_all: isAllMeant, revision, ...written} = body
      // Who comes with another key, or after one ended, takes it over by sending it again.
      if (seen.obstacle !== 'key_ended' && isUnchanged({...written, ...(revision && {revision})}, now))
        return now
      const how = {isConfirmed, revision}
      const draft = draftFrom(editedOf(written, now))
      await demandNotAll(principal, draft, id, isAllMeant)
      return wireDefinition(await service.replace(principal, id, draft, how), userName, scope)
    })
    app.patch('/rules/:id', {schema: change, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, scope} = request
      const id = params.id as RuleId
      const {body, readOnly} = splitReadOnly(request.body, fieldsBesideMode)
      const now = wireDefinition(service.seen(principal, id), userName, scope)
      demandUnchanged(readOnly, now)
      const {confirm, mode, order, before, behind} = body
      const of = (before ?? behind) as RuleId | undefined
      if (of !== undefined) {
        const side = before === undefined ? 'behind' : 'before'
        return wireRule(await service.move(principal, id, {of, side}), userName, scope)
      }
      const patch = {mode, order: order === now.order ? undefined : order}
      return wireRule(await service.change(principal, id, patch, confirm), userName, scope)
    })
    app.delete(
      '/rules/:id',
      {schema: remove, config: needs('manage', 'program')},
      async ({principal, params}, reply) => {
        await service.remove(principal, params.id as RuleId)
        return reply.code(204).send()
      },
    )
    app.post('/rules/:id/restore', {schema: restore, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, scope} = request
      return wireRule(await service.restore(principal, params.id as RuleId), userName, scope)
    })
    app.post('/rules/:id/resume', {schema: resume, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, scope} = request
      await service.resume(principal, params.id as RuleId)
      return wireRule(service.seen(principal, params.id as RuleId), userName, scope)
    })
  }
}

const DAY_MS = 86_400_000
const MOST_DAYS = 31
const WEEK_DAYS = 7

/** What rules did, day by day. */
export function ruleTallyRoutes(
  audit: Pick<Audit, 'tallies'>,
  service: Pick<RuleService, 'seenBy'>,
  previews: Pick<RulePreviews<never, never, never>, 'wantedLately'>,
  clock: Pick<Clock, 'now'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/rules/tallies',
      {schema: tallies, config: needs('read', 'scope')},
      async ({principal, query, scope}) => {
        const now = clock.now()
        const from = query.from ?? now - WEEK_DAYS * DAY_MS
        const least = now - MOST_DAYS * DAY_MS
        if (from < least) {
          const errors = [{field: 'from', found: from, accepted: `at least ${least}, 31 days ago`}]
          throw new RequestInvalid('The time begins too early.', errors)
        }
        const seen = service.seenBy(principal)
        // Nothing is read for who sees no rule.
        if (seen.length === 0) return {from, is_all: true, rules: []}
        const {tallies: read, isAll} = await ruleTallies(audit, principal, from)
        const byRule = Map.groupBy(read, ({ruleId}) => ruleId)
        return {
          from,
          is_all: isAll,
          rules: seen.map(({id, rule, mode}) => ({
            rule_id: id,
            tallies: (byRule.get(id) ?? []).map(({ruleId: _ruleId, ...tally}) => tally),
            matched:
              rule === null || mode !== 'simulate' ? null : matchedBy(previews.wantedLately(rule), scope),
          })),
        }
      },
    )
  }
}

/** As far as it is where this person sees it. */
function matchedBy(
  wanted: Iterable<WantedLately>,
  {access, fleet}: Scope,
): {readonly count: number; readonly bytes: number} {
  const keys = new Map([...wanted].map((one) => [one.key, one]))
  let [count, size] = [0, 0]
  for (const {kind, key} of keys.values()) {
    const torrent = kind === 'torrent' ? keyIn(key) : null
    if (kind === 'torrent' && (torrent === null || !access.may('read', torrent.serverId))) continue
    count++
    size += (torrent && fleet.get(torrent)?.size) ?? 0
  }
  return {count, bytes: size}
}

/**
 * What the settings of an Arr leave out, for administrators as all rules of the configuration: such a rule names every
 * server and category that the Arr is kept apart from, whoever they belong to.
 */
export function absentRuleRoutes(
  absentOf: (id: ArrId) => readonly AbsentPreset[],
  arrs: Pick<ArrService, 'describe'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/arrs/:id/absent-rules',
      {schema: absent, config: needs('admin', 'program')},
      async ({principal, params}) => {
        const id = asArrId(params.id)
        // Of an Arr that is not there it is not found.
        arrs.describe(principal, id)
        return {
          presets: absentOf(id).map(({behaviour, settings, rules}) => ({
            behaviour,
            settings: [...settings],
            rules: rules.map((rule) => ({
              name: rule.name,
              rule: documentOf(rule) as Record<string, unknown>,
              yaml: writeRule(rule),
            })),
          })),
        }
      },
    )
  }
}

/** Has rules look now. */
export function ruleRunRoutes(runs: Pick<RuleRuns, 'run'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/rules/run', {schema: runNow, config: needs('manage', 'program')}, async (request) => {
      const {principal, body} = request
      const orders = body.rules.map(({id, ...shown}) => ({id: id as RuleId, ...shown}))
      return {rules: [...(await runs.run(principal, orders))]}
    })
  }
}

/** Of so many torrents a rule that is true of all of them is rarely what was meant. */
const MANY = 100

/** What keeps a rule from being looked at keeps it from being saved, too, or is no matter of saving it. */
async function matchedAll(look: () => Promise<number | null>): Promise<number | null> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof CommodarrError) return null
    throw error
  }
}

type Written = Pick<z.output<typeof RuleEdit>, 'yaml' | 'rule'>

/** Of both forms of a text the one that was changed. @throws {RequestInvalid} both were */
function editedOf({yaml, rule}: Written, now: z.output<typeof RuleDefinitionSchema>): Written {
  if (yaml === undefined || rule === undefined) return {yaml, rule}
  if (yaml === now.yaml) return {rule}
  if (isUnchanged({rule}, now)) return {yaml}
  throw new RequestInvalid('The rule and its text are two different changes.', [
    {field: 'yaml', found: 'another text', accepted: 'the text as it was sent, or without rule'},
  ])
}

const tags = ['rules']

const list = {
  operationId: 'listRules',
  tags,
  summary: 'Your rules',
  description:
    'In the order in which they decide. Administrators see everybody’s, and those that follow from the configuration.',
  querystring: RuleListQuery,
  response: ok(z.object({rules: z.array(ListedRuleSchema)})),
}

const add = {
  operationId: 'addRule',
  tags,
  summary: 'Add a rule of your own',
  description:
    'It acts in your name, on the servers that you may command. For a day it only simulates, unless confirm says ' +
    'that it may act at once. Mistakes are listed with their place in the text, what was found and what is accepted.',
  body: NewRule,
  response: {201: RuleDefinitionSchema, ...problemAnswers},
}

const one = {
  operationId: 'getRule',
  tags,
  summary: 'A rule with its text',
  params: RuleParams,
  response: ok(RuleDefinitionSchema),
}

const versions = {
  operationId: 'listRuleVersions',
  tags,
  summary: 'Every text that a rule had',
  description: 'Who gave it which text, and when. To go back to one, send it to PUT /api/rules/{id}.',
  params: RuleParams,
  response: ok(RuleVersionsSchema),
}

const edit = {
  operationId: 'replaceRule',
  tags,
  summary: 'Give a rule another text',
  description:
    'What the text leaves out gets its default. A live rule simulates again for a day, unless confirm says that it ' +
    'may act at once, or it does the same as before. Not of presets: copy them.',
  params: RuleParams,
  body: RuleEdit,
  response: ok(RuleDefinitionSchema),
}

const change = {
  operationId: 'changeRule',
  tags,
  summary: 'Switch a rule, or put it elsewhere',
  description:
    'What is left out stays. What is new or was edited less than a day ago goes live with confirm. With before or ' +
    'behind other rules may get another order, too.',
  params: RuleParams,
  body: RuleChange,
  response: ok(RuleSchema),
}

const overlaps = {
  operationId: 'listRuleOverlaps',
  tags,
  summary: 'Which rules are about the same torrents',
  description:
    'By scope and condition now, as if the time of each rule had come; over the torrents that you may command. What ' +
    'only an Arr or a look at a disk could show is unknown, and not counted.',
  response: ok(RuleOverlapsSchema),
}

const remove = {
  operationId: 'removeRule',
  tags,
  summary: 'Remove a rule of your own',
  params: RuleParams,
  response: nothing,
}

const restore = {
  operationId: 'restoreRule',
  tags,
  summary: 'Put back a rule that was removed',
  description: 'As it was, until the program is started again. What it had held is forgotten.',
  params: RuleParams,
  response: ok(RuleSchema),
}

const resume = {
  operationId: 'resumeRule',
  tags,
  summary: 'Let a suspended rule go on',
  description: 'A limit was reached, and a person reviewed it.',
  params: RuleParams,
  response: ok(RuleSchema),
}

const absent = {
  operationId: 'listAbsentRules',
  tags,
  summary: 'Rules that the settings of an Arr leave out',
  description:
    'Each with the settings by which it would be there, and what it would say then. POST /api/rules/preview says what that would do.',
  params: ArrParams,
  response: ok(AbsentRulesSchema),
}

const tallies = {
  operationId: 'countRuleActions',
  tags,
  summary: 'What rules did, day by day',
  description:
    'Every action that the journal has of the rules that you see, by kind, outcome and day, as far as you may see where ' +
    'it happened. What goes because a download is given up is one with that.',
  querystring: RuleTalliesQuery,
  response: ok(RuleTalliesSchema),
}

const runNow = {
  operationId: 'runRules',
  tags,
  summary: 'Have rules look now',
  description:
    'Whatever their times are, at the torrents of their previews that you may command, and at no others. They decide, ' +
    'ask, only report, and are guarded and limited as ever; what waits for its time waits on. Not of rules that are ' +
    'off or paused, nor of those about unclaimed files or whole servers.',
  body: RuleRunBody,
  response: ok(RuleRunsSchema),
}

const tryOut = {
  operationId: 'previewRule',
  tags,
  summary: 'What a rule would do now',
  description:
    'A rule, saved or not, evaluated over the torrents that you may command, or, about paths, over the orphans of ' +
    'the last scan, as in a pass and as if its time had come. Nothing is done. What only an Arr or a look at a disk could show is unknown.',
  body: RulePreviewBody,
  response: ok(RulePreviewSchema),
}

const allWords = {
  operationId: 'getRuleVocabulary',
  tags,
  summary: 'Every word that a rule may be written in',
  response: ok(VocabularySchema),
}

const examples = {
  operationId: 'listRuleExamples',
  tags,
  summary: 'Rules to begin with',
  response: ok(z.object({examples: z.array(RuleExampleSchema)})),
}

/** What rules ask before they act, and the answers. */
export function approvalRoutes(
  approvals: ApprovalQueue,
  rules: SeenRules,
  /** `null` = there is none (any more). */
  ruleName: (id: RuleId) => string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/approvals',
      {schema: listApprovals, config: needs('read', 'scope')},
      async ({principal, scope}) => {
        const known = new Map(rules.seenBy(principal).map(({id, rule}) => [id, rule]))
        const named = ({decision: {ruleId: id}}: AskedDecision) => ({
          name: ruleName(id),
          rule: known.get(id) ?? null,
        })
        return {
          approvals: approvals.waiting(principal).map((asked) => wireApproval(asked, scope, named(asked))),
        }
      },
    )
    const config = needs('control', 'program')
    app.post(
      '/approvals/:id/approve',
      {schema: approve, config},
      async ({principal, params, query: {hold_seconds: seconds}}, reply) => {
        await approvals.approve(principal, params.id, seconds * 1_000)
        return reply.code(204).send()
      },
    )
    app.post('/approvals/:id/decline', {schema: decline, config}, async ({principal, params}, reply) => {
      await approvals.decline(principal, params.id)
      return reply.code(204).send()
    })
    app.post('/approvals/:id/reopen', {schema: reopen, config}, async ({principal, params}, reply) => {
      await approvals.reopen(principal, params.id)
      return reply.code(204).send()
    })
  }
}

function wireApproval(
  {id, decision, message, until}: AskedDecision,
  scope: Scope,
  {name, rule}: {readonly name: string | null; readonly rule: Pick<Rule, 'scope'> | null},
): z.output<typeof ApprovalSchema> {
  const {servers, fleet, paths} = scope
  const {at, subject, ruleId, ruleRevision, reason, hold} = decision
  const {kind, serverId} = subject
  const reader = readerOf(scope, serverId)
  const key = torrentOf(decision)
  const torrent = key && fleet.get(key)
  return {
    id,
    at,
    until,
    reason,
    subject: kind,
    server_id: serverId,
    info_hash: key?.hash ?? null,
    rule: {id: ruleId, revision: ruleRevision, name},
    arr_id: arrAsked(decision, rule, scope),
    server_name: serverId && (servers.get(serverId)?.name ?? serverId),
    name: nameOf(decision.subject, torrent?.name),
    ...(torrent?.size !== undefined && {size: torrent.size}),
    actions: decision.actions.map((action) => wireAction(action, reader)),
    evidence: wireTrace(hangsOn(decision), reader),
    hold: hold && wireHold(hold),
    message: message && paths.text(serverId, message),
  }
}

/** `null` = it is a torrent that is not there any more. */
function nameOf({kind, key}: SubjectName, torrent: string | undefined): string | null {
  if (kind === 'torrent') return torrent ?? null
  return kind === 'path' ? orphanIn(key).path : key
}

const approvalTags = ['torrents']

const listApprovals = {
  operationId: 'listApprovals',
  tags: approvalTags,
  summary: 'What rules want to do and ask you about',
  description: 'For a day, also over a restart; then the rule decides and asks again.',
  response: ok(ApprovalListSchema),
}

const approve = {
  operationId: 'approveDecision',
  tags: approvalTags,
  summary: 'Let it be done',
  description: 'It is evaluated again and done if it still holds; the journal shows the outcome.',
  params: ApprovalParams,
  querystring: ApprovalHold,
  response: nothing,
}

const decline = {
  operationId: 'declineDecision',
  tags: approvalTags,
  summary: 'Let it not be done',
  description: 'The rule does not ask the same again for a day.',
  params: ApprovalParams,
  response: nothing,
}

const reopen = {
  operationId: 'reopenDecision',
  tags: approvalTags,
  summary: 'Take an answer back',
  description:
    'You are asked again, for a day. A no can be taken back as long as the rule does not ask again, a yes until something of it is done.',
  params: ApprovalParams,
  response: nothing,
}

/** Why? What every rule says of a torrent now. */
export function torrentExplanation({explainer}: {readonly explainer: Explainer}): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/torrents/:hash/explain',
      {schema: explain, config: needs('read', 'torrent')},
      async (request) => {
        const key = keyMeant(request)
        const explanation = await explainer.explain(key)
        const waits = request.scope.fleet.get(key)?.removalWaits ?? null
        return wireExplanation(explanation, request.scope, key, waits)
      },
    )
  }
}

const explain = {
  operationId: 'explainTorrent',
  tags: ['details'],
  summary: 'Why a torrent stays or goes, and what every rule says of it now',
  description:
    'The verdict is the answer. Beside it stand the rules, each with what it requires, how that is now, how far its ' +
    'time has come, and what would have to change. What is looked up only when it matters may be unknown at the first ' +
    'request.',
  params: HashParams,
  querystring: ServerChoice,
  response: ok(ExplanationSchema),
}
