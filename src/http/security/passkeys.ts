/**
 * What somebody is shown of torrents on a server that he may look at but not command. Trackers put passkeys into
 * announce addresses, and quote them in their messages: of every address he gets scheme and host.
 */
import {placeOf, shownMessage} from '#executor/shown.ts'
import type {Tracker, WebSeed} from '#model/details.ts'
import type {TorrentField, TorrentFields} from '#model/torrent.ts'

/** Columns in which an address may stand. */
const texts = ['message', 'trackerMessage', 'comment'] as const satisfies readonly TorrentField[]
const textFields: ReadonlySet<string> = new Set(texts)

export function trackerWithoutPasskey(tracker: Tracker): Tracker {
  return {...tracker, url: placeOf(tracker.url), message: shownMessage(tracker.message)}
}

export function webSeedWithoutPasskey({url}: WebSeed): WebSeed {
  return {url: placeOf(url)}
}

/** The same record when there is nothing to hide in it. */
export function columnsWithoutPasskeys<T extends {readonly [F in TorrentField]?: TorrentFields[F]}>(
  record: T,
): T {
  const hidden = texts.flatMap((field) => {
    const value = valueWithoutPasskey(field, record[field])
    return value === record[field] ? [] : [[field, value] as const]
  })
  return hidden.length === 0 ? record : {...record, ...Object.fromEntries(hidden)}
}

export function valueWithoutPasskey<F extends TorrentField>(
  field: F,
  value: TorrentFields[F] | undefined,
): TorrentFields[F] | undefined {
  if (typeof value !== 'string') return value
  return textWithoutPasskey(field, value) as TorrentFields[F]
}

/** Of any column; also what rows are sorted by. */
export function textWithoutPasskey(field: TorrentField, text: string): string {
  return textFields.has(field) ? shownMessage(text) : text
}
