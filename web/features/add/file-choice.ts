/** Which files of a torrent are wanted before it starts. Places are those of its own list. Pure. */
import type {FilePriority} from '#model/command.ts'
import {quantityOf} from '#search-query/quantities.ts'
import type {TorrentContent} from '../../api/adding.ts'
import {matchesOf, type FileTree} from '../details/files/file-tree.ts'

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

/** Words, `*.mkv`, `>100MB`, `<1GB`: all must be met. `null` = nothing was typed. */
export function fileMatches(tree: FileTree, content: TorrentContent, typed: string): Uint8Array | null {
  const words: string[] = []
  const sizes: ((size: number) => boolean)[] = []
  for (const word of typed.split(/\s+/)) {
    const size = sizeTest(word)
    if (size) sizes.push(size)
    else words.push(word)
  }
  const named = matchesOf(tree, words.join(' '))
  if (sizes.length === 0) return named
  return sized(tree, named, (at) => sizes.every((test) => test(content.files[at]!.size)))
}

function sizeTest(word: string): ((size: number) => boolean) | null {
  const [, sign, figure] = /^([<>])=?(.+)$/.exec(word) ?? []
  if (figure === undefined) return null
  const quantity = quantityOf(figure, 'size')
  if ('wrong' in quantity) return null
  const {amount} = quantity
  return sign === '<' ? (size) => size <= amount : (size) => size >= amount
}

/** A folder matches when something in it does. */
function sized({nodes}: FileTree, named: Uint8Array | null, test: (place: number) => boolean): Uint8Array {
  const matches = new Uint8Array(nodes.length)
  for (let at = nodes.length - 1; at >= 0; at--) {
    const {file, parent} = nodes[at]!
    if (file !== -1 && named?.[at] !== 0 && test(file)) matches[at] = 1
    if (matches[at] === 1 && parent !== -1) matches[parent] = 1
  }
  return matches
}
