/** Commands that were sent and whose end their servers have to show, as people are shown what waits. */
import type {JournalEntry} from '#journal/entry.ts'
import type {AwaitedCommand} from '#model/unfinished.ts'
import type {EpochMs} from '#model/units.ts'

/** The last line of a command. */
export interface AwaitedEntry {
  readonly entry: JournalEntry
  /** When it is not waited for any longer; `null` = not known. */
  readonly until: EpochMs | null
}

/** Each command once, from the first list that has it; those that concern no server are left out. */
export function awaitedCommands(all: readonly AwaitedEntry[]): readonly AwaitedCommand[] {
  const byId = new Map(all.toReversed().map((one) => [one.entry.id, one]))
  return [...byId.values()].flatMap(({entry, until}) => {
    const {id, verb, actor, serverId, hash, name} = entry
    return serverId === null ? [] : [{id, verb, actor: actor.name, serverId, hash, name, until}]
  })
}
