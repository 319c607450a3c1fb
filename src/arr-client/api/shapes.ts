/** Shapes of answers that are the same in all apps, read into our words. */
import {createHash} from 'node:crypto'
import {z} from 'zod'
import type {
  ArrCommand,
  ArrHealthItem,
  ArrIndexer,
  ArrNotification,
  ArrTag,
  BlocklistRow,
  DownloadHandling,
  FolderFile,
  FoundRelease,
  MediaKind,
  MediaManagement,
  RankedProfile,
  QueueCounters,
  RefusedGrab,
  Rejection,
  RemotePathMapping,
  RootFolder,
} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'
import {
  count,
  countOrNull,
  flag,
  id,
  ids,
  instant,
  listOf,
  names,
  protocol,
  qualityName,
  settingFields,
  text,
  webAddress,
  wordOf,
} from './fields.ts'

export const apiInfo = z.object({current: text, deprecated: listOf(z.string())})

export const systemStatus = z.object({
  appName: text,
  instanceName: text,
  version: text,
  isDocker: flag,
  startTime: instant,
})

export const queueCounters = z
  .object({
    totalCount: count,
    unknownCount: count,
    errors: flag,
    warnings: flag,
    unknownErrors: flag,
    unknownWarnings: flag,
  })
  .transform((it): QueueCounters => ({
    total: it.totalCount,
    unmatched: it.unknownCount,
    hasErrors: it.errors || it.unknownErrors,
    hasWarnings: it.warnings || it.unknownWarnings,
  }))

const blocklistFields = {id, date: instant, sourceTitle: text}

function blocklistRow(
  it: {readonly id: number; readonly date: EpochMs | null; readonly sourceTitle: string},
  items: readonly number[],
): BlocklistRow {
  return {id: it.id, at: it.date, title: it.sourceTitle, items}
}

/** By what an Arr is asked about one by one. */
export const blocklistRows: Readonly<Record<MediaKind, z.ZodType<BlocklistRow>>> = {
  movie: z
    .object({...blocklistFields, movieId: countOrNull})
    .transform((it) => blocklistRow(it, it.movieId === null ? [] : [it.movieId])),
  episode: z.object({...blocklistFields, episodeIds: ids}).transform((it) => blocklistRow(it, it.episodeIds)),
  album: z.object({...blocklistFields, albumIds: ids}).transform((it) => blocklistRow(it, it.albumIds)),
  book: z.object({...blocklistFields, bookIds: ids}).transform((it) => blocklistRow(it, it.bookIds)),
}

/** A quality, or a group of them. */
const profileItem = z
  .object({
    quality: z.object({id}).nullable().catch(null),
    items: listOf(z.object({quality: z.object({id})})),
    allowed: flag,
  })
  .transform(({quality, items, allowed}) => ({
    ids: quality === null ? items.map((it) => it.quality.id) : [quality.id],
    allowed,
  }))

/** Arrs list them by their scores, and by their names. */
function byFormat<T extends {readonly format: number}>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => a.format - b.format)
}

function contentsOf(all: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 12)
}

export const qualityProfiles = z.array(
  z
    .looseObject({
      id,
      name: text,
      upgradeAllowed: flag,
      minFormatScore: count,
      cutoffFormatScore: count,
      items: listOf(profileItem),
      formatItems: listOf(z.object({format: count, score: count})),
    })
    .transform(({name, minFormatScore, cutoffFormatScore, formatItems, ...it}): RankedProfile => ({
      id: it.id,
      name,
      upgradeAllowed: it.upgradeAllowed,
      minScore: minFormatScore,
      cutoffScore: cutoffFormatScore,
      order: it.items.map(({ids}) => ids),
      // Whatever else it has, too: apps differ in that.
      contents: contentsOf([it, byFormat(formatItems)]),
    })),
)

export const rootFolders: z.ZodType<RootFolder[]> = z.array(
  z.object({path: text, accessible: flag, freeSpace: countOrNull}),
)

/** Of a folder that is not there, or may not be read, without files. Source: Radarr's FileSystemLookupService. */
export const folderFiles: z.ZodType<FolderFile[]> = z
  .object({files: listOf(z.object({name: text, size: count}))})
  .transform(({files}) => files)

export const remotePathMappings: z.ZodType<RemotePathMapping[]> = z.array(
  z.object({host: text, remotePath: text, localPath: text}),
)

export const tag: z.ZodType<ArrTag> = z.object({id, label: text})
export const tags = z.array(tag)

/** The end of the name of an indexer's option; some have it below another. */
export const REJECTS_BLOCKLISTED = 'rejectBlocklistedTorrentHashesWhileGrabbing'

export const indexers = z.array(
  z
    .object({id, name: text, protocol, enableAutomaticSearch: flag, fields: settingFields})
    .transform(({enableAutomaticSearch, fields, ...it}): ArrIndexer => {
      const option = fields.find(({name}) => name.endsWith(REJECTS_BLOCKLISTED))
      return {
        ...it,
        automaticSearch: enableAutomaticSearch,
        rejectsBlocklisted: option === undefined ? null : option.value === true,
      }
    }),
)

/** Whisparr v2 has no choice for releases that were picked by hand. */
export const handlingWithoutInteractive = z
  .object({enableCompletedDownloadHandling: flag, autoRedownloadFailed: flag})
  .transform((it): DownloadHandling => ({
    importsCompleted: it.enableCompletedDownloadHandling,
    searchesAfterFailure: it.autoRedownloadFailed,
    searchesAfterInteractiveFailure: it.autoRedownloadFailed,
  }))

export const handling = z
  .object({
    enableCompletedDownloadHandling: flag,
    autoRedownloadFailed: flag,
    autoRedownloadFailedFromInteractiveSearch: flag,
  })
  .transform((it): DownloadHandling => ({
    importsCompleted: it.enableCompletedDownloadHandling,
    searchesAfterFailure: it.autoRedownloadFailed,
    searchesAfterInteractiveFailure: it.autoRedownloadFailedFromInteractiveSearch,
  }))

export const mediaManagement = z
  .object({copyUsingHardlinks: flag, recycleBin: text, minimumFreeSpaceWhenImporting: count})
  .transform((it): MediaManagement => ({
    hardLinks: it.copyUsingHardlinks,
    recycleBin: it.recycleBin,
    minimumFreeMiB: it.minimumFreeSpaceWhenImporting,
  }))

export const health: z.ZodType<ArrHealthItem[]> = z.array(
  z
    .object({
      source: text,
      type: wordOf(['ok', 'notice', 'warning', 'error']),
      message: text,
      wikiUrl: webAddress,
    })
    .transform(({type, ...it}): ArrHealthItem => ({...it, level: type})),
)

/** One line may carry a whole question to its database. */
const MOST_OF_FAILURE = 300

/**
 * Lines of the log, which all Arrs write in English: a release was chosen, and could not be handed to its download client.
 * The words of the client stand behind, and in the first line of the exception. Lidarr, Readarr and older Sonarrs name
 * the release last, without quotes. `null` = another line.
 * Source: ProcessDownloadDecisions.cs and DatabaseTarget.cs of the Arrs.
 */
const refusedGrab = z
  .object({time: instant, message: text, exception: text})
  .transform(({time, message, exception}): RefusedGrab | null => {
    const thrown = /^[\w.]*Exception:\s*(.*)/.exec(exception)?.[1]?.trim() ?? ''
    const quoted =
      /^Couldn't add (?:release|report) '(.+?)' from Indexer .*? to download queue\.?(?::\s*(.*))?/s.exec(
        message,
      )
    const bare = /^Couldn't add report to download queue\. (.+)/.exec(message)?.[1]?.trim()
    const ending = `: ${thrown}`
    const title = quoted?.[1] ?? (bare?.endsWith(ending) ? bare.slice(0, -ending.length) : bare)
    if (title === undefined || time === null) return null
    const [why] = (quoted?.[2] || thrown).split('\n')
    return {at: time, title: title.slice(0, MOST_OF_FAILURE), why: why!.trim().slice(0, MOST_OF_FAILURE)}
  })

export const refusedGrabs = z.object({records: listOf(refusedGrab)})

export const command = z
  .object({
    id,
    name: text,
    message: text,
    exception: text,
    queued: instant,
    ended: instant,
    status: wordOf([
      'queued',
      'started',
      'completed',
      'failed',
      'aborted',
      'cancelled',
      'orphaned',
    ] as const satisfies readonly ArrCommand['status'][]),
    result: wordOf(['successful', 'unsuccessful', 'indeterminate'] as const),
  })
  .transform(({queued, ended, exception, ...it}): ArrCommand => ({
    ...it,
    failure: exception.split(/\r?\n/, 1)[0]!.slice(0, MOST_OF_FAILURE),
    queuedAt: queued,
    endedAt: ended,
  }))
export const commands = z.array(command)

/** Of a history row, as it stands there. */
export const qualityOfEvent = z.object({eventType: text, quality: z.unknown().optional()})
/** Movies and episodes have languages, too. */
export const spokenQualityOfEvent = qualityOfEvent.extend({languages: z.unknown().optional()})

const permanent = {type: wordOf(['permanent', 'temporary'])}

/** `reason` is a sentence. */
export const rejection = z
  .object({reason: text, ...permanent})
  .transform(({reason, type}): Rejection => ({code: null, text: reason, permanent: type !== 'temporary'}))

/** Sonarr's v5 API: `reason` is a code, `message` the sentence. */
export const rejectionWithCode = z
  .object({reason: text, message: text, ...permanent})
  .transform(({reason, message, type}): Rejection => ({
    code: reason,
    text: message,
    permanent: type !== 'temporary',
  }))

const releaseFields = {
  guid: text,
  indexerId: count,
  indexer: text,
  title: text,
  size: count,
  ageMinutes: count,
  seeders: countOrNull,
  leechers: countOrNull,
  protocol,
}
const judgedFields = {releaseWeight: count, customFormats: names, customFormatScore: count}

function foundRelease({
  ageMinutes,
  releaseWeight,
  customFormats,
  customFormatScore,
  ...it
}: Omit<FoundRelease, 'age' | 'weight' | 'formats' | 'score'> & {
  readonly ageMinutes: number
  readonly releaseWeight: number
  readonly customFormats: readonly string[]
  readonly customFormatScore: number
}): FoundRelease {
  const age = Math.max(0, Math.round(ageMinutes * 60))
  return {...it, age, weight: releaseWeight, formats: customFormats, score: customFormatScore}
}

/** Its addresses hold secrets: they are not read. */
const wholeRelease = z.object({
  ...releaseFields,
  ...judgedFields,
  quality: qualityName,
  approved: flag,
  rejections: listOf(z.string()),
})

/** Of an album or book. */
export const release: z.ZodType<FoundRelease> = wholeRelease.transform((it) =>
  foundRelease({...it, languages: [], rejections: it.rejections.map(asRejection)}),
)

/** Movies and episodes have languages, too. */
export const spokenRelease: z.ZodType<FoundRelease> = wholeRelease
  .extend({languages: names})
  .transform((it) => foundRelease({...it, rejections: it.rejections.map(asRejection)}))

function asRejection(sentence: string): Pick<Rejection, 'code' | 'text'> {
  return {code: null, text: sentence}
}

/** In Sonarr's v5 API it is made of parts. */
export const releaseOfParts: z.ZodType<FoundRelease> = z
  .object({
    release: z.object(releaseFields),
    parsedInfo: z.object({quality: qualityName}).catch({quality: ''}),
    decision: z.object({approved: flag, rejections: listOf(rejectionWithCode)}),
    languages: names,
    ...judgedFields,
  })
  .transform(({release: it, parsedInfo, decision, ...judged}) =>
    foundRelease({...it, ...parsedInfo, ...decision, ...judged}),
  )

/** Whatever an Arr calls its own, to be sent back with a change: nothing of it may get lost. */
export const whole = z.record(z.string(), z.unknown())
export const wholes = z.array(whole)

export const notifications = z.array(
  z
    .object({id, name: text, implementation: text, fields: settingFields})
    .transform(({fields, ...it}): ArrNotification => {
      const url = fields.find(({name}) => name === 'url')?.value
      return {...it, url: typeof url === 'string' ? url : ''}
    }),
)
