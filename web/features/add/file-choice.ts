/** Which files of a torrent are wanted before it starts. Places are those of its own list. Pure. */
import type {FilePriority} from '#model/command.ts'
import type {TorrentContent} from '../../api/adding.ts'

/** By place; absent = 'normal'. */
export type FileChoice = ReadonlyMap<number, FilePriority>

export const allWanted: FileChoice = new Map()

export function leftOut(choice: FileChoice): ReadonlySet<number> {
  return new Set([...choice].filter(([, priority]) => priority === 'skip').map(([at]) => at))
}

export function withPriority(
  choice: FileChoice,
  places: Iterable<number>,
  priority: FilePriority,
): FileChoice {
  const next = new Map(choice)
  for (const at of places) {
    if (priority === 'normal') next.delete(at)
    else next.set(at, priority)
  }
  return next
}

/** These alone. */
export function onlyThese(content: TorrentContent, places: readonly number[]): FileChoice {
  const kept = new Set(places)
  return new Map(content.files.flatMap((_, at) => (kept.has(at) ? [] : [[at, 'skip'] as const])))
}

/** The commands it takes, by priority; none when all are wanted alike. */
export function byPriority(choice: FileChoice): ReadonlyMap<FilePriority, readonly number[]> {
  const groups = new Map<FilePriority, number[]>()
  for (const [at, priority] of choice) groups.set(priority, [...(groups.get(priority) ?? []), at])
  return groups
}
