import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {doubtWords, mayBeAccepted, type DoubtNames} from '#ownership/doubts.ts'
import type {CommandGuard, GuardedItem} from './guard.ts'

/**
 * Data goes with a torrent only where no other torrent needs it (cross-seeds), on its own server or on another one that
 * may see the same disk, and where somebody can say so. Owners on servers that who acts may not see keep the data too;
 * that there are any is all he is told of them. What we set aside ourselves goes file by file: those of others stay.
 */
export const contentOwners: CommandGuard = {
  guards: ({takesData, torrent}) => takesData !== null && torrent !== null,
  look(item) {
    const {takesData, ownership, words, acceptsDoubt} = item
    if (ownership === null)
      return {
        code: 'content_unknown',
        message: 'It has not been checked yet which other torrents need the data.',
      }
    const {owners, doubts, spare} = ownership
    const isWhole = takesData === 'all' || spare === null || spare.size === 0
    if (owners.length > 0 && isWhole) return {code: 'content_shared', message: sharedWords(item)}
    const [first, ...others] = acceptsDoubt ? doubts.filter((doubt) => !mayBeAccepted(doubt)) : doubts
    if (first === undefined) return null
    const more = others.length > 0 ? ` So it is with ${others.length} more.` : ''
    return {code: 'content_unknown', message: `${doubtWords(first, words)}${more} Or remove it without data.`}
  },
}

/** A daemon deletes what its torrents call so, wherever a link to a folder leads; nobody's wish makes that theirs. */
export const linkedFolders: CommandGuard = {
  guards: ({takesData}) => takesData === 'all',
  look({linkOut}) {
    if (linkOut === null) return null
    const message = `${linkOut} Remove it into the trash, which leaves that alone, or without data.`
    return {code: 'path_refused', message}
  },
}

/** A daemon deletes what lies under the names of its torrent, whoever put it there. */
export const strangeFiles: CommandGuard = {
  guards: ({takesData}) => takesData === 'all',
  look: ({stranger}) => (stranger === null ? null : {code: 'path_refused', message: stranger}),
}

function sharedWords({key, ownership, words}: GuardedItem): string {
  const owners = ownership!.owners.map((it) => it.key)
  const seen = owners.filter(({serverId}) => words.sees(serverId))
  const names = namesOfOthers(owners, key.serverId, words)
  return `Its data is also that of ${names}. Remove it without data${wayOut(seen, words)}.`
}

/** As who acts may know them. @param from the server of the torrent that it is about */
export function namesOfOthers(owners: readonly TorrentKey[], from: ServerId, words: DoubtNames): string {
  const seen = owners.filter(({serverId}) => words.sees(serverId))
  const names = seen.slice(0, 3).map((other) => {
    const name = `"${words.nameOf(other) ?? other.hash}"`
    if (other.serverId === from) return name
    return `${name} on ${words.server(other.serverId)?.name ?? other.serverId}`
  })
  if (seen.length > 3) names.push(`${seen.length - 3} more`)
  if (seen.length < owners.length) names.push(words.unseen?.torrent ?? 'another torrent that you cannot see')
  return listed(names)
}

/** @param seen other torrents that he sees */
function wayOut(seen: readonly TorrentKey[], {hasLeft}: GuardedItem['words']): string {
  const others = seen.filter(({serverId}) => !hasLeft(serverId))
  const first = others.length > 0 ? ', or those first' : ''
  return others.length < seen.length
    ? `${first}, or confirm that the server which left is permanently gone`
    : first
}

function listed(names: readonly string[]): string {
  const [last, ...others] = names.toReversed()
  return others.length === 0 ? last! : `${others.toReversed().join(', ')} and ${last!}`
}
