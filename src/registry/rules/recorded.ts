/**
 * What another text of a rule would have done lately: each of what the saved one wanted to act on is judged again by the
 * facts that were recorded with its decision. What that rule left alone was not recorded, and is not counted.
 */
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Rule} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {Replay, type Recorded, type ReplayOutcome} from '#rules/replay.ts'

export interface RecordedLately {
  /** What the saved rule wanted to act on, each subject once. */
  readonly count: number
  /** Of those: what this text would act on, too. */
  readonly again: number
  /** Of those: which hang on something that was not recorded. */
  readonly unknown: number
  /** Of the unknown: which would have to stay true for longer than the rule watched, as it acted then. */
  readonly unwatched: number
  /** There was more than was looked at. */
  readonly isCut: boolean
}

interface RecordedOf {
  readonly rule: Rule
  /** Of the saved rule, oldest first. */
  readonly decided: AsyncIterable<Recorded>
  /** Those that who asks may command. */
  readonly servers: readonly ServerId[]
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** Decisions that are judged again. */
const MOST = 2_000

export async function recordedLately({rule, decided, servers, turns}: RecordedOf): Promise<RecordedLately> {
  // Switched off, it would have done what it says, too.
  const replay = new Replay([{...rule, mode: 'live'}])
  const last = new Map<string, 'again' | 'unknown' | 'unwatched' | 'no'>()
  let looked = 0
  let isCut = false
  for await (const recorded of decided) {
    if (++looked > MOST) {
      isCut = true
      break
    }
    if (turns.due()) await turns.next()
    const {kind, key, serverId} = recorded.subject
    if (kind === 'torrent' && (serverId === null || !servers.includes(serverId))) continue
    const {outcome} = replay.of({...recorded, ruleId: rule.id})
    last.set(key, became[outcome] ?? 'no')
  }
  const all = [...last.values()]
  const countOf = (what: 'again' | 'unknown' | 'unwatched') => all.filter((it) => it === what).length
  const unwatched = countOf('unwatched')
  return {
    count: all.length,
    again: countOf('again'),
    unknown: countOf('unknown') + unwatched,
    unwatched,
    isCut,
  }
}

/** What would have had to stay true for longer may have, or not. */
const became: {readonly [O in ReplayOutcome]?: 'again' | 'unknown' | 'unwatched'} = {
  same: 'again',
  unknown: 'unknown',
  held: 'unwatched',
}
