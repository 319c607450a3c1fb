/** Readarr (retired): books of authors. It knows no importBlocked and gives its files no score. */
import {z} from 'zod'
import {asDownloadId, type HistoryEvent, type ImportCandidate} from '#model/arr.ts'
import {usual, type Dialect, type MediaFile} from './dialect.ts'
import {count, countOrNull, flag, id, ids, instant, listOf, text, word} from './fields.ts'
import {fileFields, item, libraryFile} from './items.ts'
import {bookReading} from './library-rows.ts'
import {
  bookFields,
  historyFields,
  historyRow,
  mediaList,
  mediaOf,
  postImportField,
  queueFields,
  queueRow,
} from './queue-rows.ts'
import {handling, rejection, release} from './shapes.ts'

const bookRef = (it: {readonly authorId: number | null; readonly bookId: number | null}) =>
  mediaOf('book', it.bookId, it.authorId)

const events: Readonly<Record<string, HistoryEvent>> = {
  grabbed: 'grabbed',
  bookFileImported: 'imported',
  downloadFailed: 'failed',
  bookFileDeleted: 'fileDeleted',
  bookFileRenamed: 'fileRenamed',
  bookFileRetagged: 'fileRetagged',
  bookImportIncomplete: 'importIncomplete',
  downloadImported: 'downloadImported',
  downloadIgnored: 'ignored',
}

const statistics = z.object({bookFileCount: count, bookCount: count}).nullable().catch(null)

const author = z
  .object({
    id,
    path: text,
    authorName: text,
    foreignAuthorId: text,
    monitored: flag,
    added: instant,
    qualityProfileId: countOrNull,
    tags: ids,
    statistics,
  })
  .transform((it) =>
    item({
      kind: 'author',
      id: it.id,
      title: it.authorName,
      foreignId: it.foreignAuthorId,
      monitored: it.monitored,
      addedAt: it.added,
      profileId: it.qualityProfileId,
      tags: it.tags,
      missing: it.statistics && Math.max(0, it.statistics.bookCount - it.statistics.bookFileCount),
      folder: it.path,
    }),
  )

const book = z
  .object({
    id,
    authorId: countOrNull,
    title: text,
    monitored: flag,
    releaseDate: instant,
    added: instant,
    statistics,
  })
  .transform((it) => {
    const hasFile = it.statistics && it.statistics.bookFileCount > 0
    return item({
      kind: 'book',
      id: it.id,
      parentId: it.authorId,
      title: it.title,
      monitored: it.monitored,
      releasedAt: it.releaseDate,
      addedAt: it.added,
      hasFile,
      missing: hasFile === null ? null : hasFile ? 0 : 1,
    })
  })

const bookFiles = z.array(
  z.object({...fileFields, ...bookFields}).transform((it) => libraryFile(it, it.authorId, it.bookId)),
)

const fileOfBooks: z.ZodType<MediaFile[]> = z.array(
  z.object({id, bookId: count}).transform((it): MediaFile => ({mediaId: it.bookId, fileId: it.id})),
)

const candidate = z
  .object({
    path: text,
    size: count,
    downloadId: text,
    quality: z.unknown().optional(),
    indexerFlags: count,
    releaseGroup: text,
    foreignEditionId: text,
    disableReleaseSwitching: flag,
    rejections: listOf(rejection),
    author: z.object({id}).nullable().catch(null),
    book: z.object({id}).nullable().catch(null),
  })
  .transform((it): ImportCandidate => {
    const {path, size, quality, indexerFlags, releaseGroup, foreignEditionId, disableReleaseSwitching} = it
    return {
      path,
      size,
      downloadId: asDownloadId(it.downloadId),
      rejections: it.rejections,
      media: mediaList(bookRef({authorId: it.author?.id ?? null, bookId: it.book?.id ?? null})),
      sendBack: {quality, indexerFlags, releaseGroup, foreignEditionId, disableReleaseSwitching},
    }
  })

export const readarr: Dialect = {
  ...usual,
  release,
  kind: 'readarr',
  prefix: '/api/v1',
  media: 'book',
  can: {
    changeCategory: true,
    removalMessage: false,
    rejectionCodes: false,
    importBlocked: false,
    wanted: true,
    seasonSearch: false,
  },
  // Books come along unless they are declined.
  queueQuery: {includeAuthor: false, includeBook: false},
  queueRow: z
    .object({...queueFields, ...postImportField, ...bookFields, sizeleft: count})
    .transform((it) => queueRow(it, mediaList(bookRef(it)), it.sizeleft)),
  historyRow: z
    .object({...historyFields, ...bookFields, eventType: word(events)})
    .transform((it) => historyRow(it, bookRef(it))),
  historyQuery: (bookId) => ({bookId}),
  library: [
    {path: '/author', shape: author},
    {path: '/book', shape: book},
  ],
  itemsOf: (authorId) => ({path: '/book', query: {authorId}, shape: z.array(book)}),
  wantedQuery: {missing: {includeAuthor: false}, cutoff: {includeAuthor: false}},
  reading: bookReading,
  wantedItem: book,
  files: (authorId) => ({path: '/bookfile', query: {authorId}, shape: bookFiles}),
  filesOf: (bookId) => [{path: '/bookfile', query: {bookId}, shape: fileOfBooks}],
  importQuery: (downloadId) => ({downloadId, filterExistingFiles: false, replaceExistingFiles: false}),
  importCandidate: candidate,
  importFile: ({path, downloadId, media, sendBack}) => ({
    ...sendBack,
    path,
    authorId: media[0]?.parentId,
    bookId: media[0]?.id,
    ...(downloadId !== null && {downloadId}),
  }),
  commands: {
    search: ['BookSearch', 'bookIds'],
    searchAll: ['AuthorSearch', 'authorId'],
    scan: 'DownloadedBooksScan',
    rescan: null,
    refresh: (authorId) => ({name: 'RefreshAuthor', authorId}),
  },
  editor: {path: '/author/editor', ids: 'authorIds'},
  monitor: {path: '/book/monitor', ids: 'bookIds'},
  handling,
}
