/** Entries as lines of the database, and back. */
import {asUserId} from '#model/access.ts'
import type {JournalSubject} from '#model/audit-event.ts'
import type {Origin} from '#model/command.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import type {JournalRow, NewJournalRow} from '#store/repositories/journal.ts'
import type {JournalDecision} from './decided.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'

/** Longer arguments explain nothing any more. */
const ARGS_CHARS = 16_384
const NAMES_CHARS = 2_097_152
const MESSAGE_CHARS = 2_000

export function rowOf(entry: JournalEntry): NewJournalRow {
  const {actor, id, at, subject, serverId, hash, name, verb, phase} = entry
  return {
    id,
    at,
    subject,
    serverId,
    hash,
    name,
    verb,
    phase,
    actor: actor.name,
    userId: actor.userId,
    address: actor.address,
    origin: actor.origin,
    args: argsText(entry),
    code: entry.code ?? null,
    message: entry.message?.slice(0, MESSAGE_CHARS) ?? null,
    ruleId: entry.ruleId ?? null,
    causeId: entry.causeId ?? null,
    decided: entry.decided ? JSON.stringify(entry.decided) : null,
    isBrief: entry.isBrief === true ? 1 : 0,
  }
}

export function entryOf(row: Omit<JournalRow, 'seq'>): JournalEntry {
  const {id, at, name, verb, code, message, ruleId, causeId} = row
  return {
    id,
    at,
    name,
    verb,
    actor: actorOf(row),
    subject: row.subject as JournalSubject,
    serverId: row.serverId === null ? null : asServerId(row.serverId),
    hash: row.hash as InfoHash | null,
    args: argsOf(row),
    phase: row.phase as JournalPhase,
    ...(code !== null && {code}),
    ...(message !== null && {message}),
    ...(ruleId !== null && {ruleId: ruleId as RuleId}),
    ...(causeId !== null && {causeId}),
    ...(row.decided !== null && {decided: decidedOf(row)!}),
    ...(row.isBrief === 1 && {isBrief: true}),
  }
}

export function actorOf(
  row: Pick<JournalRow, 'actor' | 'userId' | 'address' | 'origin'>,
): JournalEntry['actor'] {
  return {
    name: row.actor,
    origin: row.origin as Origin,
    userId: row.userId === null ? null : asUserId(row.userId),
    address: row.address,
  }
}

export function argsOf({args}: Pick<JournalRow, 'args'>): object {
  return JSON.parse(args) as object
}

/** `null` = no rule did it, or it is a later line. */
export function decidedOf({decided}: Pick<JournalRow, 'decided'>): JournalDecision | null {
  return decided === null ? null : (JSON.parse(decided) as JournalDecision)
}

/** What is longer is left out; the names of all files that were renamed are kept, as nothing else says what they were. */
function argsText({verb, args}: Pick<JournalEntry, 'verb' | 'args'>): string {
  const text = JSON.stringify(args)
  return text.length <= (verb === 'renameFiles' ? NAMES_CHARS : ARGS_CHARS)
    ? text
    : JSON.stringify({omittedChars: text.length})
}
