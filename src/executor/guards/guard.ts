import {isRemoval, type AnyTorrentCommand, type Confirmation, type Confirmed} from '#model/command.ts'
import type {ErrorCode} from '#model/errors.ts'
import {limitWords, notStartedWords, type LimitEnd} from '#model/limit-end.ts'
import type {ServerObjection, ServerView} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {DoubtNames} from '#ownership/doubts.ts'
import type {Ownership, TouchedFiles} from '#ownership/ownership.ts'
import type {SpaceObjection} from '../move-space.ts'
import {isAnother, type OrderedAs} from './ordered-as.ts'

/** One torrent and what shall be done with it, with what the guards may look at. */
export interface GuardedItem {
  readonly key: TorrentKey
  readonly command: AnyTorrentCommand
  /**
   * all: its data goes with it, by its server. unshared: we set aside those of its files that nobody else has. `null` =
   * its data stays.
   */
  readonly takesData: 'all' | 'unshared' | null
  /** Re-read immediately before sending; `null` = the fleet does not know it. */
  readonly torrent: TorrentRecord | null
  readonly objection: ServerObjection
  /** The torrent's server as people see it; `null` = there is none. */
  readonly server: ServerView | null
  /** How it was when that was ordered (`null` = not listed), and is now; `null` = it is ordered in this moment. */
  readonly ordered: {readonly before: OrderedAs | null; readonly now: OrderedAs} | null
  /** Who else needs its data; `null` = nobody looked, as it stays. */
  readonly ownership: Ownership | null
  /** Whose files it takes away or arrives on beside removing; `null` = it touches no file so. */
  readonly touched: TouchedFiles | null
  /** Why its server must not delete the data itself; `null` = nothing is known, or it stays. */
  readonly linkOut: string | null
  /** Why some of its files are not its own; `null` = nothing is known, or they stay. */
  readonly stranger: string | null
  /** Who acts was told that servers may need it that do not say so, and wants it gone anyway. */
  readonly acceptsDoubt: boolean
  /** A check of ours found much less of it than there was, and no person decided yet. */
  readonly isLost: boolean
  /** A link added it of which nobody knows yet whose files it brings, or it is stopped for that. */
  readonly isUnread: boolean
  /** A rule wants it, or Commodarr itself: no person is there who could be asked. */
  readonly isByRule: boolean
  /** Why its data cannot be brought where the command brings it; `null` = there is space, or it stays. */
  readonly space: SpaceObjection | null
  /** What its server does once it reaches the limit that is set, or in the category that is set; `null` = nobody knows; absent = none is set. */
  readonly limitEnd?: LimitEnd | null | undefined
  /** How servers and torrents are called, for who acts: what he may not see protects anyway, and is not named. */
  readonly words: DoubtNames
  /** Why another removal of it may not begin; `null` = none is under way. */
  readonly underWay: () => Refusal | null
  /** Why who decided it by himself wants it no more: of a rule its own guards say so. `null` = nobody else is asked. */
  readonly withdrawn: (() => Refusal | null) | null
}

export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  /** What a person confirms to have it done anyway; absent = nobody can. */
  readonly confirmWith?: Confirmation
}

/** @param words end before the name of what confirms it, with which programs do */
export function confirmable(code: ErrorCode, words: string, confirmWith: Confirmation): Refusal {
  return {code, message: `${words} (\`${confirmWith}\`).`, confirmWith}
}

export const elsewhere = 'Use another place, or confirm it'

/** Says what speaks against a command or a decision, or nothing: it looks, it never acts. */
export interface Guard<Item, No> {
  /** For which actors, and which commands or actions, it counts. */
  readonly guards: (item: Item) => boolean
  /** `null` = nothing speaks against it. */
  readonly look: (item: Item) => No | null
}

export type CommandGuard = Guard<GuardedItem, Refusal>

/** Whoever commands whatever. */
const always = () => true

/** Nothing is sent to a server that does not answer: the item is refused with the server's own reason. */
export const serverOnline: CommandGuard = {
  guards: always,
  look({key, objection}) {
    const no = objection(key.serverId)
    return no && {code: no.code, message: no.message}
  },
}

/** A hash counts only on the server it was named with: the same hash elsewhere is another torrent. */
export const torrentKnown: CommandGuard = {
  guards: always,
  look: ({torrent}) =>
    torrent ? null : {code: 'torrent_not_found', message: 'This server has no torrent with this hash.'},
}

/**
 * An order is about the torrent of then. What goes must be known to be that one, and be cared for by people as it was
 * then: also an order that is sent at once takes its time, where it is about many.
 */
export const asOrdered: CommandGuard = {
  guards: always,
  look({ordered, command}) {
    if (ordered === null) return null
    const {before, now} = ordered
    if (before === null) {
      if (!isRemoval(command)) return null
      const message =
        'Its server did not list it when this was ordered, so it may be another torrent than was meant. Order it again.'
      return {code: 'changed_meanwhile', message}
    }
    if (isAnother(before, now)) {
      const message =
        'It is another one than was ordered: it left its server and came back, or its data was moved.'
      return {code: 'changed_meanwhile', message}
    }
    if (!isRemoval(command) || before.care === now.care) return null
    const message = 'Since this was ordered it was protected, or its category was changed.'
    return {code: 'changed_meanwhile', message}
  },
}

/** Until a person decides, a rule may only stop it, and have it checked where its files were brought back. */
export const onlyStopsLost: CommandGuard = {
  guards: ({isByRule, command: {verb}}) => isByRule && verb !== 'stop' && verb !== 'recheck',
  look({isLost}) {
    if (!isLost) return null
    const message = 'A check found much less of it than it had, so no rule touches it until a person decided.'
    return {code: 'changed_meanwhile', message}
  },
}

/** What waits until it is known whose files it would replace no rule starts, moves or removes. */
export const onlyStopsUnread: CommandGuard = {
  guards: ({isByRule, command: {verb}}) => isByRule && verb !== 'stop',
  look({isUnread}) {
    if (!isUnread) return null
    const message =
      'It was added by a link, and waits until it is known whose files it would replace, or for a person.'
    return {code: 'changed_meanwhile', message}
  },
}

/**
 * A full disk is nobody's wish; where nobody can say how much is free a person may know better. Rules never say so: they
 * do not move data there. A category that they set moves it only because its server is set so, and is set unless it is
 * known that not all of it fits.
 */
export const enoughSpace: CommandGuard = {
  guards: always,
  look({space, command, isByRule}) {
    if (space === null || space.code !== 'space_unknown') return space
    if ((command.args as Confirmed).acceptsDoubt === true) return null
    if (isByRule && command.verb === 'setCategory' && space.isShort !== true) return null
    return confirmable(space.code, `${space.message} ${elsewhere}`, 'accepts_doubt')
  },
}

/**
 * A limit at which its server removes it is a removal without any of its guards: no rule sets one, or a category in which
 * a limit that it has becomes one, ends the forced start that spares it one, or starts what has reached it.
 */
export const limitKeepsIt: CommandGuard = {
  guards: ({isByRule}) => isByRule,
  look({limitEnd, command, torrent}) {
    if (limitEnd === undefined || limitEnd?.is === 'stays') return null
    const stays =
      command.verb === 'setCategory'
        ? 'Rules set no such category.'
        : command.verb !== 'start' && command.verb !== 'stop'
          ? 'Rules set no such limit there.'
          : torrent?.forceStart === true
            ? 'It is force started, so limits spare it. Rules end no forced start there.'
            : null
    // What it does not tell now it may tell later.
    return {
      code: limitEnd === null ? 'not_ready' : 'not_supported',
      message: stays === null ? notStartedWords(limitEnd) : `${limitWords(limitEnd)} ${stays}`,
    }
  },
}

/** What a kind or version of server lacks is refused with its reason before anything is sent. */
export const verbSupported: CommandGuard = {
  guards: always,
  look({command, server}) {
    const feature = server?.features?.[command.verb]
    return feature?.support === 'none' ? {code: 'not_supported', message: feature.reason} : null
  },
}

/** Until the end of a removal is known no other one of its torrent begins. */
export const oneRemoval: CommandGuard = {
  guards: ({command}) => isRemoval(command),
  look: ({underWay}) => underWay(),
}

/** What was decided holds in the moment when it is sent. Asked last: who says yes here counts it as sent. */
export const stillWanted: CommandGuard = {
  guards: ({withdrawn}) => withdrawn !== null,
  look: ({withdrawn}) => withdrawn!(),
}
