/**
 * What an Arr still has to take in stays. That it left the queue proves nothing: what an Arr ever had is removed only
 * when the Arr proves that it took it in, or when the rule says in words that it is about what left the library.
 * Source: Sonarr and Radarr; scenarios S26 to S28.
 */
import {doubtWords, type TakenBy} from '#model/arr.ts'
import {hangsOn, type ConditionTrace} from '#model/decision.ts'
import type {ActionName} from '#model/rule.ts'
import {waits} from '#model/waits.ts'
import {
  factsOf,
  isDelicate,
  isGrave,
  secondsSince,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

const waiting = new Set(['importPending', 'importing', 'importBlocked', 'importFailed'])
/** What is given up on purpose, `failDownload`, has a proof of its own: that the Arr knows that it failed. */
const removals: ReadonlySet<ActionName> = new Set<ActionName>([
  'remove',
  'removeWithData',
  'recycle',
  'extraFiles.recycle',
])

export const importing: DecisionGuard = {
  name: 'import',
  guards: (item) => isDelicate(item) && item.key !== null,
  look(item) {
    const first = takenFromArr(item) ?? unseenInLibrary(item) ?? atWork(item)
    if (first) return first
    const inPart = importedInPart(item)
    if (inPart || isExempt(item)) return inPart
    const ofQueue = isOfArr(item) ? (justImported(item) ?? waitsInQueue(item)) : null
    return ofQueue ?? unproven(item)
  },
}

/** What rules give up with, and have searched again. */
const givingUp: ReadonlySet<ActionName> = new Set<ActionName>(['failDownload', 'arr.blocklist'])

const takenWords: Readonly<Record<TakenBy, string>> = {
  ignored: 'A person made its Arr ignore it: rules leave it alone until its Arr grabs it again.',
  blocklisted:
    'A person had its Arr blocklist it, and left it on its server: rules leave it alone until its Arr grabs it again.',
  recategorized:
    'A person moved it to a category at which its Arr does not look: it is theirs until it is back, or is grabbed again.',
  imported_as_other:
    'A person imported it by hand as another item than it was grabbed for: rules leave it alone until its Arr grabs it again.',
  unmonitored: 'Its Arr does not monitor it any more: what a person gave up rules do not search again.',
  copied:
    'The same torrent is on another server, too, and its Arr put only one of them there: that which alone is in a category of the Arr.',
}

/** What they say is of the item, or of another server: nothing is given up by it, and what is here may go. */
const ofTheDownload: ReadonlySet<TakenBy> = new Set<TakenBy>(['unmonitored', 'copied'])

/** What happened last says whose it is. What a person moved where failures go he gave up himself. */
function takenFromArr(item: DecisionItem): Objection | null {
  const {arr, action, decision} = item
  const by = arr?.taken
  if (!by || !isGrave(item) || decision.reason === 'failedCategory') return null
  if (by === 'blocklisted' && decision.isBlocklisted) return null
  if (ofTheDownload.has(by) && !givingUp.has(action.action)) return null
  return {verdict: 'block', code: 'taken_over', detail: {by}, lift: takenWords[by]}
}

/**
 * The database of an Arr knows its files, whatever became of its disk. While nobody sees them the torrent may be the
 * last that has them, also where its Arr refused it because it has a better one.
 */
function unseenInLibrary(item: DecisionItem): Objection | null {
  const {arr, action} = item
  const isRefused = action.action === 'failDownload' && valueOf(item, 'complete') !== false
  if (!arr?.unseen || !(removals.has(action.action) || isRefused)) return null
  return {verdict: 'postpone', code: 'library_unseen', detail: {...arr.unseen}, lift: doubtWords(arr.unseen)}
}

/**
 * A person may have it imported by hand at this moment, whatever its Arr refused before, and a copy takes its time. Which
 * download a command is about it does not always tell.
 */
function atWork({arr}: DecisionItem): Objection | null {
  if (arr === null || arr.fileWork?.length === 0) return null
  const {fileWork: commands} = arr
  if (commands === undefined) {
    const lift = 'Its Arr has to say what it does with files now.'
    return {verdict: 'postpone', code: 'arr_work_unknown', detail: {}, lift}
  }
  const lift = `Its Arr imports, moves or renames files (${commands.join(', ')}): it has to end that first.`
  return {verdict: 'postpone', code: 'arr_at_work', detail: {commands}, lift}
}

function isOfArr(item: DecisionItem): boolean {
  return valueOf(item, 'arr.id') !== null
}

function justImported(item: DecisionItem): Objection | null {
  const {importedAt} = item.download
  if (importedAt === null) return null
  const passed = secondsSince(importedAt, item)
  if (passed !== undefined && passed >= waits.justImported.seconds) return null
  const detail = {left: passed === undefined ? null : waits.justImported.seconds - passed}
  return {verdict: 'postpone', code: 'just_imported', detail, lift: 'A quarter of an hour after it.'}
}

function waitsInQueue(item: DecisionItem): Objection | null {
  const tracked = valueOf(item, 'arr.tracked')
  if (tracked === undefined) {
    if (valueOf(item, 'arr.queuePresent') === false) return null
    return {verdict: 'block', code: 'import_unknown', detail: {}, lift: 'Its Arr has to answer.'}
  }
  if (!waiting.has(tracked as string)) return null
  const detail = {tracked, messages: valueOf(item, 'arr.messages') ?? []}
  return {
    verdict: 'block',
    code: 'import_waiting',
    detail,
    lift: 'Its Arr has to take it in, or to give it up.',
  }
}

/**
 * It has to be in the library now, and not only when that was decided. Of an Arr that is not asked any more counts what
 * it proved while it was.
 */
function unproven(item: DecisionItem): Objection | null {
  const proof = valueOf(item, 'arr.importedEvidence')
  if (!removals.has(item.action.action) || typeof proof === 'string' || saysItLeft(item)) return null
  const {wasGrabbed, importedAt} = item.download
  const isNamed = restsOnProof(hangsOn(item.decision))
  if (!isOfArr(item) && !isNamed && (!wasGrabbed || importedAt !== null)) return null
  const detail = {fact: 'arr.importedEvidence', wasGrabbed}
  if (proof === undefined && isOfArr(item))
    return {verdict: 'block', code: 'import_unknown', detail, lift: 'Its Arr has to prove it again.'}
  return {
    verdict: 'block',
    code: 'import_unproven',
    detail,
    lift: 'Its Arr has to have it in its library; or give the download up, or say in the rule that it left the library, with a hold.',
  }
}

/** Its rule does not hold without asking for that proof: where one of several things is enough, another one may be. */
function restsOnProof(trace: ConditionTrace): boolean {
  if (!('branch' in trace)) return trace.fact === 'arr.importedEvidence'
  const {branch, parts} = trace
  if (branch !== 'any') return parts.some(restsOnProof)
  const holding = parts.filter(({verdict}) => verdict === 'yes')
  return (holding.length > 0 ? holding : parts).every(restsOnProof)
}

/**
 * Its rule holds because its item is not in the library any more, for as long as the rule waits, and it still is not.
 * That the Arr merely does not know is not enough.
 */
function saysItLeft(item: DecisionItem): boolean {
  const {evidence, hold} = item.decision
  return hold !== null && valueOf(item, 'arr.inLibrary') === false && standsOnLeft(evidence, 'yes')
}

/** @param wanted what it has to come to, so that the whole is true */
function standsOnLeft(trace: ConditionTrace, wanted: 'yes' | 'no'): boolean {
  if (trace.verdict !== wanted) return false
  if ('branch' in trace) {
    const inside = trace.branch === 'not' ? (wanted === 'yes' ? 'no' : 'yes') : wanted
    return trace.parts.some((part) => standsOnLeft(part, inside))
  }
  const {fact, op, actual} = trace
  return fact === 'arr.inLibrary' && op !== 'exists' && 'value' in actual && actual.value === false
}

/** A pack is given up as a whole, or not at all: what is in the library of it stays, and so does the rest. */
function importedInPart(item: DecisionItem): Objection | null {
  if (item.action.action !== 'failDownload' || !isOfArr(item)) return null
  const anyImported = valueOf(item, 'arr.anyImported')
  if (anyImported === false) return null
  const detail = {fact: 'arr.anyImported'}
  return anyImported === undefined
    ? {
        verdict: 'postpone',
        code: 'import_unknown',
        detail,
        lift: 'Its Arr has to report what it imported of it.',
      }
    : {
        verdict: 'block',
        code: 'imported_in_part',
        detail: {},
        lift: 'Remove it yourself if the rest is not wanted.',
      }
}

/**
 * Its owner said so: of what the Arr rejects with this reason, and of dangerous files. Media that a probe could not
 * read is failed before its Arr takes it in, or while that looks for what it never finds; waiting mends it no more.
 */
function isExempt({action, decision}: DecisionItem): boolean {
  if (action.action !== 'failDownload') return false
  const {reason, evidence} = decision
  if (reason === 'mediaUnreadable') return factsOf(evidence).includes('media.valid')
  return reason === 'importRejected' || reason === 'unwantedFiles'
}
