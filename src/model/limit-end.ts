/** What servers do by themselves with torrents that reach a share limit: a fact of each server, and of its settings. */
import type {AddTorrent, TorrentVerbs} from './command.ts'

/** stays: it is stopped, or seeds on in another way. goes: its server removes it, maybe with its files. */
export type LimitEnd =
  | {readonly is: 'stays'}
  | {
      readonly is: 'goes'
      readonly mayTakeFiles: boolean
      /** The setting that says so and what to make of it, as an order to a person without a full stop. */
      readonly wayOut: string
    }

export const staysAtLimit: LimitEnd = {is: 'stays'}

/** It may delete the files with the torrent, whoever else has them. */
export function takesFiles(end: LimitEnd): end is Extract<LimitEnd, {is: 'goes'}> {
  return end.is === 'goes' && end.mayTakeFiles
}

/** Whatever it does then, it does now as well. @param now absent = not known */
export function isNoWorse(then: LimitEnd, now: LimitEnd | undefined): boolean {
  return then.is === 'stays' || (now?.is === 'goes' && (now.mayTakeFiles || !then.mayTakeFiles))
}

/** Why a limit must not be set there unasked, or files of others be shared with it, for people. @param end `null` = its server did not tell */
export function limitWords(end: Extract<LimitEnd, {is: 'goes'}> | null): string {
  if (end === null) return 'It is not known what the server does with a torrent that reaches a share limit.'
  const what = end.mayTakeFiles ? 'may remove it and delete its files' : 'removes it'
  return `When a torrent reaches a share limit, its server ${what}. To change that, ${end.wayOut}.`
}

/** Why it is not started unasked, for people. @param end `null` = its server did not tell */
export function notStartedWords(end: Extract<LimitEnd, {is: 'goes'}> | null): string {
  return `${limitWords(end)} It may have reached one, so it is not started automatically.`
}

/** Whether a limit that is set so can be reached: `null` and what is absent cannot. */
export function setsLimit({ratio, seedingTime, idleTime}: TorrentVerbs['setShareLimits']): boolean {
  return [ratio, seedingTime, idleTime].some((limit) => limit !== undefined && limit !== null)
}

type ShareLimited = Pick<AddTorrent, 'ratioLimit' | 'seedingTimeLimit' | 'idleLimit'>

/**
 * What may be handed on to a server of the limits that a torrent had elsewhere, or before. Where it does not stay at a limit
 * it gets none, and that is said: what is left out would be the limits that its server has for all.
 * @param end `null` = its server did not tell
 */
export function limitsHandedOn<L extends ShareLimited>(limits: L, end: LimitEnd | null): L & ShareLimited {
  return end?.is === 'stays' ? limits : {...limits, ratioLimit: null, seedingTimeLimit: null, idleLimit: null}
}
