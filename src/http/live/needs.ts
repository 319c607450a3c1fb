/**
 * What does not resolve without a person, as far as who looks may see it: the one list that the bell, the overview and
 * the pages of Arrs show. What ends without a person is not in it.
 */
import type {OpenAlert} from '#automation/alerts/active-alerts.ts'
import type {RejectedImport} from '#automation/alerts/rejected-imports.ts'
import type {Access, Principal} from '#model/access.ts'
import type {QueueRow} from '#model/arr.ts'
import type {AskedDecision} from '#model/decision.ts'
import type {AttentionNews} from '#model/live.ts'
import {importAnswers, type ImportNeed, type Need} from '#model/needs.ts'
import {AWAY_MS, needsPerson} from '#model/server-trouble.ts'
import type {StorageState} from '#model/services.ts'
import {asInfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrAtWork} from '../parts.ts'
import {arrAsked, arrsOfRule, nameOfSubject} from '../rows/rule-views.ts'
import type {Scope} from '../scope/scope.ts'
import {storageReasonFor} from '../answers/storage-words.ts'
import {LastSent} from './last-sent.ts'
import type {AttentionSources} from './parts.ts'

interface Asked {
  readonly by: Principal
  readonly scope: Scope
  readonly sources: AttentionSources
  readonly now: EpochMs
}

/** Disks that end sooner are told. */
const SOON_MS = 14 * 86_400_000

/** @returns oldest first; the clock before all, as nothing ends until it is answered; what has no beginning last */
function needsOf(by: Principal, scope: Scope, sources: AttentionSources): readonly Need[] {
  const asked = {by, scope, sources, now: sources.clock.now()}
  const arrs = sources.arrs(by)
  const servers = serverNeeds(asked)
  const needs: readonly Need[] = [
    ...alertNeeds(asked, new Set(servers.map(({server_id: id}) => id))),
    ...processNeeds(asked),
    ...servers,
    ...arrs.flatMap((arr) => arrNeed(arr, asked)),
    ...arrs.flatMap((arr) => importNeeds(arr, asked)),
    ...ruleNeeds(asked),
    ...keepNeeds(asked),
    ...approvalNeeds(asked),
    ...noticeNeeds(asked),
  ]
  const dated = needs.toSorted((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity))
  return [...clockNeed(asked), ...dated, ...diskNeeds(asked)]
}

const about = {name: '', server_id: null, arr_ids: [], words: []} as const

function clockNeed({sources: {clock}}: Asked): readonly Need[] {
  if ((clock.leapMs?.() ?? null) === null) return []
  return [{...about, kind: 'clock', id: 'clock', since: null, answers: ['answer']}]
}

/** These are told with their server, as long as it is. */
const ofServer: ReadonlySet<string> = new Set(['another_server', 'address_forbidden'])

function alertNeeds(asked: Asked, servers: ReadonlySet<string | null>): readonly Need[] {
  const {by, scope, sources} = asked
  return alertsSeen(by, scope, sources)
    .filter(({heals, code, server_id: id}) => !heals && !(ofServer.has(code) && servers.has(id)))
    .map(({id, since, code, message, server_id: serverId, name, arr_id: arrId}) => ({
      kind: 'alert',
      id: `alert ${id}`,
      since,
      name: name ?? (serverId === null ? '' : nameOfServer(serverId, scope)),
      server_id: serverId,
      arr_ids: arrId === null ? [] : [arrId],
      words: [message],
      code,
      answers: [code === 'lost_settings' ? 'answer' : 'show'],
    }))
}

function nameOfServer(id: string, {servers}: Scope): string {
  return servers.list().find((it) => it.id === id)?.name ?? id
}

interface SeenAlert {
  readonly id: string
  readonly since: EpochMs
  readonly code: string
  readonly heals: boolean
  readonly message: string
  readonly server_id: string | null
  readonly name: string | null
  readonly arr_id: string | null
}

/** As in the journal: on servers in sight; what is about Arrs, disks and the whole program is for who administers it. */
function alertsSeen(
  {access}: Principal,
  {paths}: Scope,
  {alerts, storage}: Pick<AttentionSources, 'alerts' | 'storage'>,
): readonly SeenAlert[] {
  const seesAll = access.permits('admin') && access.everywhere
  const seen = alerts
    .list()
    .filter(({serverId}) => seesAll || (serverId !== null && access.may('read', serverId)))
  // A disk that is gone has a line for each of its servers: here it is told once, with those that he sees.
  const causes = Map.groupBy(seen, ({id, code, args}) =>
    code === 'disk_missing' && 'disk' in args ? String(args.disk) : id,
  )
  const seenOnce = Array.from(causes.values(), (lines) => {
    const [{id, at, code, heals, message, serverId, subject, name, args}, ...others] = lines as [OpenAlert]
    const words = paths.message(serverId, message, code)
    const servers = lines.flatMap((it) => ('server' in it.args ? [String(it.args.server)] : []))
    return {
      id,
      since: at,
      code,
      heals,
      message: others.length === 0 ? words : `${words} It concerns ${servers.join(', ')}.`,
      server_id: others.length === 0 ? serverId : null,
      // What else it is about is named in its words.
      name: subject === 'arr' ? name : null,
      arr_id: subject === 'arr' && 'id' in args ? String(args.id) : null,
    }
  })
  return [...storageAlert(storage(), access), ...seenOnce]
}

/** Another program lets it go, and a server of databases comes back; a disk is made room on by a person. */
const healing: ReadonlySet<string> = new Set(['storage_unavailable', 'storage_busy'])

function storageAlert(state: StorageState, access: Access): readonly SeenAlert[] {
  const message = storageReasonFor(state, access)
  if (message === null) return []
  const {code, since} = state
  const heals = code !== null && healing.has(code)
  const about = {server_id: null, name: null, arr_id: null} as const
  return [{id: 'storage', since, code: code ?? 'storage_unavailable', heals, message, ...about}]
}

/** Threads are no business of others: see `routes/processes.ts`. */
function processNeeds({by: {access}, sources: {processes, arrs}, by}: Asked): readonly Need[] {
  if (!access.permits('admin')) return []
  const names = new Map<string, string>(arrs(by).map(({card}) => [card.id, card.name]))
  return processes
    .list()
    .filter(({state}) => state === 'given_up')
    .map(({id, kind, name, lastEnd, since}) => ({
      ...about,
      kind: 'process',
      id: `process ${id}`,
      since: lastEnd?.at ?? since,
      // That of an Arr is called as the Arr is.
      name: (kind === 'arr' ? names.get(name) : undefined) ?? name,
      words: lastEnd === null || lastEnd.message === '' ? [] : [lastEnd.message],
      process_id: id,
      process_kind: kind,
      answers: ['show', 'restart'],
    }))
}

function serverNeeds({scope: {servers, access}, now}: Asked): readonly Need[] {
  return servers
    .list()
    .filter(({enabled, health}) => enabled && needsPerson(health, now))
    .map(({id, name, health}) => ({
      kind: 'server',
      id: `server ${id}`,
      since: health.since,
      name,
      server_id: id,
      arr_ids: [],
      words: health.detail === '' ? [] : [health.detail],
      answers: access.may('control', id) ? ['repair', 'show'] : ['show'],
    }))
}

/** What stands in its way and a refused key wait for a person at once; one that is away only when it stays so. */
function arrNeed({card, running}: ArrAtWork, {now}: Asked): readonly Need[] {
  const {id, name, enabled, obstacle} = card
  const {fault = null, faultSince = null, isKeyRefused = false} = running ?? {}
  const isAway = faultSince !== null && now - faultSince > AWAY_MS
  if (!enabled || (obstacle === null && !isKeyRefused && !isAway)) return []
  return [
    {
      kind: 'arr',
      id: `arr ${id}`,
      since: obstacle === null ? faultSince : null,
      name,
      server_id: null,
      arr_ids: [id],
      words: obstacle === null && fault !== null ? [fault] : [],
      answers: ['show'],
    },
  ]
}

function importNeeds({card, running}: ArrAtWork, asked: Asked): readonly ImportNeed[] {
  if (!card.enabled || running === null) return []
  const {imports, asOf} = asked.sources.imports.of(card.id)
  const mayAnswer = asked.scope.mayCommandArr(card.id)
  return imports.map((one) => {
    const {id, downloadId, rows, since} = one
    const [row] = rows
    const media = mediaOf(rows)
    const torrents = torrentsOf(one, asked)
    const isComplete = row.sizeLeft === 0 || torrents.some(({isWhole}) => isWhole)
    const fitting = (isComplete ? completed : importAnswers.toReversed()).filter((it) =>
      it === 'search' ? media.length > 0 : downloadId !== null,
    )
    return {
      kind: 'import',
      id: `import ${card.id} ${id}`,
      since,
      name: (downloadId === null ? null : running.titleOf(downloadId)) ?? row.title,
      server_id: null,
      arr_ids: [card.id],
      arr_name: card.name,
      words: wordsOf(rows),
      download_id: downloadId,
      release: row.title,
      media,
      size: row.size,
      torrents: torrents.map(({seen}) => seen),
      as_of: asOf,
      answers: mayAnswer ? fitting : [],
    }
  })
}

/** What has a file that could be imported. */
const completed = ['ignore', 'import', 'blocklist', 'search'] as const

/** Of one search. */
const MOST_ITEMS = 100

function mediaOf(rows: readonly QueueRow[]): ImportNeed['media'] {
  const all = rows.flatMap(({media}) => media).filter(({id}) => id > 0)
  const each = new Map(all.map((it) => [`${it.kind} ${it.id}`, it])).values()
  return Array.from(each, ({kind, id, parentId}) => ({kind, id, parent_id: parentId})).slice(0, MOST_ITEMS)
}

function torrentsOf({downloadId}: RejectedImport, {scope: {fleet, servers}}: Asked) {
  const hash = downloadId === null ? null : asInfoHash(downloadId)
  const keys: readonly TorrentKey[] = hash === null ? [] : fleet.holders(hash)
  return keys
    .map((key) => ({key, record: fleet.get(key)}))
    .toSorted((a, b) => Number(a.record?.stale ?? true) - Number(b.record?.stale ?? true))
    .map(({key, record}) => ({
      seen: {
        server_id: key.serverId,
        server_name: servers.get(key.serverId)?.name ?? key.serverId,
        info_hash: key.hash,
      },
      isWhole: record?.complete === true,
    }))
}

/** The Arr's own, each once. A message without lines of its own says it in its title. */
function wordsOf(rows: readonly QueueRow[]): readonly string[] {
  const messages = rows.flatMap((row) => row.messages)
  const lines = messages.flatMap((it) => (it.messages.length === 0 ? [it.title] : it.messages))
  return [...new Set([...lines, rows[0]?.errorMessage ?? ''].filter((it) => it !== ''))]
}

function ruleNeeds({by, scope, sources: {rules}}: Asked): readonly Need[] {
  const mayResume = by.access.permits('manage')
  return rules.seenBy(by).flatMap(({id, name, suspension, rule}) => {
    if (suspension === null) return []
    return [
      {
        kind: 'rule' as const,
        id: `rule ${id}`,
        since: suspension.at,
        name,
        server_id: null,
        arr_ids: arrsOfRule(rule, scope),
        words: [],
        rule_id: id,
        reason: suspension.reason,
        detail: {...(suspension.detail as object | null)},
        answers: mayResume ? (['show', 'resume'] as const) : (['show'] as const),
      },
    ]
  })
}

/** One that is off, or only simulates, keeps nothing. */
function keepNeeds({by, scope, sources: {rules}}: Asked): readonly Need[] {
  return rules.seenBy(by).flatMap(({id, name, rule, mode, obstacle, gone}) => {
    const isUnread = obstacle === 'unreadable_keeps'
    const isByGone = obstacle === null && gone.length > 0 && (mode === 'live' || mode === 'ask')
    if (!isUnread && !isByGone) return []
    return [
      {
        ...about,
        kind: 'keep_rule' as const,
        id: `keeps ${id}`,
        since: null,
        name,
        arr_ids: arrsOfRule(rule, scope),
        rule_id: id,
        reason: isUnread ? ('unreadable' as const) : ('gone' as const),
        gone: [...gone],
        answers: ['show'] as const,
      },
    ]
  })
}

function approvalNeeds({by, scope, sources: {approvals, rules, ruleName}}: Asked): readonly Need[] {
  const waiting = approvals.waiting(by)
  if (waiting.length === 0) return []
  const known = new Map(rules.seenBy(by).map(({id, rule}) => [id, rule]))
  const arrOf = ({decision}: AskedDecision) => arrAsked(decision, known.get(decision.ruleId) ?? null, scope)
  const groups = Map.groupBy(
    waiting.map((asked) => ({
      ruleId: asked.decision.ruleId,
      arrId: arrOf(asked),
      at: asked.decision.at,
      asked,
    })),
    ({ruleId, arrId}) => `${ruleId} ${arrId ?? ''}`,
  )
  return Array.from(groups.values(), (some) => {
    const [{ruleId, arrId, asked}] = some as [(typeof some)[number]]
    const isAlone = some.length === 1
    return {
      kind: 'approval',
      id: `asks ${ruleId} ${arrId}`,
      since: Math.min(...some.map(({at}) => at)),
      name: ruleName(ruleId) ?? '',
      server_id: null,
      arr_ids: arrId === null ? [] : [arrId],
      words: [],
      rule_id: ruleId,
      count: some.length,
      decision: isAlone ? waitingDecision(asked, scope) : null,
      answers: ['show', 'decline', 'approve'],
    }
  })
}

function waitingDecision({id, decision: {subject, actions}}: AskedDecision, scope: Scope) {
  return {id, actions: actions.map(({action}) => action), subject: nameOfSubject(subject, scope) ?? ''}
}

/** What a rule notifies of is for who sees the rule and the torrent; a server at a private address for administrators. */
function noticeNeeds({by, scope: {paths}, sources: {notices, rules}}: Asked): readonly Need[] {
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
      ...about,
      kind: 'notice',
      id: `notice ${id}`,
      since: at,
      name,
      words: [paths.message(serverId, message, code)],
      server_id: serverId,
      code,
      answers: ['show'],
    }))
}

function diskNeeds({scope: {servers}, sources: {disks}, now}: Asked): readonly Need[] {
  return servers
    .list()
    .flatMap(({id, name, enabled}) => {
      const forecast = enabled ? disks.of(id) : null
      if (forecast === null || forecast.fullAt - now >= SOON_MS) return []
      return [
        {
          ...about,
          kind: 'disk' as const,
          id: `disk ${id}`,
          since: null,
          name,
          server_id: id,
          full_at: Math.round(forecast.fullAt),
          per_day: Math.round(forecast.perDay),
          answers: ['show'] as const,
        },
      ]
    })
    .toSorted((a, b) => a.full_at - b.full_at)
}

/* What a page is told of what waits for somebody: all of it, when it is another than was told last. */

const MINUTE_MS = 60_000

export class AttentionWatch {
  readonly #sent = new LastSent()

  /** `null` = it is as it was told. */
  take(by: Principal, scope: Scope, sources: AttentionSources): AttentionNews | null {
    const news = {
      type: 'attention',
      clock: doubted(sources),
      alerts: alertsSeen(by, scope, sources).map(wireAlert),
      needs: needsOf(by, scope, sources),
    } as const
    return this.#sent.fresh('attention', news) ?? null
  }
}

/** That it heals decides whether it is among the needs, and no more. */
function wireAlert(seen: ReturnType<typeof alertsSeen>[number]): AttentionNews['alerts'][number] {
  const {heals: _, ...alert} = seen
  return alert
}

/** In whole minutes: the two clocks go a little apart, and that is no news. */
function doubted({clock}: AttentionSources): AttentionNews['clock'] {
  const leapMs = clock.leapMs?.() ?? null
  return leapMs === null ? null : {ahead_ms: Math.round(leapMs / MINUTE_MS) * MINUTE_MS}
}
