import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {Clock} from '#lib/clock.ts'
import type {Principal} from '#model/access.ts'
import type {ArrManagers} from '#model/arr-service.ts'
import type {
  ApprovalQueue,
  AskedDecision,
  ComingAction,
  ComingOfRules,
  RuleTimers,
  RuleWait,
} from '#model/decision.ts'
import type {ActionName, RuleId} from '#model/rule.ts'
import {keyIn, keyText} from '#model/torrent-key.ts'
import {ORPHAN, type Trash, type TrashItem} from '#model/trash.ts'
import type {AwaitedCommand, UnfinishedAction} from '#model/unfinished.ts'
import type {EpochMs} from '#model/units.ts'
import {actionNeeds} from '#rules/action-needs.ts'
import {needs} from '../security/route-access.ts'
import {awayOf, commandsNext, nothingWaits, stepsNext, type Waiting} from '../rows/waiting-rows.ts'
import {nameOfSubject} from '../rows/rule-views.ts'
import {ActivityNextSchema, RuleDoneSchema, RuleWaitSchema} from '../schemas/activity.ts'
import {ok} from '../schemas/answers.ts'
import {HashParams, keyMeant, ServerChoice, type Asked} from '../scope/holders.ts'
import type {Scope} from '../scope/scope.ts'

interface ActivityNextDeps {
  readonly approvals: Pick<ApprovalQueue, 'waiting'>
  readonly managers: ArrManagers
  /** What rules are about to do, to all torrents. */
  readonly coming: ComingOfRules
  readonly timers: RuleTimers
  readonly trash: Pick<Trash, 'list'>
  /** Actions of several steps that are not finished, oldest first. */
  readonly unfinished: () => readonly UnfinishedAction[]
  /** Commands whose servers have to show what became of them. */
  readonly awaited: () => readonly AwaitedCommand[]
  readonly ruleName: (id: RuleId) => string | null
  readonly clock: Pick<Clock, 'now'>
}

const DAY_MS = 86_400_000
const TOGETHER_MS = 600_000
const NAMES = 3
const MOST_IDS = 500
/** Of a kind. */
const MOST = 200

/** What waits, and for what: for whoever may see where it will happen; and what people do about a rule whose time runs. */
export function activityNextRoutes(parts: ActivityNextDeps): FastifyPluginAsyncZod {
  const {approvals, managers, coming, timers, trash, unfinished, awaited, ruleName, clock} = parts
  return async (app) => {
    app.get('/activity/next', {schema: next, config: needs('read', 'scope')}, async ({principal, scope}) => {
      const now = clock.now()
      const {actions: byRules, isAll} = await coming()
      const asked = approvals.waiting(principal).map((one) => askedNext(one, scope, ruleName))
      const ofRules = byRules
        .filter(({key}) => scope.fleet.get(key) !== null)
        .toSorted((one, other) => one.left - other.left)
        .slice(0, MOST)
      const waits = timers.waits().filter(({key}) => scope.fleet.get(key) !== null)
      const lying = trash.list(principal)
      const steps = stepsNext(unfinished(), lying, scope, managers)
      const waiting = [
        ...asked,
        ...rulesNext(ofRules, scope, now),
        ...waitsNext(waits, scope),
        ...heldNext(scope),
        ...steps.slice(0, MOST),
        ...commandsNext(awaited(), scope),
        ...trashNext(lying, principal, scope),
      ]
      return {
        waiting: waiting.toSorted((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity) || 0),
        complete:
          isAll &&
          ofRules.length < MOST &&
          steps.length <= MOST &&
          waits.length <= MOST &&
          scope.arrs.every(({id}) => managers.of(id)?.queue !== null),
      }
    })
    const config = needs('control', 'torrent')
    app.post('/torrents/:hash/wait', {schema: wait, config}, async (request) => {
      const {principal, body} = request
      const {id, until, by} = await timers.putOff(principal, body.rule_id as RuleId, controlled(request))
      return {id, until, by}
    })
    app.post('/torrents/:hash/do-now', {schema: doNow, config}, async (request) => {
      return {
        outcome: await timers.doNow(request.principal, request.body.rule_id as RuleId, controlled(request)),
      }
    })
  }
}

function askedNext(
  {id, decision, message, until}: AskedDecision,
  scope: Scope,
  ruleName: ActivityNextDeps['ruleName'],
): Waiting {
  const {servers, fleet, paths} = scope
  const {subject, ruleId, actions} = decision
  const {kind, key: word, serverId} = subject
  const key = kind === 'torrent' ? keyIn(word) : null
  const torrent = key && fleet.get(key)
  const name = nameOfSubject(subject, scope)
  return {
    ...nothingWaits,
    id,
    what: 'approval',
    at: until,
    waits_for: awayOf(serverId, servers),
    actions: actions.map(({action}) => action),
    count: 1,
    names: name === null ? [] : [name],
    servers: serverId === null ? [] : [serverId],
    info_hash: key?.hash ?? null,
    rule_id: ruleId,
    rule_name: ruleName(ruleId),
    bytes: torrent?.size ?? null,
    message: message && paths.text(serverId, message),
    answers: ['decline', 'approve'],
  }
}

/** What one rule does within the same ten minutes is one. Its time runs only while its server is seen. */
function rulesNext(coming: readonly ComingAction[], scope: Scope, now: EpochMs): readonly Waiting[] {
  const {servers, fleet} = scope
  const when = ({left}: ComingAction) => now + left * 1_000
  const alike = Map.groupBy(coming, (one) => {
    const away = awayOf(one.key.serverId, servers)
    return JSON.stringify([
      one.ruleId,
      one.actions,
      away,
      one.takesAway,
      one.mayEndEarly,
      // Who may change what is on one of two servers can answer for that one.
      scope.access.may('control', one.key.serverId),
      away === null && Math.floor(when(one) / TOGETHER_MS),
    ])
  })
  return [...alike.values()].map((its): Waiting => {
    const [first] = its
    const {key, ruleId, ruleName, actions} = first!
    const away = awayOf(key.serverId, servers)
    const torrents = its.flatMap((it) => fleet.get(it.key) ?? [])
    return {
      ...nothingWaits,
      id: `${ruleId} ${keyText(key)}`,
      what: 'rule',
      at: away === null ? when(first!) : null,
      waits_for: away,
      actions: [...actions],
      count: its.length,
      names: torrents.slice(0, NAMES).map(({name}) => name),
      servers: [...new Set(its.map((it) => it.key.serverId))],
      info_hash: its.length === 1 ? key.hash : null,
      rule_id: ruleId,
      rule_name: ruleName,
      bytes: torrents.reduce<number | null>(
        (sum, {size}) => (sum === null || size === undefined ? null : sum + size),
        0,
      ),
      torrents: its.map(({key: of}) => ({server_id: of.serverId, info_hash: of.hash})),
      answers: answersTo(its, scope),
    }
  })
}

/**
 * For who may control all of it. What takes a torrent away is done early as a removal of the person: its dialog shows
 * what else needs the files. There is none for what an Arr does first (a failed download is given up in the queue of its
 * Arr), for what is set aside (that is a wait itself), and for a copy to another server. A rule that asks first does
 * nothing when its time is over, so only its question can be put off.
 */
function answersTo(its: readonly ComingAction[], {access}: Scope): Waiting['answers'] {
  if (!its.every(({key}) => access.may('control', key.serverId))) return []
  const {actions: names, takesAway, mayEndEarly, mode} = its[0]!
  // What happens later than in a day is put off by none.
  const wait = its.every(({left}) => left * 1_000 < DAY_MS) ? (['wait'] as const) : []
  if (mode === 'ask') return [...wait]
  if (takesAway) return [...wait, ...(names.every((it) => ownRemovals.has(it)) ? (['remove'] as const) : [])]
  const isPermitted = names.flatMap((it) => actionNeeds[it]).every((it) => access.permits(it))
  return [...wait, ...(mayEndEarly && isPermitted ? (['do_now'] as const) : [])]
}

/** What the dialog for deleting can do, and nothing beside it. */
const ownRemovals: ReadonlySet<ActionName> = new Set<ActionName>(['recycle', 'remove', 'removeWithData'])

/** What one person had one rule wait with, within the same ten minutes, is one. */
function waitsNext(waits: readonly RuleWait[], {fleet, access}: Scope): readonly Waiting[] {
  const alike = Map.groupBy(waits.slice(0, MOST), ({key, ruleId, by, why, until}) => {
    const mayEnd = access.may('control', key.serverId)
    return JSON.stringify([ruleId, by, why, mayEnd, Math.floor(until / TOGETHER_MS)])
  })
  return [...alike.values()].map((its): Waiting => {
    const [{id, key, ruleId, ruleName, actions, until, by, why}] = its as [RuleWait]
    const mayEnd = why === 'put_off' && its.every((it) => access.may('control', it.key.serverId))
    return {
      ...nothingWaits,
      id: `${id} ${keyText(key)}`,
      what: 'wait',
      at: until,
      actions: [...actions],
      count: its.length,
      names: its.slice(0, NAMES).flatMap((it) => fleet.get(it.key)?.name ?? []),
      servers: [...new Set(its.map((it) => it.key.serverId))],
      info_hash: its.length === 1 ? key.hash : null,
      rule_id: ruleId,
      rule_name: ruleName,
      by,
      undone: why === 'undone',
      ids: its.map((it) => it.id),
      answers: mayEnd ? ['go_on'] : [],
    }
  })
}

/** Nobody else's removals are there. */
function heldNext({actions}: Scope): readonly Waiting[] {
  return actions
    .list()
    .filter(({state}) => state === 'held')
    .map((action) => ({
      ...nothingWaits,
      id: action.id,
      what: 'held',
      at: action.heldUntil,
      actions: [action.verb],
      count: action.count,
      names: [],
      servers: action.servers.map(({serverId}) => serverId),
      answers: ['cancel'],
    }))
}

/** What goes on the same day is one; what is under way stands by itself. */
function trashNext(
  items: readonly TrashItem[],
  {access}: Principal,
  {servers, paths}: Scope,
): readonly Waiting[] {
  const kept = items.filter(
    ({state, isUnderWay, hasServerLeft}) => state === 'kept' && !isUnderWay && !hasServerLeft,
  )
  const days = Map.groupBy(kept, ({until}) => Math.floor(until / DAY_MS))
  const emptied = [...days.values()].map((its): Waiting => {
    const mayAll = its.every(({serverId}) => access.may('control', serverId))
    const first = its.toSorted((one, other) => one.until - other.until)[0]!
    return {
      ...nothingWaits,
      ...aboutAll(its),
      id: first.id,
      what: 'trash',
      at: first.until,
      actions: ['purge'],
      answers: mayAll && its.length <= MOST_IDS ? ['restore', 'purge'] : [],
    }
  })
  const moving = items
    .filter(({state}) => state === 'restoring' || state === 'purging')
    .map((item): Waiting => {
      const isRestoring = item.state === 'restoring'
      return {
        ...nothingWaits,
        ...aboutAll([item]),
        id: item.id,
        what: isRestoring ? 'restoring' : 'purging',
        waits_for: awayOf(item.serverId, servers),
        actions: [isRestoring ? 'restore' : 'purge'],
        info_hash: item.verb === ORPHAN ? null : item.hash,
        message: item.message && paths.text(item.serverId, item.message),
      }
    })
  return [...emptied, ...moving]
}

function aboutAll(
  items: readonly TrashItem[],
): Pick<Waiting, 'count' | 'names' | 'servers' | 'bytes' | 'ids'> {
  return {
    count: items.length,
    names: [...new Set(items.map(({name}) => name))].slice(0, NAMES),
    servers: [...new Set(items.map(({serverId}) => serverId))],
    bytes: items.reduce((sum, {bytes}) => sum + bytes, 0),
    ids: items.slice(0, MOST_IDS).map(({id}) => id),
  }
}

const next = {
  operationId: 'listNext',
  tags: ['program'],
  summary: 'What waits, until when, and what you can do about it',
  description:
    'Questions of rules, rules whose time runs for a torrent that you see (the next 200), rules that a person had wait, your removals that can still ' +
    'be taken back, actions of several steps that are under way (a failed download, a search that is owed, a copy, a ' +
    'removal into the trash), commands that were sent to a server that is away, and the trash with the day on which it ' +
    'is emptied.',
  response: ok(ActivityNextSchema),
}

/** @throws {CommodarrError} server_unknown, torrent_not_found, forbidden */
function controlled(asked: Asked) {
  const key = keyMeant(asked)
  const no = objectionTo(asked.scope.access, torrentVerbsNeed, key.serverId)
  if (no) throw no
  return {key, name: asked.scope.fleet.get(key)?.name ?? key.hash}
}

const RuleMeant = z.strictObject({rule_id: z.string().min(1).max(200).describe('Rule')})

const wait = {
  operationId: 'waitWithRule',
  tags: ['torrents'],
  summary: 'Have a rule leave a torrent alone for a day',
  description:
    'Also over a restart. Where the rule removes torrents, no other rule removes this one meanwhile. ' +
    'POST /api/journal/{id}/undo ends it early.',
  params: HashParams,
  querystring: ServerChoice,
  body: RuleMeant,
  response: ok(RuleWaitSchema),
}

const doNow = {
  operationId: 'doRuleNow',
  tags: ['torrents'],
  summary: 'Have a rule act on a torrent before its time is over',
  description:
    'It acts in its next pass, as if its time were over, and as its protections allow. Not where it removes the torrent ' +
    'or brings it to another server: remove it yourself, where you see what else needs its files. Nor where it asks first.',
  params: HashParams,
  querystring: ServerChoice,
  body: RuleMeant,
  response: ok(RuleDoneSchema),
}
