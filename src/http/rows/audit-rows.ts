/** Entries of the journal as they travel. */
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'
import type {z} from 'zod'
import {undoOf} from '#automation/undo/rule-action-undo.ts'
import type {AuditEntry} from '#journal/audit.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {outcomeOf} from '#journal/outcomes.ts'
import {snake} from '#lib/snake-case.ts'
import type {EpochMs} from '#model/units.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import type {AuditEntrySchema, JournalEntrySchema} from '../schemas/journal.ts'
import type {Scope} from '../scope/scope.ts'
import {reasonInWords} from './reason-words.ts'
import {readerOf, wireHold, wireTrace, type Reader} from './explanation-views.ts'

export function wireAuditEntry(entry: AuditEntry): z.output<typeof AuditEntrySchema> {
  const {id, at, subject, verb, name, phase, code, message, actor} = entry
  return {
    id,
    at,
    ended_at: entry.endedAt,
    actor: actor.name,
    user_id: actor.userId,
    address: actor.address,
    origin: actor.origin,
    subject,
    verb,
    server_id: entry.serverId,
    info_hash: entry.hash,
    name,
    args: wireArgs(entry.args),
    phase,
    code,
    message: message && reasonInWords(message),
  }
}

/** What lies deeper may be named by a server. */
function wireArgs(args: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [snake(name), value]))
}

/** What kept data from going, where it may lie on a server that whoever reads it does not see. */
const namesOthers: ReadonlySet<string> = new Set(['content_shared', 'content_unknown', 'owners_unknown'])
const othersHidden = 'Another torrent may need its data.'

/** As whoever reads it may see it: a rule may name servers that are not his, and so may what kept data from going. */
export function wireJournalEntry(
  entry: AuditEntry,
  scope: Scope,
  now: EpochMs,
): z.output<typeof JournalEntrySchema> {
  const {ruleId, causeId, repeated} = entry
  const reader = readerOf(scope, entry.serverId)
  const ofOthers = namesOthers.has(entry.code ?? '') && !scope.access.permits('admin')
  return {
    ...wireAuditEntry({
      ...entry,
      args: scope.paths.args(entry.serverId, argsFor(entry, scope), entry.code),
      message: entry.message && scope.paths.message(entry.serverId, entry.message, entry.code),
    }),
    ...(ofOthers && {message: othersHidden}),
    outcome: outcomeOf(entry.phase, entry.code),
    rule_id: ruleId,
    cause_id: causeId,
    decided:
      entry.decided && wireDecided(entry.decided, reader, (text) => scope.paths.text(entry.serverId, text)),
    there: isThere(entry, scope),
    undo: wireUndo(entry, scope, now),
    repeated: repeated && {times: repeated.times, last_at: repeated.lastAt},
  }
}

/** With whom something is shared is read by administrators, and of a server by who manages it. */
function argsFor({verb, serverId, args}: AuditEntry, {access}: Pick<Scope, 'access'>): object {
  const isTheirs = access.permits('admin') || (serverId !== null && access.may('manage', serverId))
  if (verb !== 'share' || isTheirs) return args
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'users'))
}

function isThere({serverId, hash}: AuditEntry, {fleet}: Pick<Scope, 'fleet'>): boolean {
  return serverId !== null && hash !== null && fleet.rowOf({serverId, hash}) !== null
}

function wireUndo(
  entry: AuditEntry,
  {fleet, access, mayCommandArr: mayCommand}: Pick<Scope, 'fleet' | 'access' | 'mayCommandArr'>,
  now: EpochMs,
): z.output<typeof JournalEntrySchema>['undo'] {
  const {serverId, hash} = entry
  if (serverId === null || hash === null) return null
  const [torrent, mayControl] = [fleet.get({serverId, hash}), access.may('control', serverId)]
  const undo = undoOf(entry, {torrent, mayControl, mayCommand, now})
  return undo && {possible: undo.possible, why: undo.possible ? null : undo.why}
}

function wireDecided(
  {ruleRevision, mode, reason, class: its, bytes, evidence, omitted, hold, guards}: JournalDecision,
  reader: Reader,
  say: (text: string) => string,
): NonNullable<z.output<typeof JournalEntrySchema>['decided']> {
  return {
    rule_revision: ruleRevision,
    mode,
    reason,
    class: its,
    bytes,
    omitted,
    evidence: wireTrace(evidence, reader),
    hold: hold && wireHold(hold),
    guards: guards.map(({guard, verdict, code, lift, detail}) => ({
      guard,
      verdict,
      code,
      lift: typeof detail['server'] === 'string' && !reader.sees(detail['server']) ? othersHidden : say(lift),
    })),
  }
}

/** One block, never two alike: nothing more is asked of a cipher here. Eight bytes of place, eight that are zero. */
const CIPHER = 'aes-128-ecb'
const BLOCK_BYTES = 16

/**
 * Places in the journal, as words. It is everybody's: by its numbers whoever reads his own actions would learn how much
 * others did between two of them. A word is good until the program ends.
 */
export class JournalPlaces {
  readonly #key = randomBytes(16)

  wordOf(place: number): string {
    const block = Buffer.alloc(BLOCK_BYTES)
    block.writeBigUInt64BE(BigInt(place))
    return createCipheriv(CIPHER, this.#key, null).setAutoPadding(false).update(block).toString('base64url')
  }

  /**
   * @param field the parameter that it stood in
   * @throws {RequestInvalid} for what is no word of this run
   */
  placeOf(word: string, field = 'before'): number {
    const encrypted = Buffer.from(word, 'base64url')
    const block =
      encrypted.length === BLOCK_BYTES
        ? createDecipheriv(CIPHER, this.#key, null).setAutoPadding(false).update(encrypted)
        : null
    if (block === null || block.readBigUInt64BE(8) !== 0n) {
      throw new RequestInvalid('The page cannot be found.', [
        {field, found: word, accepted: 'the end of a page since the last start'},
      ])
    }
    return Number(block.readBigUInt64BE())
  }
}
