/** How far rules have come, as managers say it, and as it is remembered. */
import type {Holds} from '#automation-state/holds.ts'
import type {HoldRecord} from '#model/automation-state.ts'
import type {Rule} from '#model/rule.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {MemoryWrite} from '#rules/evaluate.ts'
import type {HoldMemory, Strike} from '#rules/hold.ts'
import {countsStrikes} from '../manager/hold-tracker.ts'
import type {HoldsMessage} from '../manager/messages.ts'

const VERSION = 1
/** What was not looked at for so long belongs to a rule, or a server, that is gone: it would begin again. */
const KEPT_MS = 30 * 86_400_000

export function rememberHolds(holds: Holds, writes: readonly MemoryWrite[], now: EpochMs): void {
  const put: HoldRecord[] = []
  const gone: {ruleId: HoldRecord['ruleId']; revision: number; subject: string}[] = []
  for (const {ruleId, ruleRevision: revision, subject, memory} of writes) {
    const key = {ruleId, revision, subject: subject.key}
    if (!memory) {
      gone.push(key)
      continue
    }
    const {strikes, ...state} = memory
    put.push({
      ...key,
      serverId: subject.serverId,
      version: VERSION,
      state,
      strikeCount: strikes.length,
      strikes: strikes.map(({at, seen}) => ({at, evidence: seen})),
      firstAt: holds.of(key)?.firstAt ?? now,
      lastAt: now,
      expiresAt: now + KEPT_MS,
    })
  }
  if (put.length > 0) holds.put(put)
  if (gone.length > 0) holds.clear(gone)
}

/** What is remembered of these rules; what cannot be read any more begins again. */
export function holdMessages(holds: Holds, rules: readonly Rule[]): readonly HoldsMessage[] {
  return rules.flatMap(({id, revision}): HoldsMessage[] => {
    const records = holds.ofRule(id, revision).filter(({version, state}) => version === VERSION && state)
    if (records.length === 0) return []
    return [{ruleId: id, holds: new Map(records.map((it) => [it.subject, memoryOf(it)]))}]
  })
}

/** The most strikes that a rule which acts, or asks, holds of this torrent. */
export function strikesHeld(
  holds: Pick<Holds, 'of'>,
  rules: readonly {readonly rule: Rule}[],
  key: TorrentKey,
): number {
  const subject = keyText(key)
  const counts = rules.flatMap(({rule}) =>
    countsStrikes(rule)
      ? [holds.of({ruleId: rule.id, revision: rule.revision, subject})?.strikeCount ?? 0]
      : [],
  )
  return Math.max(0, ...counts)
}

function memoryOf({state, strikes}: HoldRecord): HoldMemory {
  return {
    ...(state as Omit<HoldMemory, 'strikes'>),
    strikes: strikes.map(({at, evidence}) => ({at, seen: evidence as Strike['seen']})),
  }
}
