/**
 * What moves, renames or adds files takes none away from other torrents and arrives on nobody's files. A person may want
 * it anyway after being told; rules are refused. Unknown is a no, too.
 */
import type {Confirmed} from '#model/command.ts'
import {limitWords, type LimitEnd} from '#model/limit-end.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {doubtWords, type DoubtNames} from '#ownership/doubts.ts'
import type {TouchedFiles} from '#ownership/ownership.ts'
import {namesOfOthers} from './content-owners.ts'
import {confirmable, elsewhere, type CommandGuard, type Refusal} from './guard.ts'

export const filesOfOthers: CommandGuard = {
  guards: ({touched}) => touched !== null,
  look({key, command, touched, words, space}) {
    const no = objectionToTouching(touched!, command.args as Confirmed, key.serverId, words)
    // One yes is for both, so he is told of both.
    return no?.code === 'content_unknown' && space !== null
      ? {...no, message: `${space.message} ${no.message}`}
      : no
  },
}

/**
 * A limit at which its server deletes its files is a removal that comes later: a person is told who else has them before
 * setting it, ending the forced start that spares it that, or starting what has reached it. Rules do none of that
 * (`limitKeepsIt`).
 */
export const limitSparesOthers: CommandGuard = {
  guards: ({isByRule}) => !isByRule,
  look({key, command, torrent, limitEnd, ownership, words}) {
    if (limitEnd === undefined || ownership === null) return null
    const {acceptsOthers = false, acceptsDoubt = false} = command.args as Confirmed
    const {owners, doubts} = ownership
    const {verb} = command
    const [spared, wayOut] =
      verb !== 'start' && verb !== 'stop'
        ? ['', 'Set no limit']
        : torrent?.forceStart === true
          ? [' Force started, it is spared that.', 'Leave it force started']
          : [' It may have reached one, and is spared that while it does not run.', 'Leave it stopped']
    const what = `${limitWords(limitEnd?.is === 'goes' ? limitEnd : null)}${spared}`
    const confirmIt = `${wayOut}, or confirm it`
    if (owners.length > 0 && !acceptsOthers) {
      const whose = `Its files are also those of ${namesOfOthers(keysOf(owners), key.serverId, words)}.`
      return confirmable('content_shared', `${what} ${whose} ${confirmIt}`, 'accepts_others')
    }
    const [doubt] = doubts
    if (acceptsDoubt) return null
    // Who stops or starts a torrent means to keep it: also where the files are its own alone.
    const isConfirmed = verb === 'start' && owners.length > 0
    const meansToKeep = (verb === 'stop' || verb === 'start') && limitEnd?.is !== 'stays'
    if (doubt === undefined && meansToKeep && !isConfirmed)
      return confirmable('content_unknown', `${what} ${confirmIt}`, 'accepts_doubt')
    if (doubt === undefined) return null
    return confirmable('content_unknown', `${what} ${doubtWords(doubt, words)} ${confirmIt}`, 'accepts_doubt')
  },
}

/** What a server shall be set to, by which it removes torrents without anybody being asked. */
export const endsBySettings: Refusal = confirmable(
  'content_unknown',
  'With these settings the server removes torrents that reach a share limit and deletes their files, also where other ' +
    'torrents have them. Have it stop them at the limit instead, or confirm it',
  'accepts_doubt',
)

/** What a change of its own settings or categories exposes some of its torrents to. @param end `null` = its server did not tell */
export function endsByChange(end: Extract<LimitEnd, {is: 'goes'}> | null): Refusal {
  const what = 'Some of its torrents would be removed at share limits that did not remove them before.'
  return confirmable('content_unknown', `${what} ${limitWords(end)} Or confirm it`, 'accepts_doubt')
}

/** @param serverId where the files lie that it is about */
export function objectionToTouching(
  {taken, landedOn, occupied, doubts, overOwn = [], byName}: TouchedFiles,
  confirmed: Confirmed,
  serverId: ServerId,
  words: DoubtNames,
): Refusal | null {
  const {acceptsOthers = false, acceptsDoubt = false} = confirmed
  if (byName) return objectionToUnread(byName, confirmed, serverId, words)
  if (overOwn === 'unread') {
    const message =
      'Its list of files could not be read, so another file of it may have this name and be replaced. Try again once its ' +
      'server shows its files.'
    return {code: 'content_unknown', message}
  }
  const [own, ...more] = overOwn
  if (own !== undefined) {
    const also = more.length > 0 ? ` and ${more.length} more of its files` : ''
    const message = `${own}${also} of the same torrent would be replaced. Use a name that no other file of it has.`
    return {code: 'path_occupied', message}
  }
  if (!acceptsOthers) {
    const called = (owners: readonly {readonly key: TorrentKey}[]) =>
      namesOfOthers(keysOf(owners), serverId, words)
    if (taken.length > 0) {
      const what = `${called(taken)} would lose files: they are the same ones.`
      return confirmable('content_shared', `${what} ${elsewhere}`, 'accepts_others')
    }
    if (landedOn.length > 0) {
      const what = `Files of ${called(landedOn)} are there and would be replaced or changed.`
      return confirmable('content_shared', `${what} ${elsewhere}`, 'accepts_others')
    }
    const [first, ...others] = occupied
    if (first !== undefined) {
      const more = others.length > 0 ? ` and ${others.length} more` : ''
      const what = `${first}${more} is there already and would be replaced or changed.`
      return confirmable('path_occupied', `${what} ${elsewhere}`, 'accepts_others')
    }
  }
  const [doubt, ...doubtsLeft] = doubts
  if (doubt === undefined || acceptsDoubt) return null
  const also = doubtsLeft.length > 0 ? ` There are ${doubtsLeft.length} more such doubts.` : ''
  return confirmable('content_unknown', `${doubtWords(doubt, words)}${also} ${elsewhere}`, 'accepts_doubt')
}

/** A link whose server writes before anybody can look at what it brings: by its name something lies there. */
export function objectionToUnread(
  {landedOn, occupied}: Pick<TouchedFiles, 'landedOn' | 'occupied'>,
  {acceptsDoubt = false}: Confirmed,
  serverId: ServerId,
  words: DoubtNames,
): Refusal | null {
  const what =
    landedOn.length > 0 ? `files of ${namesOfOthers(keysOf(landedOn), serverId, words)}` : occupied[0]
  if (acceptsDoubt || what === undefined) return null
  const why =
    `What this link brings is known once its server has it, which writes at once; and by its name ${what} may be ` +
    'replaced or changed. Add it as a .torrent file.'
  return confirmable('content_unknown', `${why} ${elsewhere}`, 'accepts_doubt')
}

/** What a server moves by itself: how many, whose files that touches, and why there may be no space for them. */
interface AutomaticMoves {
  readonly moved: number
  readonly touched: readonly TouchedFiles[]
  readonly noSpace: string | null
}

/**
 * A server moves what it manages by category: he is told what that would do.
 * @param category whose torrents; `null` = of all its categories
 */
export function movesRefusal(
  category: string | null,
  {moved, touched, noSpace}: AutomaticMoves,
  serverId: ServerId,
  words: DoubtNames,
): Refusal {
  const {also, more} = reasonsOf(touched, serverId, words)
  const space = noSpace === null ? '' : ` ${noSpace}`
  const count = moved === 1 ? '1 torrent' : `${moved} torrents`
  const whose = category === null ? count : `${count} of "${category}"`
  const why =
    `The server manages ${whose} automatically and would move them, or stop managing them if it is set so.` +
    `${space}${also}${more} Switch automatic management off for them first, or confirm it`
  return confirmable('moves_torrents', why, 'accepts_moves')
}

/** A server renames what is not whole: he is told of how many torrents, and whose files that touches. */
export function renamesRefusal(
  renamed: number,
  touched: readonly TouchedFiles[],
  serverId: ServerId,
  words: DoubtNames,
): Refusal {
  const {also, more} = reasonsOf(touched, serverId, words)
  const count = renamed === 1 ? '1 torrent' : `${renamed} torrents`
  const why =
    `The server would give files of ${count} that are not whole other names or another folder at once.` +
    `${also}${more} Wait until they are complete, or confirm it`
  return confirmable('moves_torrents', why, 'accepts_moves')
}

/** The first reason, and how many more there are; each '' or a sentence with a space before it. */
function reasonsOf(touched: readonly TouchedFiles[], serverId: ServerId, words: DoubtNames) {
  const reasons = new Set(touched.flatMap((it) => reasonFor(it, serverId, words) ?? []))
  const [first, ...others] = reasons
  return {
    also: first === undefined ? '' : ` ${first}`,
    more: others.length > 0 ? ` The same is true ${others.length} more times.` : '',
  }
}

function reasonFor({taken, landedOn, occupied, doubts}: TouchedFiles, serverId: ServerId, words: DoubtNames) {
  const others = keysOf([...taken, ...landedOn])
  if (others.length > 0) return `It would touch files of ${namesOfOthers(others, serverId, words)}.`
  if (occupied.length > 0) return `It would replace ${occupied[0]!}.`
  return doubts.length > 0 ? doubtWords(doubts[0]!, words) : null
}

function keysOf(owners: readonly {readonly key: TorrentKey}[]): readonly TorrentKey[] {
  return [...new Map(owners.map(({key}) => [keyText(key), key])).values()]
}
