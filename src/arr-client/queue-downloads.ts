/** Rows of a queue → downloads: a pack is one download with many media, and one row stands for all when it is removed. */
import {mediaKey, type DownloadId, type QueueDownload, type QueueRow} from '#model/arr.ts'

/** Releases that wait for their delay are no downloads yet. */
export function groupByDownload(rows: readonly QueueRow[]): ReadonlyMap<DownloadId, QueueDownload> {
  const groups = new Map<DownloadId, QueueRow[]>()
  const seen = new Set<number>()
  for (const row of rows) {
    // Paging over a live list may show a row twice.
    if (row.downloadId === null || seen.has(row.id)) continue
    seen.add(row.id)
    const group = groups.get(row.downloadId)
    if (group) group.push(row)
    else groups.set(row.downloadId, [row])
  }
  return new Map(
    [...groups].map(([downloadId, group]) => {
      const media = new Map(group.flatMap((row) => row.media).map((one) => [mediaKey(one), one]))
      return [downloadId, {downloadId, rows: group, media: [...media.values()]}]
    }),
  )
}
