/** Lines of the journal about what rules decide. */
import {randomUUIDv7} from 'node:crypto'
import type {JournalEntry} from '#journal/entry.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {JournalSubject} from '#model/audit-event.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

export function verdictEntry(
  {ruleId, subject, actions}: Pick<Decision, 'ruleId' | 'subject' | 'actions'>,
  key: TorrentKey | null,
  more: Pick<JournalEntry, 'phase'> & Partial<JournalEntry> & {readonly at: EpochMs},
): JournalEntry {
  return {
    ...{id: randomUUIDv7(), ruleId, args: {}},
    actor: ruleActor(ruleId),
    subject: key ? 'torrent' : whatIs(subject),
    ...{serverId: subject.serverId, hash: key?.hash ?? null, name: key ? null : subject.key},
    verb: actions.map(({action}) => action).join('+'),
    ...more,
  }
}

function whatIs({kind, serverId}: SubjectName): JournalSubject {
  if (kind === 'path') return 'path'
  return serverId === null ? 'arr' : 'server'
}

export function ruleActor(name: string) {
  return {name, origin: 'rule', userId: null, address: null} as const
}
