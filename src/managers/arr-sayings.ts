/**
 * What an Arr says of a torrent, all rows of its download taken together: a pack is several rows of one torrent, and
 * what holds one of them back holds back all. Source: safety-scenarios.md 28.
 */
import {
  asDownloadId,
  mediaKey,
  type ArrId,
  type ArrKind,
  type QueueDownload,
  type TrackedState,
} from '#model/arr.ts'
import type {ManagedRow} from '#model/manager.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrSaying} from './torrent-subject.ts'

/** The part of `ArrReplica` that is read here. */
export interface QueueReader {
  /** `null` = it cannot be read now. */
  readonly queue: object | null
  readonly downloads: ReadonlyMap<string, QueueDownload>
  readonly readAt: EpochMs | null
}

/** What is known of the items of a download; absent = not looked up yet. */
export type LibrarySaying = Pick<
  ArrSaying,
  'monitored' | 'hasFile' | 'inLibrary' | 'cutoffMet' | 'score' | 'minScore' | 'requested'
>

const nothingOfLibrary: LibrarySaying = {
  ...{monitored: undefined, hasFile: undefined, inLibrary: undefined, cutoffMet: undefined},
  ...{score: undefined, minScore: undefined, requested: undefined},
}

/** What is least finished comes first. */
const leastFinished: readonly TrackedState[] = [
  'unknown',
  'importing',
  'importBlocked',
  'importFailed',
  'importPending',
  'downloading',
  'failedPending',
  'failed',
  'ignored',
  'imported',
]

export interface Speaking {
  readonly arrId: ArrId
  readonly kind: ArrKind
  readonly reader: QueueReader
  readonly library: (download: QueueDownload) => LibrarySaying | null
}

/** @returns what it says, also where that is "not in my queue" */
export function arrSaying({arrId, kind, reader, library}: Speaking, row: ManagedRow): ArrSaying {
  const download = downloadOf(reader, row)
  return {
    ...{arrId, kind, isTrusted: reader.queue !== null && reader.readAt !== null, at: reader.readAt ?? 0},
    inQueue: download !== null,
    queueStatus:
      download?.rows.find(({status}) => status !== 'completed')?.status ?? download?.rows[0]?.status,
    tracked: download ? trackedTogether(download) : undefined,
    messages: download ? messagesOf(download) : [],
    media: download ? download.media.map(mediaKey) : [],
    ...((download && library(download)) ?? nothingOfLibrary),
  }
}

/** By the hash that the server uses, or the v1 hash of a hybrid torrent, which is what an Arr grabbed. */
function downloadOf({downloads}: QueueReader, {key, infoHashV1}: ManagedRow): QueueDownload | null {
  return downloads.get(asDownloadId(key.hash)!) ?? downloads.get(asDownloadId(infoHashV1 ?? '') ?? '') ?? null
}

function trackedTogether({rows}: QueueDownload): TrackedState | undefined {
  return leastFinished.find((state) => rows.some((row) => row.state === state))
}

/** In the Arr's own words, each once. */
function messagesOf({rows}: QueueDownload): readonly string[] {
  return [...new Set(rows.flatMap(({messages}) => messages.flatMap((it) => it.messages)))]
}
