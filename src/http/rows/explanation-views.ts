/**
 * An explanation as it travels. A rule may name servers that who asks does not see, and who may only look is told no
 * address whole and none of the words that a rule would write.
 */
import type {z} from 'zod'
import {shownMessage} from '#executor/shown.ts'
import type {
  ConditionTrace,
  Explanation,
  HoldProgress,
  LeafTrace,
  RuleExplanation,
  WantedAction,
} from '#model/decision.ts'
import {mediaIdIn, mediaKindIn} from '#model/arr.ts'
import {countedTogether} from '#model/automation-state.ts'
import {
  factOf,
  obligationAnswers,
  obligationReasons,
  type Fact,
  type FactName,
  type FactValue,
} from '#model/fact.ts'
import {ratioOf} from '#model/torrent.ts'
import {asServerId, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {privateDefault} from '#rules/obligation.ts'
import {numberOf, textOf, valueOf} from '#rules/removal-forecast.ts'
import {serverWords} from '#rules/sentences.ts'
import {verdictOf} from '#rules/torrent-verdict.ts'
import {toWire} from '../answers/codec.ts'
import type {ExplanationSchema, WireLeaf, WireTrace} from '../schemas/explanation.ts'
import type {Scope} from '../scope/scope.ts'
import {wireVerdict} from './verdict-views.ts'

type WireExplanation = z.output<typeof ExplanationSchema>
type WireRule = WireExplanation['rules'][number]

/** How somebody may read what was judged of a server's torrents. */
export interface Reader {
  readonly sees: (serverId: string) => boolean
  readonly seesArr: (arrId: string) => boolean
  readonly controls: boolean
}

/** @param serverId `null` = of what no server holds; then who may answer for the whole house reads all of it */
export function readerOf({access, arrs}: Pick<Scope, 'access' | 'arrs'>, serverId: ServerId | null): Reader {
  return {
    seesArr: (id) => arrs.some((arr) => (arr.id as string) === id),
    sees: (id) => access.may('read', asServerId(id)),
    controls: serverId === null ? access.permits('admin') : access.may('control', serverId),
  }
}

/** @param removalWaits why its removal waits; `null` = none waits */
export function wireExplanation(
  explanation: Explanation,
  scope: Scope,
  key: TorrentKey,
  removalWaits: string | null = null,
): WireExplanation {
  const {serverId} = key
  const reader = readerOf(scope, serverId)
  const names = new Map(explanation.rules.map(({ruleId, name}) => [ruleId, name]))
  const hidden = hiddenWords(explanation, reader)
  const say = (text: string) => scope.paths.text(serverId, wordsFor(reader, without(text, hidden)))
  const server = scope.servers.get(serverId)
  const seen = seenBy(explanation, reader)
  const verdict = verdictOf(seen, {
    server: server && {name: server.name, status: server.health.status, since: server.health.since},
    arrName: (id) => scope.arrs.find((arr) => (arr.id as string) === id)?.name ?? null,
    removalWaits,
  })
  return {
    at: explanation.at,
    verdict: wireVerdict(verdict, explanation.at, say),
    media: mediaIn(seen, scope, key),
    moved: movedIn(explanation, scope, key),
    obligation: obligationIn(seen),
    rules: explanation.rules.map((rule) => wireRule(rule, explanation.at, {reader, names, say})),
  }
}

/** Added up as its tracker does. */
function movedIn({countedBefore}: Explanation, {fleet}: Scope, key: TorrentKey): WireExplanation['moved'] {
  const torrent = fleet.get(key)
  if (!countedBefore || !torrent) return null
  const before = countedTogether(countedBefore)
  const {uploaded, downloaded, completed} = torrent
  if (uploaded === undefined || downloaded === undefined) return {...before, ratio: null, ratio_before: null}
  const of = (up: Bytes) => ratioOf(up, downloaded + before.downloaded, completed) ?? null
  return {...before, ratio: of(uploaded + before.uploaded), ratio_before: of(before.uploaded)}
}

/** For which items of an Arr it is, as far as they are known and may be seen. */
function mediaIn({facts}: Explanation, {arrs, fleet}: Scope, key: TorrentKey): WireExplanation['media'] {
  const arrId = textOf(facts, 'arr.id')
  const arr = arrs.find(({id}) => (id as string) === arrId)
  const media = valueOf(facts, 'arr.mediaIds')
  if (!arr || !Array.isArray(media)) return null
  const items = (media as readonly string[]).flatMap((it) => mediaIdIn(it) ?? [])
  const title = fleet.get(key)?.arrItem ?? null
  const kind = mediaKindIn((media as readonly string[])[0] ?? '')
  return items.length === 0 || kind === null ? null : {arr_id: arr.id, arr_name: arr.name, title, kind, items}
}

/** By the words of its facts, as rules judged it. */
function obligationIn({facts}: Explanation): WireExplanation['obligation'] {
  const met = obligationAnswers.find((it) => it === valueOf(facts, 'obligation.met'))
  const reason = obligationReasons.find((it) => it === valueOf(facts, 'obligation.reason'))
  if (met === undefined || reason === undefined) return null
  const needed = numberOf(facts, 'obligation.timeNeeded')
  const left = numberOf(facts, 'obligation.timeLeft')
  return {
    met,
    reason,
    is_default: textOf(facts, 'obligation.profile') === privateDefault.profile,
    ratio: numberOf(facts, 'ratio'),
    ratio_needed: numberOf(facts, 'obligation.ratioNeeded'),
    seeded: needed === null || left === null ? null : needed - left,
    time_needed: needed,
    time_left: left,
  }
}

/** Without what hangs on an Arr that who asks may not see, and without the names of other servers. */
function seenBy(explanation: Explanation, reader: Reader): Explanation {
  const isHidden = (fact: Fact) => fact.source !== NO_ARR && !reader.seesArr(fact.source)
  const facts = Object.fromEntries(
    Object.entries(explanation.facts).map(([name, fact]) => [
      name,
      name.startsWith('arr.') && isHidden(fact) ? {unknown: 'notAllowed', since: null, source: NO_ARR} : fact,
    ]),
  )
  const rules = explanation.rules.map((rule): RuleExplanation => {
    const evidence = seenTrace(rule.evidence, reader)
    if (!hidesArr(rule.evidence, reader)) return {...rule, evidence}
    const blockedBy = rule.blockedBy && {...rule.blockedBy, message: arrHidden}
    return {...rule, evidence, reason: 'conditionTrue', blockedBy}
  })
  return {...explanation, facts, rules}
}

function seenTrace(trace: ConditionTrace, reader: Reader): ConditionTrace {
  if ('branch' in trace) return {...trace, parts: trace.parts.map((part) => seenTrace(part, reader))}
  const {actual} = trace
  if (!('unknown' in actual) || !actual.server || reader.sees(actual.server.id)) return trace
  const {unknown, since, source} = actual
  return {...trace, actual: {unknown, since, source}}
}

function wireRule(
  rule: RuleExplanation,
  at: EpochMs,
  {
    reader,
    names,
    say,
  }: {
    readonly reader: Reader
    readonly names: ReadonlyMap<string, string>
    readonly say: (text: string) => string
  },
): WireRule {
  const {ruleId, ruleRevision, name, mode, concern, outcome, scope, keptBackBy} = rule
  const hides = hidesArr(rule.evidence, reader)
  return {
    rule_id: ruleId,
    rule_revision: ruleRevision,
    name,
    mode,
    concern,
    outcome,
    scope: scope.map(({part, verdict}) => ({part, verdict})),
    evidence: wireTrace(rule.evidence, reader),
    hold: rule.hold && wireHold(rule.hold),
    acts_in: actsIn(rule, at),
    kept_back_by: keptBackBy && {id: keptBackBy, name: names.get(keptBackBy) ?? keptBackBy},
    actions: rule.actions.map((action) => wireAction(action, reader)),
    needs: hides ? [] : rule.needs.map(say),
    sentence: hides ? arrHidden : say(rule.sentence),
  }
}

export function wireTrace(trace: ConditionTrace, reader: Reader): WireTrace {
  if (!('branch' in trace)) return wireLeaf(trace, reader)
  const {verdict, branch, parts} = trace
  return {verdict, branch, parts: parts.map((part) => wireTrace(part, reader))}
}

function wireLeaf(leaf: LeafTrace, reader: Reader): WireLeaf {
  const {verdict, fact, op, window} = leaf
  const actual: Fact = isOfHiddenArr(leaf, reader)
    ? {unknown: 'notAllowed', since: null, source: NO_ARR}
    : leaf.actual
  const threshold = leaf.threshold === undefined ? undefined : seenOnly(fact, leaf.threshold, reader)
  const {says, unit} = factOf(fact)
  return {
    verdict,
    fact,
    says,
    unit,
    op,
    window,
    ...(threshold !== undefined && {threshold: valueFor(reader, threshold) as WireLeaf['threshold']}),
    actual: wireFact(fact, actual, reader),
  }
}

function wireFact(name: FactName, fact: Fact, reader: Reader): WireLeaf['actual'] {
  if ('unknown' in fact) return {unknown: fact.unknown, since: fact.since, source: fact.source}
  const {observedAt, source} = fact
  const value = valueFor(reader, seenOnly(name, fact.value, reader)) as FactValue
  return {value: typeof value === 'object' && value ? [...value] : value, observed_at: observedAt, source}
}

export function wireHold(hold: HoldProgress): NonNullable<WireRule['hold']> {
  const done = hold.kind === 'for' ? hold.held : hold.strikes
  return {kind: hold.kind, done, needed: hold.needed, left: hold.left}
}

/** Seconds; `null` = nothing is due, whatever time passes. */
function actsIn({outcome, hold, waits}: RuleExplanation, at: EpochMs): number | null {
  const left = outcome === 'due' ? 0 : outcome === 'held' ? (hold?.left ?? null) : null
  return left === null || !waits ? left : Math.max(left, Math.ceil((waits.until - at) / 1_000))
}

export function wireAction(
  {action, class: its, losesBytes, params}: WantedAction,
  {sees, controls}: Reader,
): WireRule['actions'][number] {
  const {server, ...others} = params
  const isSeen = typeof server === 'string' && sees(server)
  const shown = controls ? toWire({...others, ...(isSeen && {server})}) : {}
  return {action, class: its, loses_bytes: losesBytes, params: shown}
}

/* ───────────────────────────── what is not his ───────────────────────────── */

/** Figures that JSON cannot carry are none. */
function valueFor(reader: Reader, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => valueFor(reader, one))
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return typeof value === 'string' ? wordsFor(reader, value) : value
}

function wordsFor({controls}: Reader, text: string): string {
  return controls ? text : shownMessage(text)
}

/** As the facts themselves call it. */
const NO_ARR = 'Arr'
const arrHidden = 'It hangs on an Arr that you may not see.'

/** Of a torrent that no Arr has anything to do with nothing is hidden. */
function isOfHiddenArr({fact, actual}: LeafTrace, {seesArr}: Reader): boolean {
  return fact.startsWith('arr.') && actual.source !== NO_ARR && !seesArr(actual.source)
}

function hidesArr(trace: ConditionTrace, reader: Reader): boolean {
  return 'branch' in trace ? trace.parts.some((part) => hidesArr(part, reader)) : isOfHiddenArr(trace, reader)
}

/** What a fact and what it is compared with say of servers: nothing of those that he does not see. */
function seenOnly(fact: FactName, value: unknown, reader: Reader): unknown {
  const serverOf = serverNamedBy[fact]
  if (serverOf === undefined) return value
  const isSeen = (one: unknown) => typeof one === 'string' && reader.sees(serverOf(one))
  if (Array.isArray(value)) return value.filter(isSeen)
  return typeof value !== 'string' || isSeen(value) ? value : null
}

/** Facts whose values name servers. */
const serverNamedBy: {readonly [F in FactName]?: (value: string) => string} = {
  'server.id': (id) => id,
  // Keys of torrents: a hash holds no slash.
  'content.owners': (key) => key.slice(0, key.lastIndexOf('/')),
}

/** Words of the rules that name what is not his to see. */
function hiddenWords({rules}: Explanation, {sees}: Reader): readonly string[] {
  const named = rules.flatMap(({evidence}) => naming(evidence))
  const hidden = named.filter(({serverId}) => !sees(serverId)).map(({word}) => word)
  // The longer first: a key holds its server.
  return [...new Set(hidden)].toSorted((one, other) => other.length - one.length)
}

function naming(trace: ConditionTrace): readonly {readonly word: string; readonly serverId: string}[] {
  if ('branch' in trace) return trace.parts.flatMap(naming)
  const away = 'unknown' in trace.actual ? trace.actual.server : undefined
  const named = away ? [{word: serverWords(away), serverId: away.id as string}] : []
  const serverOf = serverNamedBy[trace.fact]
  if (serverOf === undefined) return named
  const actual = 'unknown' in trace.actual ? [] : trace.actual.value
  const words = [trace.threshold, actual].flat().filter((it) => typeof it === 'string')
  return [...named, ...words.map((word) => ({word, serverId: serverOf(word)}))]
}

function without(text: string, hidden: readonly string[]): string {
  return hidden.reduce((left, word) => left.replaceAll(word, '…'), text)
}
