/** What an Arr did for a rule, as the journal tells it: in words, with the Arr's own ids. */
import {mediaKey, type ArrCommand, type DownloadId, type QueueDownload} from '#model/arr.ts'
import type {ArrChange} from '#model/decision.ts'
import type {EpochMs} from '#model/units.ts'

type Media = QueueDownload['media']

/** Of all of its downloads alike, however often. */
export function lookedFor(command: ArrCommand): ArrChange {
  return {
    sameAs: '',
    args: {command: command.id},
    message: commandSent('to look at its downloads', command.id),
  }
}

export function feedsRead(command: ArrCommand): ArrChange {
  return {sameAs: '', args: {command: command.id}, message: commandSent('to read its feeds', command.id)}
}

/** Each search costs its indexers one. @param media as `mediaKey` gives it. @param command of the Arr */
export function searched(media: readonly string[], command: number): ArrChange {
  const args = {items: media, command}
  return {sameAs: `command ${command}`, args, message: commandSent('to search for it', command)}
}

export function monitored(media: Media, on: boolean): ArrChange {
  const message = on ? 'Its Arr monitors it from now on.' : 'Its Arr does not monitor it any more.'
  return {sameAs: `${on} ${keysOf(media).join()}`, args: {items: keysOf(media), on}, message}
}

export function profiled(media: Media, name: string): ArrChange {
  const message = `In its Arr it has the quality profile ${name} from now on.`
  return {sameAs: `${name} ${keysOf(media).join()}`, args: {items: keysOf(media), profile: name}, message}
}

export function imported({downloadId, media}: QueueDownload, mode: string, command: ArrCommand): ArrChange {
  return {
    sameAs: `${downloadId} ${mode}`,
    args: {download: downloadId, items: keysOf(media), mode, command: command.id},
    message: commandSent('to import it', command.id),
  }
}

/** What was given up, as far as it is needed to find it on the blocklist of its Arr. */
interface GivenUp {
  readonly downloadId: DownloadId
  /** Of the release, as the Arr has it. */
  readonly title: string
  /** As `mediaKey` gives it. */
  readonly media: readonly string[]
  /** Names the grab. */
  readonly failure: string
  /** By the clock of the Arr. */
  readonly grabbedAt: EpochMs
  readonly searchedBy: 'arr' | 'us' | 'none'
}

export function blocklisted({downloadId, title, media, failure, ...it}: GivenUp): ArrChange {
  return {
    sameAs: failure,
    args: {download: downloadId, title, items: media, grabbedAt: it.grabbedAt},
    message: `Its Arr has blocklisted it${bySearch[it.searchedBy]}`,
  }
}

const bySearch: Readonly<Record<GivenUp['searchedBy'], string>> = {
  arr: ', and searches again automatically.',
  us: '; it is searched again by us.',
  none: '; nothing is searched.',
}

export function ignored({downloadId, media, rows}: QueueDownload): ArrChange {
  return {
    sameAs: `${downloadId} ${rows[0]?.id ?? ''}`,
    args: {download: downloadId, items: keysOf(media), row: rows[0]?.id ?? null},
    message: 'It left the queue of its Arr, which ignores it from now on.',
  }
}

function commandSent(what: string, command: number): string {
  return `Its Arr received the command ${what} (number ${command}).`
}

function keysOf(media: Media): readonly string[] {
  return media.map(mediaKey)
}
