/** Judgements in words: one sentence for each rule, made from its trace, with the numbers in it. */
import type {
  HoldProgress,
  LeafTrace,
  PersonWait,
  ReasonCode,
  RuleOutcome,
  WantedAction,
} from '#model/decision.ts'
import {
  factOf,
  type Fact,
  type FactName,
  type NamedServer,
  type UnknownFact,
  type UnknownReason,
} from '#model/fact.ts'
import type {ActionName, Operator, RuleEvent, RuleMode} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import type {Blocker} from './blockers.ts'
import {durationWords, valueWords} from './value-words.ts'

/** Facts beside the trace that make a sentence clearer. */
type LookUp = (fact: FactName) => Fact

export interface Sayable {
  readonly outcome: RuleOutcome
  readonly name: string
  readonly mode: RuleMode
  readonly reason: ReasonCode
  readonly actions: readonly WantedAction[]
  readonly hold: HoldProgress | null
  /** What has to happen each time that it acts; empty = nothing. */
  readonly onlyOn: readonly RuleEvent[]
  readonly support: readonly string[]
  readonly needs: readonly string[]
  /** `isDoubt`: whether that rule keeps it is unknown. */
  readonly keptBackBy: {readonly name: string; readonly isDoubt: boolean} | null
  /** It may be one that the rule keeps: while that is unknown, no rule removes it. */
  readonly mayKeep: boolean
  /** By a person, with a tag or a pin: no rule touches it. */
  readonly isProtected: boolean
}

export function sentenceOf(said: Sayable): string {
  const {outcome, name, needs} = said
  const done = doingOf(said.actions)
  const wouldAct = outcome === 'due' || outcome === 'candidate' || outcome === 'held'
  if (said.mayKeep)
    return `"${name}" may keep it: ${needs.join('; ')}. While that is unknown, no rule removes it.`
  if (said.isProtected && wouldAct) return `Not ${done}: protected by you.`
  switch (outcome) {
    case 'due':
      return `${whenDue[said.mode]} ${done}${said.mode === 'simulate' ? ' (its rule only simulates)' : ''}${because(said)}.`
    case 'candidate':
      return `May be ${done} when its turn comes${because(said)}.`
    case 'held':
      return `Not ${done} yet${because(said)}; ${holdWords(said.hold!)}.`
    case 'lookingUp':
    case 'unknown':
    case 'no':
      return `Not ${done}: ${needs.join('; ') || 'nothing that it asks for is so'}.`
    case 'keptBack':
      return said.keptBackBy!.isDoubt
        ? `Not ${done}: the rule "${said.keptBackBy!.name}" may keep it, and whether it does is unknown.`
        : `Not ${done}: the rule "${said.keptBackBy!.name}" decides before "${name}".`
    case 'nothingToDo':
      return needs.length > 0
        ? `"${name}" is true, but ${needs.join('; ')}.`
        : `"${name}" is true, and there is nothing left to do for it.`
    case 'closed':
      return `"${name}" waits ${said.onlyOn.map((event) => eventWords[event]).join(' or ') || 'for its hours'}.`
    case 'outOfScope':
      return `"${name}" is not about this one: ${needs.join('; ')}.`
    case 'off':
      return `"${name}" is off.`
  }
}

/** Of what a rule wants and nobody does. @param lift a sentence */
export function blockedSentence(
  actions: readonly WantedAction[],
  {by, lift}: {readonly by: string; readonly lift: string},
): string {
  return `Not ${doingOf(actions)}, it is blocked (${by}): ${lift}`
}

/** "Waits until 2026-11-24T07:12:00.000Z, because Mara said so." @param until epoch ms */
export function waitSentence({until, by, why}: PersonWait): string {
  const because = why === 'undone' ? `${by} undid its last action` : `${by} said so`
  return `Waits until ${new Date(until).toISOString()}, because ${because}.`
}

/** "ratio is 1.2, asked: at least 2 (0.8 left)". */
export function blockerWords({leaf, negated}: Blocker, lookUp: LookUp): string {
  const {fact, actual, verdict} = leaf
  if (leaf.isGone && Array.isArray(leaf.threshold) && leaf.threshold.length === 0)
    return 'what is stored of the rule cannot be read'
  if (leaf.isGone) return `the rule names ${goneWords[fact] ?? 'something'} that is not there (any more)`
  if (verdict === 'unknown') return unknownWords(fact, actual)
  const ofObligation = fact === 'obligation.met' && !negated ? obligationWords(lookUp) : null
  if (ofObligation !== null) return ofObligation
  return `${seenWords(leaf)}, asked: ${askedWords(leaf, negated)}${leftWords(leaf, negated)}`
}

/** Which one is not said: not everybody may see it. */
const goneWords: Readonly<Partial<Record<FactName, string>>> = {
  'server.id': 'a server',
  'arr.id': 'an Arr',
  'obligation.profile': 'a tracker profile',
}

/** "not stopped, as category is tv, asked: film": of an action whose own condition is not true. @param blockers empty = not told */
export function shutWords(action: WantedAction, blockers: readonly string[]): string {
  return `not ${doingOf([action])}, as ${blockers.join(' and ') || 'its own condition is not true'}`
}

export function supportWords({leaf}: Blocker): string {
  return seenWords(leaf)
}

export function scopeWords(part: string, isUnknown: boolean): string {
  return `its ${scopeParts[part] ?? part} ${isUnknown ? 'is unknown' : 'is not among those of the rule'}`
}

const scopeParts: Readonly<Record<string, string>> = {
  servers: 'server',
  arrs: 'Arr',
  categories: 'category',
  tagsAny: 'tags',
  tagsAll: 'tags',
  tagsNone: 'tags',
  trackers: 'tracker',
  privacy: 'privacy',
  owner: 'owner',
}

const eventWords: Readonly<Record<RuleEvent, string>> = {
  completed: 'until it completes',
  added: 'until it is added',
  queueChanged: 'until its Arr says something else of it',
  diskLow: 'until a disk gets full',
  trackerChanged: 'until its trackers say something else',
}

const whenDue: Readonly<Record<RuleMode, string>> = {
  off: 'Would be',
  simulate: 'Would be',
  ask: 'Waits for approval to be',
  live: 'Is to be',
}

export const reasonWords: Readonly<Record<ReasonCode, string>> = {
  conditionTrue: '',
  stalled: 'it is stalled',
  slow: 'it is too slow',
  unavailable: 'no peer has all of it',
  metadataStuck: 'its metadata does not come',
  failedCategory: 'it was marked by hand as failed',
  recheckCategory: 'it was marked by hand for checking',
  missingFiles: 'its files are missing',
  errored: 'its server reports an error',
  unwantedFiles: 'it has unwanted files',
  nothingWanted: 'none of its files is wanted',
  mediaUnreadable: 'its media cannot be read',
  scoreUnmet: 'it scores less than its profile asks for',
  worseThanFile: 'the library has a better file',
  importRejected: 'its Arr rejects it',
  imported: 'it is imported',
  seedingDone: 'it has seeded enough',
  unregistered: 'its tracker no longer has it',
  trackerUpkeep: 'its trackers need care',
  rateLimit: 'its limits differ from those set',
  superSeeding: 'its tracker asks for super seeding',
  queueOrder: 'the queue follows its tracker',
  freeSpace: 'space is short',
  upgraded: 'a better one took its place',
  extraFiles: 'its folder holds unwanted files',
  orphaned: 'no torrent claims it',
}

const participles: Readonly<Record<ActionName, string>> = {
  notify: 'reported',
  note: 'noted',
  skip: 'protected',
  reannounce: 'announced again',
  'arr.refresh': 'refreshed in its Arr',
  'arr.rssSync': 'followed by a sync of its Arr',
  tag: 'tagged',
  untag: 'untagged',
  category: 'put into another category',
  stop: 'stopped',
  start: 'started',
  forceStart: 'started by force',
  queue: 'moved in the queue',
  limits: 'limited',
  filePriority: 'given other file priorities',
  recheck: 'checked',
  superSeed: 'switched in super seeding',
  sequential: 'switched in its order of pieces',
  'tracker.add': 'given another tracker',
  'tracker.remove': 'freed of a tracker',
  'tracker.replace': 'moved to another tracker',
  move: 'moved',
  copyTo: 'copied',
  quarantine: 'put into quarantine',
  'arr.search': 'searched for',
  'arr.monitor': 'switched in monitoring',
  'arr.profile': 'given another profile',
  'arr.import': 'imported',
  'arr.blocklist': 'blocklisted',
  'arr.queueRemove': 'taken out of the queue of its Arr',
  recycle: 'put into the trash',
  'extraFiles.recycle': 'freed of unwanted files',
  remove: 'removed',
  removeWithData: 'removed with its data',
  failDownload: 'failed and removed with its data',
  'orphan.recycle': 'put into the trash',
  'orphan.delete': 'deleted',
  purge: 'followed by emptying what is over in the trash of its server',
  exec: 'handed to a program',
}

const comparisons: Readonly<Record<Operator, readonly [is: string, isNot: string]>> = {
  eq: ['', 'not '],
  ne: ['not ', ''],
  lt: ['below ', 'at least '],
  lte: ['at most ', 'above '],
  gt: ['above ', 'at most '],
  gte: ['at least ', 'below '],
  between: ['between ', 'not between '],
  in: ['one of ', 'none of '],
  notIn: ['none of ', 'one of '],
  contains: ['containing ', 'not containing '],
  startsWith: ['beginning with ', 'not beginning with '],
  endsWith: ['ending with ', 'not ending with '],
  glob: ['like ', 'not like '],
  matches: ['matching ', 'not matching '],
  hasAny: ['any of ', 'none of '],
  hasAll: ['all of ', 'not all of '],
  hasNone: ['none of ', 'any of '],
  exists: ['there', 'not there'],
}

const unknownReasonWords: Readonly<Record<UnknownReason, string>> = {
  serverNotOnline: 'its server is not online',
  frozen: 'its server lacks many torrents',
  notAllowed: 'the owner of the rule may not see it',
  noInternet: 'its server has no connection to the internet, or not for long',
  stale: 'it was not reported lately',
  notRead: 'it is being looked up',
  unreadable: 'it could not be read',
  notSupported: 'this kind of server does not report it',
  missing: 'its server does not report it',
}

function doingOf(actions: readonly WantedAction[]): string {
  return actions.map(({action}) => participles[action]).join(', then ') || 'touched'
}

function because({reason, support}: Sayable): string {
  const words = [reasonWords[reason], support.join('; ')].filter((it) => it !== '')
  return words.length > 0 ? `: ${words.join(' (')}${words.length > 1 ? ')' : ''}` : ''
}

function holdWords(hold: HoldProgress): string {
  const left = `${durationWords(hold.left)} left`
  return hold.kind === 'for'
    ? `held for ${durationWords(hold.held)} of ${durationWords(hold.needed)} (${left})`
    : `${hold.strikes} of ${hold.needed} strikes (${left})`
}

function seenWords({fact, actual, window}: LeafTrace): string {
  const over = window === null ? '' : ` over ${durationWords(window)}`
  const seen = 'unknown' in actual ? 'unknown' : valueWords(fact, actual.value)
  return `${factOf(fact).says}${over} is ${seen}`
}

function askedWords({fact, op, threshold}: LeafTrace, negated: boolean): string {
  const [is, isNot] = comparisons[op]
  const value = op === 'exists' ? '' : valueWords(fact, threshold)
  return `${negated ? isNot : is}${value}`
}

/** How far a number is from what is asked. */
function leftWords({fact, op, threshold, actual}: LeafTrace, negated: boolean): string {
  const isDistance = typeof threshold === 'number' && factOf(fact).unit !== 'epochMs'
  if (!isDistance || 'unknown' in actual || typeof actual.value !== 'number') return ''
  const above = op === 'gt' || op === 'gte'
  if (!above && op !== 'lt' && op !== 'lte') return ''
  const distance = valueWords(fact, Math.abs(threshold - actual.value))
  return above === negated ? ` (${distance} too much)` : ` (${distance} left)`
}

function unknownWords(fact: FactName, actual: Fact): string {
  const {says} = factOf(fact)
  if (!('unknown' in actual)) return `${says} is ${valueWords(fact, actual.value)}, which cannot be compared`
  const why = actual.server
    ? `${serverWords(actual.server)} is not online`
    : (lookerWords(fact, actual) ?? unknownReasonWords[actual.unknown])
  return `${says} is unknown${sinceWords(actual.since)}, ${why}`
}

/** In the words of who looked. Of other facts they may name what not everybody may see. */
function lookerWords(fact: FactName, {detail}: UnknownFact): string | null {
  const isForAll = fact.startsWith('arr.') || fact === 'server.freeBytes'
  if (detail === undefined || !isForAll) return null
  return detail.charAt(0).toLowerCase() + detail.slice(1).replace(/\.$/, '')
}

/** What sentences say of a server, so that it can be taken out for who may not see it. */
export function serverWords({name}: NamedServer): string {
  return `the server ${name}`
}

function sinceWords(since: EpochMs | null): string {
  return since === null ? '' : ` since ${new Date(since).toISOString()}`
}

/** In the words of the tracker instead of a bare no. */
function obligationWords(lookUp: LookUp): string | null {
  const parts: string[] = []
  const [needed, left] = [numberOf(lookUp('obligation.timeNeeded')), numberOf(lookUp('obligation.timeLeft'))]
  if (needed !== null && left !== null && left > 0) {
    const seeded = durationWords(needed - left)
    parts.push(
      `seeded ${seeded} of the ${durationWords(needed)} this tracker asks (${durationWords(left)} left)`,
    )
  }
  const [asked, ratio] = [numberOf(lookUp('obligation.ratioNeeded')), numberOf(lookUp('ratio'))]
  if (asked !== null && ratio !== null && ratio < asked) {
    parts.push(`ratio ${valueWords('ratio', ratio)} of the ${valueWords('ratio', asked)} this tracker asks`)
  }
  return parts.length > 0 ? parts.join('; ') : null
}

function numberOf(fact: Fact): number | null {
  return !('unknown' in fact) && typeof fact.value === 'number' ? fact.value : null
}
