/** What a simulated Arr sees of a real torrent server: the torrents that it is given, as the server has them now. */
import type {BackendTorrent, TorrentBackend} from '#lab/arrs/backends/backend.ts'
import type {Observer} from '#lab/observers/observer.ts'

/** @param hashes of torrents that are on the server; nothing is added to it or taken from it */
export function given(hashes: readonly string[], observer: Observer): TorrentBackend {
  const files = (hash: string) => observer.files(hash.toLowerCase())
  const look = async (hash: string): Promise<BackendTorrent[]> => {
    const seen = await observer.torrent(hash)
    if (seen === null) return []
    const {name, category, progress} = seen
    const size = (await files(hash)).reduce((sum, file) => sum + file.size, 0)
    const isComplete = progress === 1
    return [
      {
        hash: hash.toUpperCase(),
        name,
        category,
        size,
        left: Math.round(size * (1 - progress)),
        state: isComplete ? 'completed' : 'downloading',
        speed: 0,
        seedingDone: false,
        outputPath: isComplete ? `/downloads/${name}` : '',
      },
    ]
  }
  return {
    list: async () => (await Promise.all(hashes.map(look))).flat(),
    add: async () => undefined,
    remove: async () => undefined,
    setCategory: async () => undefined,
    files,
  }
}
