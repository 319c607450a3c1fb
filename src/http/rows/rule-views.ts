/** Between a rule as it travels and as the room of rules knows it. */
import type {z} from 'zod'
import {verbsOf} from '#automation/actions/action-commands.ts'
import {shownMessage} from '#executor/shown.ts'
import type {Principal, UserId} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {ConditionTrace, Decision, PreviewCount, RuleFunnel, SubjectName} from '#model/decision.ts'
import {BadArgument} from '#model/errors.ts'
import {factOf} from '#model/fact.ts'
import {orphanIn} from '#model/orphans.ts'
import type {Rule} from '#model/rule.ts'
import {wantedIn} from '#model/searching.ts'
import {asInfoHash, asServerId, keyIn, type TorrentKey} from '#model/torrent-key.ts'
import type {RuleDraft} from '#registry/rules/draft.ts'
import type {PreviewReport} from '#registry/rules/previews.ts'
import type {RuleVersion, ShownRule} from '#registry/rules/service.ts'
import type {OverlapReport} from '#rules/overlaps.ts'
import {documentOf, writeRule} from '#rules/write.ts'
import type {
  RuleDefinitionSchema,
  RuleOverlapsSchema,
  RulePreviewSchema,
  RuleSchema,
  RuleVersionsSchema,
} from '../schemas/rules.ts'
import type {Scope} from '../scope/scope.ts'
import {isOnline} from './server-views.ts'

type WireRule = z.output<typeof RuleSchema>
type WirePreview = z.output<typeof RulePreviewSchema>
type UserName = (id: UserId) => string | null

export function wireRule(
  shown: ShownRule,
  userName: UserName,
  scope: Pick<Scope, 'arrs' | 'servers'>,
): WireRule {
  const {id, revision, name, origin, owner, may, mode, rule, obstacle, gone, order} = shown
  return {
    id,
    revision,
    name,
    origin,
    may,
    mode,
    obstacle,
    gone: [...gone],
    order,
    owner: owner === 'file' || owner === null ? null : {id: owner, name: userName(owner) ?? ''},
    configured_mode: shown.configuredMode,
    mode_then: shown.modeThen,
    trial_until: shown.trialUntil,
    suspended: shown.suspension && wireSuspension(shown.suspension),
    cannot: rule === null ? [] : [...cannotBe(rule, scope)],
    subject: rule?.subject ?? null,
    concern: rule?.concern ?? null,
    reason: rule?.reason ?? null,
    actions: rule?.do.map(({action}) => action) ?? [],
    arrs: [...arrsOfRule(rule, scope)],
    created_at: shown.createdAt,
    revised_at: shown.revisedAt,
    changed_at: shown.changedAt,
  }
}

/** What a kind or version of server lacks is refused for each of its torrents: it is said once, where the rule is shown. */
function* cannotBe(
  {subject, scope: {servers: named}, do: actions}: Rule,
  {servers}: Pick<Scope, 'servers'>,
): Generator<WireRule['cannot'][number]> {
  if (subject !== 'torrent') return
  for (const {id, name, features} of servers.list()) {
    if (named.length > 0 && !named.includes(id)) continue
    for (const one of actions) {
      const lacked = verbsOf(one).map((verb) => features?.[verb])
      const missing = lacked.find((feature) => feature?.support === 'none')
      if (missing?.support !== 'none') continue
      yield {server_id: id, server_name: name, action: one.action, reason: missing.reason}
    }
  }
}

export function wireDefinition(
  shown: ShownRule,
  userName: UserName,
  scope: Pick<Scope, 'arrs' | 'servers'>,
): z.output<typeof RuleDefinitionSchema> {
  const {rule} = shown
  return {
    ...wireRule(shown, userName, scope),
    rule: wireDocument(shown),
    yaml: rule && sayingOf(shown)(writeRule(rule)),
  }
}

/** A rule that would follow from other settings, and that nobody can change but by them. */
export function wireFollowing({rule, isNew}: {readonly rule: Rule; readonly isNew: boolean}) {
  const said = sayingOf({origin: 'preset'})
  const {id, name, mode} = rule
  return {
    id,
    name,
    mode,
    is_new: isNew,
    actions: rule.do.map(({action}) => action),
    yaml: said(writeRule(rule)),
  }
}

export function wireVersions(
  versions: readonly RuleVersion[],
  now: number,
  userName: UserName,
): z.output<typeof RuleVersionsSchema> {
  return {
    versions: versions.map(({revision, name, at, by, rule}) => ({
      revision,
      name,
      changed_at: at,
      changed_by: by && {id: by, name: userName(by) ?? ''},
      is_current: revision === now,
      yaml: rule && writeRule(rule),
    })),
  }
}

/** `null` = it cannot be read. */
export function wireDocument(shown: Pick<ShownRule, 'rule' | 'origin'>): Record<string, unknown> | null {
  return shown.rule && {...(saidBy(documentOf(shown.rule), sayingOf(shown)) as object)}
}

/** What a preset says comes from the configuration, where addresses of trackers stand whole. */
function sayingOf({origin}: Pick<ShownRule, 'origin'>): (text: string) => string {
  return origin === 'preset' ? shownMessage : (text) => text
}

/** @throws {CommodarrError} bad_argument */
export function draftFrom({yaml, rule}: {yaml?: string | undefined; rule?: object | undefined}): RuleDraft {
  if (yaml !== undefined) return {yaml}
  if (rule !== undefined) return {rule}
  throw new BadArgument('A rule is given as yaml or as rule.', {field: 'yaml'})
}

export function wirePreview(preview: PreviewReport, {fleet, servers}: Scope): WirePreview {
  const named = (groups: ReadonlyMap<string, PreviewCount>) =>
    Array.from(groups, ([name, tally]) => ({name, ...tally})).toSorted(
      (one, other) => other.count - one.count,
    )
  return {
    subject: preview.subject,
    looked: preview.looked,
    matched: preview.matched,
    funnel: wireFunnel(preview.funnel, fleet),
    held: preview.held,
    already: {...preview.already, actions: [...preview.alreadyBy]},
    unselected: preview.unselected,
    inapplicable: preview.inapplicable,
    blocked: preview.blocked,
    unknown: preview.unknown,
    would_act: preview.wouldAct,
    left: Array.from(preview.left, ([why, count]) => ({why, count})),
    unknown_facts: Array.from(preview.unknownFacts, ([fact, count]) => ({fact, count})),
    unknown_away: Array.from(preview.unknownOn, ([id, count]) => ({server: servers.get(id), count})).flatMap(
      ({server, count}) =>
        // One that is switched off does not come back by waiting.
        server === null || isOnline(server) || server.health.status === 'paused'
          ? []
          : [{server_id: server.id, server_name: server.name, count}],
    ),
    guards: named(preview.guards),
    trackers: named(preview.trackers),
    categories: named(preview.categories),
    folders: named(preview.folders),
    servers: named(preview.servers).map(({name: id, ...tally}) => ({
      server_id: id,
      server_name: servers.get(asServerId(id))?.name ?? id,
      ...tally,
    })),
    lately: preview.lately && {
      day: preview.lately.day,
      week: preview.lately.week,
      actions: Array.from(preview.lately.actions, ([name, tally]) => ({name, ...tally})),
    },
    rows: preview.decisions.flatMap(({subject, actions, evidence}) => {
      const shown = subjectShown(subject, preview.bytesOf.get(subject.key) ?? null, fleet)
      const because = figuresIn(evidence).slice(0, MOST_FIGURES)
      return shown === null ? [] : [{...shown, actions: actions.map(({action}) => action), because}]
    }),
    spared: preview.spared.flatMap(({why, guard, subject, bytes, left}) => {
      const shown = subjectShown(subject, bytes, fleet)
      return shown === null ? [] : [{why, guard, left, ...shown}]
    }),
    shown: preview.shown,
    recorded: preview.recorded && {
      count: preview.recorded.count,
      again: preview.recorded.again,
      unknown: preview.recorded.unknown,
      unwatched: preview.recorded.unwatched,
      is_cut: preview.recorded.isCut,
    },
  }
}

export function wireOverlaps({looked, overlaps}: OverlapReport): z.output<typeof RuleOverlapsSchema> {
  return {
    looked,
    overlaps: overlaps.map(({ruleId, otherId, count, first}) => ({
      rule_id: ruleId,
      other_id: otherId,
      count,
      first: torrentsIn(first),
    })),
  }
}

const MOST_FIGURES = 3

/** What speaks for it, in figures: those of conditions that are met. */
function figuresIn(trace: ConditionTrace): WirePreview['rows'][number]['because'] {
  if (trace.verdict !== 'yes') return []
  if ('branch' in trace) return trace.branch === 'not' ? [] : trace.parts.flatMap(figuresIn)
  const {fact, window, actual} = trace
  if (!('value' in actual) || typeof actual.value !== 'number') return []
  const {says, unit} = factOf(fact)
  return [{fact, says, unit, window, value: actual.value}]
}

function wireFunnel(
  {inScope, scopeFirst, parts, almost, nearest}: RuleFunnel,
  fleet: Scope['fleet'],
): WirePreview['funnel'] {
  return {
    in_scope: inScope,
    scope_first: torrentsIn(scopeFirst),
    almost,
    parts: parts.map(({asked, count, first}) => {
      const {says = null, unit = null} = asked ? factOf(asked.fact) : {}
      return {
        fact: asked?.fact ?? null,
        says,
        unit,
        op: asked?.op ?? null,
        threshold: (asked?.threshold ?? null) as WirePreview['funnel']['parts'][number]['threshold'],
        window: asked?.window ?? null,
        count,
        first: torrentsIn(first),
      }
    }),
    nearest: nearest.flatMap(({subject, fact, isTooMuch, lacks}) => {
      const shown = subjectShown(subject, null, fleet)
      const {says, unit} = factOf(fact)
      return shown === null ? [] : [{...shown, fact, says, unit, too_much: isTooMuch, lacks}]
    }),
  }
}

/** Of paths, and of what is wanted, there are none. */
function torrentsIn(subjects: readonly SubjectName[]): WirePreview['funnel']['scope_first'] {
  return subjects.flatMap(({kind, key, serverId}) => {
    const hash = kind === 'path' || kind === 'wanted' ? null : asInfoHash(key.slice(key.lastIndexOf('/') + 1))
    return hash === null || serverId === null ? [] : [{server_id: serverId, info_hash: hash}]
  })
}

/** @param bytes of a path; a torrent has what its server says. @returns `null` = it names nothing that can be shown */
function subjectShown(
  {kind, key, serverId}: SubjectName,
  bytes: number | null,
  fleet: Scope['fleet'],
): Omit<WirePreview['rows'][number], 'actions' | 'because'> | null {
  if (kind === 'path') {
    const {path: name} = orphanIn(key)
    return {server_id: null, info_hash: null, name, size: bytes}
  }
  if (kind === 'wanted') return {server_id: null, info_hash: null, name: wantedIn(key).title, size: null}
  const hash = asInfoHash(key.slice(key.lastIndexOf('/') + 1))
  if (hash === null || serverId === null) return null
  const torrent = fleet.get({serverId, hash})
  return {server_id: serverId, info_hash: hash, name: torrent?.name ?? '', size: torrent?.size ?? null}
}

/** Of a torrent that is in sight, of a file as it is written, of anything else its id; `null` = it is gone. */
export function nameOfSubject({kind, key}: SubjectName, {fleet}: Pick<Scope, 'fleet'>): string | null {
  if (kind === 'path') return orphanIn(key).path
  if (kind === 'wanted') return wantedIn(key).title
  if (kind !== 'torrent') return key
  const torrent = keyIn(key)
  return (torrent && fleet.get(torrent)?.name) ?? null
}

function wireSuspension({at, reason, detail}: RuleSuspension): NonNullable<WireRule['suspended']> {
  return {at, reason, detail: isRecord(detail) ? {...detail} : {}}
}

function saidBy(value: unknown, say: (text: string) => string): unknown {
  if (typeof value === 'string') return say(value)
  if (Array.isArray(value)) return value.map((one) => saidBy(one, say))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, saidBy(one, say)]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/* Which Arr a rule, or what it asks, is about; of Arrs that who looks does not see nothing is told. */

/** The rules that somebody sees, as far as it takes to say what they are about and whether they go on. */
export interface SeenRules {
  seenBy(
    by: Principal,
  ): readonly (Pick<ShownRule, 'id' | 'name' | 'suspension' | 'mode' | 'obstacle' | 'gone'> & {
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
