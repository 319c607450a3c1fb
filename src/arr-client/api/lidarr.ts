/** Lidarr: albums of artists, each with many track files; one queue row for each album. */
import {z} from 'zod'
import {asDownloadId, type HistoryEvent, type ImportCandidate} from '#model/arr.ts'
import {usual, type Dialect, type MediaFile} from './dialect.ts'
import {count, countOrNull, flag, id, ids, instant, listOf, text, word} from './fields.ts'
import {fileFields, item, libraryFile} from './items.ts'
import {musicReading} from './library-rows.ts'
import {
  addedField,
  albumFields,
  historyFields,
  historyRow,
  mediaList,
  mediaOf,
  postImportField,
  queueFields,
  queueRow,
} from './queue-rows.ts'
import {handling, rejection, release} from './shapes.ts'

const albumRef = (it: {readonly artistId: number | null; readonly albumId: number | null}) =>
  mediaOf('album', it.albumId, it.artistId)

const events: Readonly<Record<string, HistoryEvent>> = {
  grabbed: 'grabbed',
  trackFileImported: 'imported',
  downloadFailed: 'failed',
  trackFileDeleted: 'fileDeleted',
  trackFileRenamed: 'fileRenamed',
  trackFileRetagged: 'fileRetagged',
  albumImportIncomplete: 'importIncomplete',
  downloadImported: 'downloadImported',
  downloadIgnored: 'ignored',
  artistFolderImported: 'folderImported',
}

const artist = z
  .object({
    id,
    path: text,
    artistName: text,
    foreignArtistId: text,
    monitored: flag,
    added: instant,
    qualityProfileId: countOrNull,
    tags: ids,
    statistics: z.object({trackFileCount: count, trackCount: count}).nullable().catch(null),
  })
  .transform((it) =>
    item({
      kind: 'artist',
      id: it.id,
      title: it.artistName,
      foreignId: it.foreignArtistId,
      monitored: it.monitored,
      addedAt: it.added,
      profileId: it.qualityProfileId,
      tags: it.tags,
      missing: it.statistics && Math.max(0, it.statistics.trackCount - it.statistics.trackFileCount),
      folder: it.path,
    }),
  )

const album = z
  .object({
    id,
    artistId: countOrNull,
    title: text,
    monitored: flag,
    releaseDate: instant,
    profileId: countOrNull,
    lastSearchTime: instant,
    statistics: z.object({trackFileCount: count, trackCount: count}).nullable().catch(null),
  })
  .transform((it) => {
    const {statistics} = it
    const missing = statistics && Math.max(0, statistics.trackCount - statistics.trackFileCount)
    return item({
      kind: 'album',
      id: it.id,
      parentId: it.artistId,
      title: it.title,
      monitored: it.monitored,
      releasedAt: it.releaseDate,
      searchedAt: it.lastSearchTime,
      profileId: it.profileId,
      missing,
      hasFile: statistics && statistics.trackFileCount > 0 && missing === 0,
    })
  })

const trackFiles = z.array(
  z
    .object({...fileFields, ...albumFields, customFormatScore: count})
    .transform((it) => libraryFile(it, it.artistId, it.albumId)),
)

const fileOfAlbums: z.ZodType<MediaFile[]> = z.array(
  z.object({id, albumId: count}).transform((it): MediaFile => ({mediaId: it.albumId, fileId: it.id})),
)

const candidate = z
  .object({
    path: text,
    size: count,
    downloadId: text,
    quality: z.unknown().optional(),
    indexerFlags: count,
    releaseGroup: text,
    albumReleaseId: countOrNull,
    disableReleaseSwitching: flag,
    rejections: listOf(rejection),
    tracks: listOf(z.object({id})),
    artist: z.object({id}).nullable().catch(null),
    album: z.object({id}).nullable().catch(null),
  })
  .transform((it): ImportCandidate => {
    const {path, size, quality, indexerFlags, releaseGroup, albumReleaseId, disableReleaseSwitching} = it
    return {
      path,
      size,
      downloadId: asDownloadId(it.downloadId),
      rejections: it.rejections,
      media: mediaList(albumRef({artistId: it.artist?.id ?? null, albumId: it.album?.id ?? null})),
      sendBack: {
        quality,
        indexerFlags,
        releaseGroup,
        albumReleaseId,
        disableReleaseSwitching,
        trackIds: it.tracks.map((track) => track.id),
      },
    }
  })

export const lidarr: Dialect = {
  ...usual,
  release,
  kind: 'lidarr',
  prefix: '/api/v1',
  media: 'album',
  can: {
    changeCategory: true,
    removalMessage: false,
    rejectionCodes: false,
    importBlocked: true,
    wanted: true,
    seasonSearch: false,
  },
  // Albums come along unless they are declined.
  queueQuery: {includeArtist: false, includeAlbum: false},
  queueRow: z
    .object({...queueFields, ...postImportField, ...addedField, ...albumFields, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(albumRef(it)), it.sizeleft)),
  historyRow: z
    .object({...historyFields, ...albumFields, eventType: word(events)})
    .transform((it) => historyRow(it, albumRef(it))),
  historyQuery: (albumId) => ({albumId}),
  library: [
    {path: '/artist', shape: artist},
    {path: '/album', shape: album},
  ],
  itemsOf: (artistId) => ({path: '/album', query: {artistId}, shape: z.array(album)}),
  wantedQuery: {missing: {includeArtist: false}, cutoff: {includeArtist: false}},
  reading: musicReading,
  wantedItem: album,
  files: (artistId) => ({path: '/trackfile', query: {artistId}, shape: trackFiles}),
  filesOf: (albumId) => [{path: '/trackfile', query: {albumId}, shape: fileOfAlbums}],
  importQuery: (downloadId) => ({downloadId, filterExistingFiles: false, replaceExistingFiles: false}),
  importCandidate: candidate,
  importFile: ({path, downloadId, media, sendBack}) => ({
    ...sendBack,
    path,
    artistId: media[0]?.parentId,
    albumId: media[0]?.id,
    ...(downloadId !== null && {downloadId}),
  }),
  commands: {
    search: ['AlbumSearch', 'albumIds'],
    searchAll: ['ArtistSearch', 'artistId'],
    scan: 'DownloadedAlbumsScan',
    rescan: null,
    refresh: (artistId) => ({name: 'RefreshArtist', artistId}),
  },
  editor: {path: '/artist/editor', ids: 'artistIds'},
  monitor: {path: '/album/monitor', ids: 'albumIds'},
  handling,
}
