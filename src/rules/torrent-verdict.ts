/**
 * Why a torrent stays or goes: one sentence, what follows from it, and two to four reasons. Pure: it stands on what the
 * rules say of it and on a few facts, so that every situation can be tested as a line of a table.
 */
import type {LeafTrace, RuleStanding, Standing} from '#model/decision.ts'
import type {UnknownFact} from '#model/fact.ts'
import type {RuleId} from '#model/rule.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import type {VerdictKey} from '#model/verdict-texts.ts'
import type {MayBeRemoved, Phrase, PhraseValue, TorrentVerdict} from '#model/verdict.ts'
import {
  forecastOf,
  isStopped,
  numberOf,
  owedOf,
  removalOf,
  textOf,
  valueOf,
  type Forecast,
  type KnownFacts,
  type Owed,
} from './removal-forecast.ts'
import {arrValues, phrase, text, valueAs, type Candidate, type VerdictAround} from './verdict-phrases.ts'
import {reasonsFor} from './verdict-reasons.ts'

/** A verdict without what stands on it. */
type Said = Pick<TorrentVerdict, 'kind' | 'says' | 'follows'> & {
  readonly mayBeRemoved: MayBeRemoved
  readonly candidate: Candidate | null
  /** Of several rules the one that may remove it first; `null` = none has a time. */
  readonly first: RuleId | null
}

export function verdictOf(standing: Standing, around: VerdictAround): TorrentVerdict {
  const candidates = candidatesIn(standing)
  const said = sentenceFor(standing, around, candidates)
  const {candidate, first: _, ...rest} = said
  return {
    ...rest,
    reasons: reasonsFor(standing, around, {candidate, candidates, kind: said.kind}),
    next: nextOf(standing, candidate),
    ruleId: candidate?.rule.ruleId ?? null,
  }
}

/** The part of a verdict that a list shows of every torrent, and which rule may remove it first. */
export function removalVerdict(
  standing: Standing,
  around: VerdictAround,
): Pick<Said, 'mayBeRemoved' | 'first'> {
  const {mayBeRemoved, first} = sentenceFor(standing, around, candidatesIn(standing))
  return {mayBeRemoved, first}
}

/** What acts first, then what would come soonest. */
function candidatesIn({rules, facts, at}: Standing): readonly Candidate[] {
  return rules
    .flatMap((rule) => {
      const forecast = forecastOf(rule, facts, at)
      return forecast ? [{rule, forecast}] : []
    })
    .toSorted((one, other) => weightOf(one, facts) - weightOf(other, facts))
}

const order: readonly Forecast['kind'][] = [
  'due',
  'asks',
  'time',
  'owed',
  'suspended',
  'blocked',
  'owedUnknown',
  'turn',
  'hours',
  'costly',
  'lookingUp',
  'unknown',
  'amount',
  'stopped',
  'space',
  'keptBack',
  'dryRun',
]

function weightOf({rule, forecast}: Candidate, facts: KnownFacts): number {
  const isDated =
    forecast.kind === 'time' ||
    forecast.kind === 'waits' ||
    (forecast.kind === 'owed' && owedUntil(facts, forecast.left) !== null)
  const left = 'left' in forecast ? (forecast.left ?? 0) : 0
  // A dry run of a rule that acts is no answer while another one acts.
  const simulated = rule.mode === 'simulate' && forecast.kind !== 'dryRun' ? order.length : 0
  // What has seeded for long enough, as its rule says, is nearer than what has not.
  const notYet = rule.outcome === 'no' && !isDated ? 0.5 : 0
  const place = order.indexOf(isDated ? 'time' : forecast.kind)
  return (place + simulated + notYet) * 1e10 + Math.min(left, 1e9)
}

function sentenceFor(standing: Standing, around: VerdictAround, candidates: readonly Candidate[]): Said {
  const {facts, at} = standing
  const best = candidates[0] ?? null
  if (around.removalWaits !== null) {
    return said('goes', phrase('fate.waits', {why: text(around.removalWaits)}), {
      follows: 'fate.waits.then',
      mayBeRemoved: {kind: 'unplanned'},
    })
  }
  if (valueOf(facts, 'memory.protected') === true) {
    return said('forGood', phrase('fate.protected'), {follows: 'fate.protected.then'})
  }
  const away = serverSentence(standing, around)
  if (away) return away
  if (textOf(facts, 'arr.tracked') === 'importing') {
    return said('imports', phrase('fate.imports.now', arrValues(facts, around)), {
      follows: 'fate.imports.then',
      mayBeRemoved: {kind: 'unplanned'},
    })
  }
  const isImminent = best !== null && isComing(best)
  if (isImminent) return withEarliest(removalSentence(best, standing, around), candidates, standing, around)
  return (
    importSentence(facts, around, best) ??
    busySentence(facts, best) ??
    (best && withEarliest(removalSentence(best, standing, around), candidates, standing, around)) ??
    downloadSentence(facts, at) ??
    noneSentence(facts)
  )
}

/** The sentence is about one rule; another one may have its time before that, or the only one. */
function withEarliest(
  said: Said,
  candidates: readonly Candidate[],
  standing: Standing,
  around: VerdictAround,
): Said {
  const dated = candidates.flatMap((candidate) => {
    const {mayBeRemoved} = removalSentence(candidate, standing, around)
    return mayBeRemoved.kind === 'from' ? [{mayBeRemoved, first: candidate.rule.ruleId}] : []
  })
  const [earliest] = dated.toSorted((one, other) => one.mayBeRemoved.at - other.mayBeRemoved.at)
  return earliest ? {...said, ...earliest} : said
}

/** It is about to happen, or a person is asked. */
function isComing({forecast, rule}: Candidate): boolean {
  const {kind} = forecast
  return (
    kind === 'due' ||
    kind === 'asks' ||
    kind === 'waits' ||
    (kind === 'time' && forecast.leaf === null && rule.outcome === 'held')
  )
}

interface Rest {
  readonly follows?: VerdictKey | Phrase
  readonly mayBeRemoved?: MayBeRemoved
  readonly candidate?: Candidate
}

function said(kind: TorrentVerdict['kind'], says: Phrase, {follows, mayBeRemoved, candidate}: Rest): Said {
  return {
    kind,
    says,
    follows: typeof follows === 'string' ? {key: follows, values: says.values} : (follows ?? null),
    mayBeRemoved: mayBeRemoved ?? {kind: 'never'},
    candidate: candidate ?? null,
    first: null,
  }
}

/* ───────────────────────────── its server ───────────────────────────── */

function serverSentence({facts}: Standing, {server}: VerdictAround): Said | null {
  if (!server || server.status === 'unknown') return null
  const {name, status, since} = server
  const values = {server: text(name), since: valueAs('since', since)}
  const undecided = {mayBeRemoved: {kind: 'unknown'}} as const
  if (status !== 'online' && status !== 'degraded') {
    return said('undecided', phrase(`fate.server.${status}`, values), {
      ...undecided,
      follows: 'fate.server.then',
    })
  }
  const {state} = facts
  if (!state || !('unknown' in state)) return null
  if (state.unknown === 'frozen') {
    return said('undecided', phrase('fate.frozen', values), {...undecided, follows: 'fate.frozen.then'})
  }
  if (state.unknown !== 'stale') return null
  const unlisted = {...values, since: valueAs('since', state.since ?? since)}
  return said('undecided', phrase('fate.unlisted', unlisted), {...undecided, follows: 'fate.unlisted.then'})
}

/* ───────────────────────────── a rule that removes ───────────────────────────── */

function removalSentence(candidate: Candidate, standing: Standing, around: VerdictAround): Said {
  const {rule, forecast} = candidate
  const {at, rules} = standing
  const named = {rule: text(rule.name)}
  const unplanned = {candidate, mayBeRemoved: {kind: 'unplanned'}} as const
  const unknown = {candidate, mayBeRemoved: {kind: 'unknown'}, follows: 'fate.unknown.then'} as const
  switch (forecast.kind) {
    case 'due':
      return said('goes', phrase('fate.goes.now', {...named, because: because(rule)}), {
        candidate,
        follows: 'fate.goes.then',
        mayBeRemoved: {kind: 'from', at},
      })
    case 'asks':
      return said('asks', phrase('fate.asks.now', named), {...unplanned, follows: 'fate.asks.now.then'})
    case 'time':
      return timeSentence(candidate, forecast, at)
    case 'waits':
      return waitSentence(candidate, forecast)
    case 'amount':
      return said('stays', amountPhrase(forecast.leaf, named), {...unplanned, follows: thenOf(rule, 'it')})
    case 'stopped': {
      const {left, leaf} = forecast
      const values = {...named, more: valueAs('more', left), needed: valueAs('span', Number(leaf.threshold))}
      return said('stays', phrase('fate.rule.stopped', values), {...unplanned, follows: thenOf(rule, 'it')})
    }
    case 'space':
      return said('stays', phrase('fate.space', named), {...unplanned, follows: 'fate.goes.turn.then'})
    case 'owed':
      return owedSentence(candidate, forecast.left, standing)
    case 'owedUnknown':
      return said('stays', phrase('fate.tracker.unknown', named), {...unknown, follows: 'fate.unknown.then'})
    case 'suspended':
      return said('stays', phrase('fate.suspended', named), {...unplanned, follows: 'fate.suspended.then'})
    case 'blocked':
      return said('stays', phrase('fate.blocked', named), {
        ...unplanned,
        follows: phrase('fate.reason.guard.says', {message: text(forecast.message)}),
      })
    case 'turn':
      return said('stays', phrase('fate.goes.turn', named), {
        candidate,
        follows: 'fate.goes.turn.then',
        mayBeRemoved: {kind: 'from', at},
      })
    case 'hours':
      return said('stays', phrase('fate.hours', named), unplanned)
    case 'lookingUp':
      return said('undecided', phrase('fate.unknown.lookingUp', named), unknown)
    case 'costly':
      return said('undecided', phrase('fate.unknown.cost', named), unknown)
    case 'unknown':
      return said('undecided', unknownPhrase(forecast, named, around), unknown)
    case 'keptBack': {
      const other = rules.find(({ruleId}) => ruleId === rule.keptBackBy)?.name ?? rule.name
      return said('stays', phrase('fate.kept-back', {...named, other: text(other)}), unplanned)
    }
    case 'dryRun':
      return said('forGood', phrase('fate.dry-run', named), {candidate, follows: 'fate.dry-run.then'})
  }
}

function timeSentence(
  candidate: Candidate,
  {left, leaf}: Extract<Forecast, {readonly kind: 'time'}>,
  at: EpochMs,
): Said {
  const {rule} = candidate
  const then = at + left * 1000
  const named = {rule: text(rule.name), because: because(rule), when: valueAs('when', then)}
  if (rule.mode === 'ask') {
    return said('stays', phrase('fate.asks.at', named), {candidate, mayBeRemoved: {kind: 'unplanned'}})
  }
  const planned = {candidate, mayBeRemoved: {kind: 'from', at: then}} as const
  if (leaf === null)
    return said('goes', phrase('fate.goes.at', named), {...planned, follows: 'fate.goes.then'})
  const values = {
    ...named,
    until: valueAs('until', then),
    more: valueAs('more', left),
    needed: valueAs('span', Number(leaf.threshold)),
  }
  return said('stays', phrase(timeKeys[leaf.fact] ?? 'fate.rule.time', values), {
    ...planned,
    follows: thenOf(rule, 'it'),
  })
}

function waitSentence(candidate: Candidate, {wait}: Extract<Forecast, {readonly kind: 'waits'}>): Said {
  const {rule} = candidate
  const {until, by, why, ruleName} = wait
  const values = {rule: text(ruleName), until: valueAs('until', until), who: text(by)}
  const mayBeRemoved: MayBeRemoved = rule.mode === 'ask' ? {kind: 'unplanned'} : {kind: 'from', at: until}
  return said('stays', phrase(`fate.waits.${why}`, values), {
    candidate,
    mayBeRemoved,
    follows: 'fate.waits.over',
  })
}

const timeKeys: {readonly [fact: string]: VerdictKey} = {
  seedingTime: 'fate.rule.seeding',
  seedingObserved: 'fate.rule.seeding',
  age: 'fate.rule.age',
  sinceCompleted: 'fate.rule.sinceCompleted',
  sinceActivity: 'fate.rule.idle',
}

function amountPhrase(leaf: LeafTrace, named: Phrase['values']): Phrase {
  const seen = 'value' in leaf.actual ? Number(leaf.actual.value) : 0
  return phrase('fate.rule.ratio', {
    ...named,
    needed: valueAs('plain', Number(leaf.threshold)),
    ratio: valueAs('plain', seen),
  })
}

function owedSentence(candidate: Candidate, left: Seconds | null, {at, facts}: Standing): Said {
  const owed = owedOf(facts)
  const {rule} = candidate
  const timeLeft = owed?.timeLeft ?? left
  const isTimed = timeLeft !== null && timeLeft > 0
  const until = owedUntil(facts, left)
  const ratioNeeded = owed?.ratioNeeded ?? null
  const follows = thenOf(rule)
  const isDefault = owed?.isDefault === true
  const values = {
    rule: text(rule.name),
    tracker: text(owed?.by ?? '?'),
    ...(isTimed && {until: valueAs('until', at + timeLeft * 1000), more: valueAs('more', timeLeft)}),
    ...(ratioNeeded !== null && {
      needed: valueAs('plain', ratioNeeded),
      ratio: valueAs('plain', owed?.ratio ?? 0),
    }),
  }
  if (isTimed && isStopped(facts)) {
    const mayBeRemoved = {kind: 'unplanned'} as const
    return said('stays', phrase(isDefault ? 'fate.private.stopped' : 'fate.tracker.stopped', values), {
      candidate,
      follows,
      mayBeRemoved,
    })
  }
  if (until !== null) {
    const mayBeRemoved = {kind: 'from', at: at + until * 1000} as const
    return said('stays', phrase(isDefault ? 'fate.private.time' : 'fate.tracker.time', values), {
      candidate,
      follows,
      mayBeRemoved,
    })
  }
  const key = isTimed
    ? 'fate.tracker.both'
    : ratioNeeded !== null
      ? 'fate.tracker.ratio'
      : isDefault
        ? 'fate.private.unfinished'
        : 'fate.tracker.unfinished'
  return said('stays', phrase(key, values), {candidate, follows, mayBeRemoved: {kind: 'unplanned'}})
}

/** What its tracker requires is fulfilled in so many seconds; `null` = it takes more than time. */
function owedUntil(facts: KnownFacts, left: Seconds | null): Seconds | null {
  const owed = owedOf(facts)
  const timeLeft = owed?.timeLeft ?? left
  if (timeLeft === null || timeLeft <= 0 || isStopped(facts)) return null
  // Of what nobody set its time alone is enough: then it may go, whatever its ratio.
  return owed === null || owed.ratioNeeded === null || owed.isDefault ? timeLeft : null
}

/** @param as `it` where the verdict has named the rule already */
function thenOf(rule: RuleStanding, as: 'at' | 'it' = 'at'): Phrase {
  const action = removalOf(rule) as 'recycle' | 'remove' | 'removeWithData' | 'failDownload' | 'quarantine'
  return phrase(`fate.then.${as}.${action}`, {rule: text(rule.name)})
}

function unknownPhrase(
  {fact, leaf}: Extract<Forecast, {readonly kind: 'unknown'}>,
  named: Phrase['values'],
  {server, arrName}: VerdictAround,
): Phrase {
  if (!fact || !leaf) return phrase('fate.unknown.untold', named)
  const at = server && {...named, server: text(server.name)}
  if (fact.unknown === 'noInternet' && at) return phrase('fate.unknown.internet', at)
  if (leaf.fact.startsWith('arr.')) return unknownArr(fact, named, arrName)
  if (fact.unknown === 'serverNotOnline') {
    if (fact.server) return phrase('fate.unknown.other', {...named, other: text(fact.server.name)})
    // Its own server is online by now: what was asked of it before that is asked again.
    const isOfOthers = leaf.fact.startsWith('content.')
    return phrase(isOfOthers ? 'fate.unknown.otherServer' : 'fate.unknown.lookingUp', named)
  }
  if (fact.unknown === 'unreadable') return phrase('fate.unknown.disk', named)
  return fact.since === null || !at
    ? phrase('fate.unknown.untold', named)
    : phrase('fate.unknown.told', {...at, since: valueAs('since', fact.since)})
}

function unknownArr(
  {since, source}: UnknownFact,
  named: Phrase['values'],
  arrName: VerdictAround['arrName'],
): Phrase {
  const arr = arrName(source)
  return arr === null || since === null
    ? phrase('fate.unknown.anyArr', named)
    : phrase('fate.unknown.arr', {...named, arr: text(arr), since: valueAs('since', since)})
}

function because(rule: RuleStanding): PhraseValue {
  return {unit: 'phrase', value: `fate.because.${rule.reason}`}
}

/* ───────────────────────────── no rule is about to remove it ───────────────────────────── */

/** What its Arr is about to do, or cannot. */
function importSentence(facts: KnownFacts, around: VerdictAround, best: Candidate | null): Said | null {
  const tracked = textOf(facts, 'arr.tracked')
  const values = arrValues(facts, around)
  const mayBeRemoved: MayBeRemoved = best ? {kind: 'unplanned'} : {kind: 'never'}
  const messages = valueOf(facts, 'arr.messages')
  const [message] = Array.isArray(messages) ? (messages as readonly string[]) : []
  switch (tracked) {
    case 'importPending':
      return valueOf(facts, 'complete') === false
        ? null
        : said('imports', phrase('fate.imports.soon', values), {follows: 'fate.imports.then', mayBeRemoved})
    case 'importBlocked': {
      const says =
        message === undefined
          ? phrase('fate.imports.blocked', values)
          : phrase('fate.imports.blocked.why', {...values, message: text(message)})
      return said('asks', says, {follows: 'fate.imports.blocked.then', mayBeRemoved})
    }
    case 'importFailed':
      return said('asks', phrase('fate.imports.failed', values), {
        follows: 'fate.imports.blocked.then',
        mayBeRemoved,
      })
    case 'failed':
    case 'failedPending':
      return best ? null : said('forGood', phrase('fate.given-up', values), {follows: 'fate.none.then'})
    default:
      return null
  }
}

/** Its server works on it, or cannot. */
function busySentence(facts: KnownFacts, best: Candidate | null): Said | null {
  const mayBeRemoved: MayBeRemoved = best ? {kind: 'unplanned'} : {kind: 'never'}
  switch (textOf(facts, 'state')) {
    case 'checking':
      return said('works', phrase('fate.works.checking'), {mayBeRemoved})
    case 'moving':
      return said('works', phrase('fate.works.moving'), {mayBeRemoved})
    case 'error': {
      const message = textOf(facts, 'message')
      const says = message
        ? phrase('fate.works.error.why', {message: text(message)})
        : phrase('fate.works.error')
      return said('works', says, {follows: 'fate.works.error.then', mayBeRemoved})
    }
    case 'missingFiles':
      return said('works', phrase('fate.works.missing'), {follows: 'fate.works.missing.then', mayBeRemoved})
    default:
      return null
  }
}

function downloadSentence(facts: KnownFacts, at: EpochMs): Said | null {
  if (valueOf(facts, 'complete') !== false) return null
  const share = numberOf(facts, 'progress')
  const values = {share: share === null ? text('?') : valueAs('share', share)}
  const eta = numberOf(facts, 'eta')
  const works = (key: VerdictKey, follows?: VerdictKey) =>
    said('works', phrase(key, values), follows ? {follows} : {})
  switch (textOf(facts, 'state')) {
    case 'downloading':
      return eta === null
        ? works('fate.works.downloading.open')
        : said('works', phrase('fate.works.downloading', {when: valueAs('when', at + eta * 1000)}), {})
    case 'metadata':
      return works('fate.works.metadata')
    case 'stalledDown':
      return works('fate.works.stalled', 'fate.works.stalled.then')
    case 'queuedDown':
      return works('fate.works.queued')
    case 'stopped':
      return works('fate.works.stopped')
    default:
      return works('fate.works.unknown')
  }
}

function noneSentence(facts: KnownFacts): Said {
  const owed = owedOf(facts)
  const left = owed?.timeLeft ?? null
  const follows =
    owed === null || left === null || left <= 0 ? phrase('fate.none.then') : stillOwed(owed, left)
  return said('forGood', phrase('fate.none'), {follows})
}

function stillOwed({by, isDefault, ratioNeeded}: Owed, left: Seconds): Phrase {
  const more = valueAs('more', left)
  return isDefault
    ? phrase('fate.none.private.then', {more, needed: valueAs('plain', ratioNeeded ?? 1)})
    : phrase('fate.none.owes.then', {tracker: text(by), more})
}

/* ───────────────────────────── what comes next ───────────────────────────── */

function nextOf({at, facts}: Standing, candidate: Candidate | null): TorrentVerdict['next'] {
  const next: {at: EpochMs; says: Phrase}[] = []
  const eta = textOf(facts, 'state') === 'downloading' ? numberOf(facts, 'eta') : null
  if (eta !== null) next.push({at: at + eta * 1000, says: phrase('fate.next.complete')})
  if (!candidate) return next
  const {rule, forecast} = candidate
  const named = {rule: text(rule.name)}
  const removed = phrase(rule.mode === 'ask' ? 'fate.next.asked' : 'fate.next.removed', named)
  if (forecast.kind === 'due') next.push({at, says: removed})
  if (forecast.kind === 'time') next.push({at: at + forecast.left * 1000, says: removed})
  if (forecast.kind === 'waits') next.push({at: forecast.wait.until, says: removed})
  const owed = owedOf(facts)
  if (forecast.kind === 'owed' && owed?.timeLeft && !isStopped(facts)) {
    const paidAt = at + owed.timeLeft * 1000
    next.push({at: paidAt, says: phrase('fate.next.tracker')})
    if (owed.ratioNeeded === null || owed.isDefault) next.push({at: paidAt, says: removed})
  }
  return next.toSorted((one, other) => one.at - other.at)
}
