/** What a rule would do, or may not do, for the journal: the same verdict on the same subject once, however often. */
import {randomUUIDv7} from 'node:crypto'
import type {JournalEntry} from '#journal/entry.ts'
import type {Decision} from '#model/decision.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/** Verdicts that are remembered; of the oldest ones beyond it another line is written. */
const MOST = 50_000

export class VerdictLog {
  readonly #last = new Map<string, string>()

  /** `false` = it is the one that was said last. */
  isNew({ruleId, ruleRevision, subject}: Decision, verdict: string): boolean {
    const name = `${ruleId} ${subject.kind} ${subject.key}`
    const said = `${ruleRevision} ${verdict}`
    if (this.#last.get(name) === said) return false
    this.#last.delete(name)
    this.#last.set(name, said)
    if (this.#last.size > MOST) this.#last.delete(this.#last.keys().next().value!)
    return true
  }
}

export function verdictEntry(
  {ruleId, subject, actions}: Decision,
  key: TorrentKey | null,
  more: Pick<JournalEntry, 'phase' | 'args'> & Partial<JournalEntry> & {readonly at: EpochMs},
): JournalEntry {
  return {
    id: randomUUIDv7(),
    actor: ruleActor(ruleId),
    subject: key ? 'torrent' : subject.serverId === null ? 'arr' : 'server',
    ...{serverId: subject.serverId, hash: key?.hash ?? null, name: key ? null : subject.key},
    verb: actions.map(({action}) => action).join('+'),
    ...more,
  }
}

export function ruleActor(name: string) {
  return {name, origin: 'rule', userId: null, address: null} as const
}
