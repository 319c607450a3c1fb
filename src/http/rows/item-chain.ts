/** The chain of an item of an Arr as it travels, with the torrents that whoever asks sees. */
import type {z} from 'zod'
import type {ItemChain, ItemOfArr} from '#model/item-chain.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Phrase} from '#model/verdict.ts'
import type {ItemTorrent} from '#registry/arrs/item-chain.ts'
import type {ItemChainSchema} from '../schemas/arr.ts'
import type {Scope} from '../scope/scope.ts'
import {wirePhrase} from './verdict-views.ts'

export function wireChain(
  {title, media, torrent, kind, says, follows, links, releases}: ItemChain,
  now: EpochMs,
): z.output<typeof ItemChainSchema> {
  // The words are those of the Arr, whom he sees, and of torrents as he sees them.
  const write = (phrase: Phrase) => wirePhrase(phrase, now, (it) => it)
  return {
    title,
    media: media && {kind: media.kind, id: media.id, parent_id: media.parentId},
    torrent: torrent && {server_id: torrent.serverId, info_hash: torrent.hash},
    kind,
    says: write(says),
    follows: follows && write(follows),
    links: links.map((one) => ({link: one.link, answer: one.answer, says: write(one.says)})),
    releases: releases.map((one) => ({
      title: one.title,
      indexer: one.indexer,
      grabbed_at: one.grabbedAt,
      end: one.end,
      said: one.said,
    })),
  }
}

/** By the downloads in its queue. */
export function torrentsOf(
  {queue}: ItemOfArr,
  {fleet, servers}: Scope,
): ReadonlyMap<string, readonly ItemTorrent[]> {
  const found = new Map<string, readonly ItemTorrent[]>()
  for (const {downloadId} of 'is' in queue ? queue.is : []) {
    const hash = downloadId === null ? null : asInfoHash(downloadId)
    if (downloadId === null || hash === null) continue
    const torrents = fleet.holders(hash).flatMap((key): readonly ItemTorrent[] => {
      const torrent = fleet.get(key)
      if (torrent === null) return []
      const server = servers.get(key.serverId)
      const {state, complete, progress, message, stale, seenAt} = torrent
      return [
        {
          key,
          server: server?.name ?? key.serverId,
          awaySince: stale ? seenAt : null,
          state,
          progress: typeof progress === 'number' ? progress : null,
          complete,
          message: typeof message === 'string' ? message : '',
        },
      ]
    })
    found.set(downloadId.toUpperCase(), torrents)
  }
  return found
}
