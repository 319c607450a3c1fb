/** Deeds of the journal as they travel. */
import type {z} from 'zod'
import type {AuditDeed} from '#journal/audit.ts'
import {outcomeOf} from '#journal/outcomes.ts'
import {snake} from './codec.ts'
import type {DeedSchema} from './schemas/audit.ts'
import type {JournalDeedSchema} from './schemas/journal.ts'

export function wireDeed(deed: AuditDeed): z.output<typeof DeedSchema> {
  const {id, at, subject, verb, name, phase, code, message, actor} = deed
  return {
    ...{id, at, ended_at: deed.endedAt},
    ...{actor: actor.name, user_id: actor.userId, address: actor.address, origin: actor.origin},
    ...{subject, verb, server_id: deed.serverId, info_hash: deed.hash, name},
    args: wireArgs(deed.args),
    ...{phase, code, message},
  }
}

/** What lies deeper may be named by a server. */
function wireArgs(args: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [snake(name), value]))
}

export function wireJournalDeed(deed: AuditDeed): z.output<typeof JournalDeedSchema> {
  return {...wireDeed(deed), outcome: outcomeOf(deed.phase, deed.code)}
}
