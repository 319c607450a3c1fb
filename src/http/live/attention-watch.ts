/** What a page is told of what waits for somebody: all of it, when it is another than was told last. */
import type {OpenAlert} from '#automation/alerts/active-alerts.ts'
import type {Principal} from '#model/access.ts'
import type {AskedDecision} from '#model/decision.ts'
import type {AttentionNews} from '#model/live.ts'
import {arrAsked, arrsOfRule} from '../rows/rule-views.ts'
import type {Scope} from '../scope/scope.ts'
import {LastSent} from './last-sent.ts'
import type {AttentionSources} from './parts.ts'

const MINUTE_MS = 60_000

export class AttentionWatch {
  readonly #told = new LastSent()

  /** `null` = it is as it was told. */
  take(by: Principal, scope: Scope, sources: AttentionSources): AttentionNews | null {
    const news = {
      type: 'attention',
      clock: doubted(sources),
      alerts: holdingBack(by, scope, sources),
      processes: givenUp(by, sources),
      rules: suspended(by, scope, sources),
      approvals: asked(by, scope, sources),
      notices: notified(by, scope, sources),
    } as const
    return this.#told.fresh('attention', news) ?? null
  }
}

/** In whole minutes: the two clocks go a little apart, and that is no news. */
function doubted({clock}: AttentionSources): AttentionNews['clock'] {
  const leapMs = clock.leapMs?.() ?? null
  return leapMs === null ? null : {ahead_ms: Math.round(leapMs / MINUTE_MS) * MINUTE_MS}
}

/** As in the journal: on servers in sight; what is about Arrs, disks and the whole house is for who administers it. */
function holdingBack(
  {access}: Principal,
  {paths}: Scope,
  {alerts}: AttentionSources,
): AttentionNews['alerts'] {
  const seesAll = access.permits('admin') && access.everywhere
  const seen = alerts
    .list()
    .filter(({serverId}) => seesAll || (serverId !== null && access.may('read', serverId)))
  // A disk that is gone has a line for each of its servers: here it is told once, with those that he sees.
  const causes = Map.groupBy(seen, ({id, code, args}) =>
    code === 'disk_missing' && 'disk' in args ? String(args.disk) : id,
  )
  return Array.from(causes.values(), (lines) => {
    const [{id, at, code, message, serverId, subject, name, args}, ...others] = lines as [OpenAlert]
    const words = paths.message(serverId, message, code)
    const servers = lines.flatMap((it) => ('server' in it.args ? [String(it.args.server)] : []))
    return {
      id,
      since: at,
      code,
      message: others.length === 0 ? words : `${words} It concerns ${servers.join(', ')}.`,
      server_id: others.length === 0 ? serverId : null,
      // What else it is about is named in its words.
      name: subject === 'arr' ? name : null,
      arr_id: subject === 'arr' && 'id' in args ? String(args.id) : null,
    }
  })
}

/** Threads are no business of others: see `routes/processes.ts`. */
function givenUp({access}: Principal, {processes}: AttentionSources): AttentionNews['processes'] {
  if (!access.permits('admin')) return []
  return processes
    .list()
    .filter(({state}) => state === 'given_up')
    .map(({id, kind, name, lastEnd, since}) => ({
      id,
      kind,
      name,
      why: lastEnd?.message ?? '',
      since: lastEnd?.at ?? since,
    }))
}

function suspended(by: Principal, scope: Scope, {rules}: AttentionSources): AttentionNews['rules'] {
  return rules.seenBy(by).flatMap(({id, name, suspension, rule}) => {
    if (suspension === null) return []
    return [{id, name, reason: suspension.reason, arrs: arrsOfRule(rule, scope), since: suspension.at}]
  })
}

/** What a rule notifies of is for who sees the rule and the torrent; a server at a private address for administrators. */
function notified(
  by: Principal,
  {paths}: Scope,
  {notices, rules}: AttentionSources,
): AttentionNews['notices'] {
  const all = notices.list()
  if (all.length === 0) return []
  const {access} = by
  const seesAll = access.permits('admin') && access.everywhere
  const known = new Set(rules.seenBy(by).map(({id}) => id))
  return all
    .filter(({ruleId, serverId}) =>
      ruleId === null
        ? seesAll
        : known.has(ruleId) && (seesAll || (serverId !== null && access.may('read', serverId))),
    )
    .map(({id, at, code, name, message, serverId}) => ({
      id,
      at,
      code,
      name,
      message: paths.message(serverId, message, code),
      server_id: serverId,
    }))
}

function asked(
  by: Principal,
  scope: Scope,
  {approvals, rules, ruleName}: AttentionSources,
): AttentionNews['approvals'] {
  const waiting = approvals.waiting(by)
  if (waiting.length === 0) return []
  const known = new Map(rules.seenBy(by).map(({id, rule}) => [id, rule]))
  const arrOf = ({decision}: AskedDecision) => arrAsked(decision, known.get(decision.ruleId) ?? null, scope)
  const groups = Map.groupBy(
    waiting.map((one) => ({ruleId: one.decision.ruleId, arrId: arrOf(one), at: one.decision.at})),
    ({ruleId, arrId}) => `${ruleId} ${arrId ?? ''}`,
  )
  return Array.from(groups.values(), (some) => {
    const {ruleId, arrId} = some[0]!
    const since = Math.min(...some.map(({at}) => at))
    return {rule_id: ruleId, rule_name: ruleName(ruleId), arr_id: arrId, count: some.length, since}
  })
}
