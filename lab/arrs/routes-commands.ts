/** What an Arr is asked to do: commands, imports by hand, releases picked by a person. Source: protocol notes §5, §6. */
import {dirname, join} from 'node:path'
import type {Tracked} from './arr.ts'
import {
  bodyOf,
  created,
  deleted,
  iso,
  noItem,
  ok,
  said,
  span,
  thrown,
  type Asked,
  type Reply,
  type Routes,
  type Speaking,
} from './asked.ts'
import {isReported, type Command} from './commands.ts'
import {commandArgs} from './execute.ts'
import {grab} from './grab.ts'
import {objectionsTo} from './imports.ts'
import {unitsOf, withoutExtension} from './payloads.ts'
import {qualityModel} from './quality.ts'
import {rejectionCode} from './rejections.ts'
import type {Release} from './releases.ts'
import {parentResource, unitResource} from './rows-library.ts'
import {languages} from './rows-queue.ts'

const diskCommands = /^(ProcessMonitoredDownloads|Downloaded\w+Scan|ManualImport|Rescan\w+)$/

/** As it is answered, and as it is told on the live channel. */
export function commandResource({arr, description}: Speaking, command: Command): object {
  const {startedAt, endedAt, queuedAt, ranAt, name, trigger} = command
  const flags = {sendUpdatesToClient: isReported(command), updateScheduledTask: true}
  return description.shown('CommandResource', {
    id: command.id,
    name,
    commandName: name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
    message: command.message,
    body: {
      ...command.args,
      ...flags,
      requiresDiskAccess: diskCommands.test(name),
      isExclusive: false,
      ...(arr.dialect.family === 'movies' && {isTypeExclusive: false}),
      isLongRunning: name === 'ProcessMonitoredDownloads',
      name,
      ...(trigger === 'scheduled' && {lastExecutionTime: iso(ranAt), lastStartTime: iso(ranAt)}),
      trigger,
      suppressMessages: name === 'RefreshMonitoredDownloads' && trigger === 'manual',
    },
    priority: command.priority,
    status: command.status,
    result: command.result,
    queued: iso(queuedAt),
    started: iso(startedAt),
    ended: iso(endedAt),
    duration: endedAt === null ? null : `${span(endedAt - (startedAt ?? endedAt))}.0000000`,
    exception: command.exception,
    trigger,
    stateChangeTime: iso(endedAt ?? startedAt ?? queuedAt),
    lastExecutionTime: trigger === 'scheduled' ? iso(ranAt) : null,
    ...flags,
  })
}

function post(asked: Asked): Reply {
  const {arr} = asked
  const {name: said, ...args} = bodyOf(asked)
  const known = commandArgs(arr, typeof said === 'string' ? said : '')
  // Not 404, as one might think.
  if (!known) return thrown(arr.dialect.unknownCommand, 'Sequence contains no matching element')
  for (const name of Object.keys(args)) {
    if (!known.args.includes(name)) arr.stats.unknownParams.push(`POST command ${known.name}.${name}`)
  }
  const command = arr.commands.post(
    known.name,
    args,
    'manual',
    known.name === 'ManualImport' ? 'high' : 'normal',
  )
  const location = `${arr.config.urlBase ?? ''}/api/${asked.api}/command/${command.id}`
  return {...created(commandResource(asked, command)), location}
}

function one(asked: Asked): Reply {
  const command = asked.arr.commands.get(asked.ids[0]!)
  return command ? ok(commandResource(asked, command)) : noItem(asked)
}

function cancel(asked: Asked): Reply {
  const command = asked.arr.commands.get(asked.ids[0]!)
  if (!command) return noItem(asked)
  return asked.arr.commands.cancel(command)
    ? deleted(asked)
    : {status: 409, value: {message: 'Cannot cancel a command that has been started'}}
}

/** The files of a download as it would import them. */
async function candidates(asked: Asked): Promise<Reply> {
  const {arr, query} = asked
  const ids = [...query.getAll('downloadIds'), ...query.getAll('downloadId')]
  const tracked = ids.flatMap((id) => arr.queue.get(id) ?? [])
  const rows: object[] = []
  for (const one of tracked) {
    for (const {path, size} of await arr.time.outside(one.client.backend.files(one.downloadId))) {
      rows.push(candidateRow(asked, one, path, size, rows.length + 1))
    }
  }
  return ok(rows)
}

function candidateRow(asked: Asked, tracked: Tracked, path: string, size: number, id: number): object {
  const {arr, description} = asked
  const {library, dialect} = arr
  const parent = tracked.parentId === null ? undefined : library.parent(tracked.parentId)
  const units = unitsOf(arr, tracked.unitIds)
  const {outputPath} = tracked
  const file = outputPath.endsWith(`/${path}`) ? outputPath : join(dirname(outputPath), path)
  const fileName = path.split('/').at(-1)!
  const shown = (resource: string, row: object): object => description.shown(resource, row)
  const parentRow = parent && withoutFile(parentResource(asked, parent))
  const unit = units[Math.min(id, units.length) - 1]
  const unitRow = unit && dialect.unitKey !== null ? unitResource(asked, unit) : undefined
  return shown('ManualImportResource', {
    id,
    path: file,
    relativePath: fileName,
    folderName: dialect.family === 'movies' ? undefined : '',
    name: withoutExtension(fileName),
    size,
    movie: parentRow,
    series: parentRow,
    artist: parentRow,
    author: parentRow,
    album: unitRow,
    book: unitRow,
    episodes: unitRow ? [unitRow] : [],
    seasonNumber: unit?.season,
    tracks: [],
    albumReleaseId: unit?.id ?? 0,
    releaseGroup: 'SIM',
    languages,
    qualityWeight: 1,
    indexerFlags: 0,
    quality: qualityModel(dialect, tracked.release?.qualityId ?? 3),
    downloadId: tracked.downloadId,
    customFormats: [],
    customFormatScore: tracked.release?.score ?? 0,
    releaseType: 'singleEpisode',
    additionalFile: false,
    replaceExistingFiles: false,
    disableReleaseSwitching: false,
    rejections: objectionsTo(arr, tracked, fileName).map((text) =>
      asked.api === 'v5'
        ? {reason: rejectionCode(text), message: text, type: 'permanent'}
        : {reason: text, type: 'permanent'},
    ),
  })
}

function withoutFile(row: object): object {
  return {...row, movieFile: undefined}
}

/** An interactive search: what the indexers have, with nothing grabbed. */
function releases(asked: Asked): Reply {
  const {arr, query} = asked
  const unitId = Number(query.get(arr.dialect.unitKey ?? arr.dialect.parentKey) ?? 0)
  const unit = arr.library.unit(unitId)
  return ok(unit ? arr.releases.forUnit(unit).map((release) => releaseRow(asked, release)) : [])
}

function releaseRow({arr, description}: Asked, release: Release): object {
  const rejected = arr.blocklist.has(release)
  return description.shown('ReleaseResource', {
    guid: release.guid,
    title: release.title,
    size: release.size,
    indexerId: release.indexerId,
    indexer: release.indexer,
    quality: qualityModel(arr.dialect, release.qualityId),
    languages,
    customFormats: [],
    customFormatScore: release.score,
    seeders: release.seeders,
    leechers: 1,
    approved: !rejected,
    rejected,
    temporarilyRejected: false,
    downloadAllowed: true,
    protocol: 'torrent',
    rejections: [],
    publishDate: iso(release.publishedAt),
    age: 1,
    ageHours: 1,
    ageMinutes: 60,
    infoHash: release.infoHash ? release.hash : null,
  })
}

/** What a person picked. */
async function pick(asked: Asked): Promise<Reply> {
  const release = asked.arr.releases.byGuid(said(bodyOf(asked), 'guid', 'string') ?? '')
  if (!release)
    return {status: 404, value: {message: "Couldn't find requested release in cache, try searching again"}}
  await grab(asked.arr, release, 'InteractiveSearch')
  return ok(releaseRow(asked, release))
}

export const commandRoutes: Routes = {
  'POST command': post,
  'GET command/{id}': one,
  'DELETE command/{id}': cancel,
  'GET command': (asked) => ok(asked.arr.commands.list().map((command) => commandResource(asked, command))),
  'GET manualimport': candidates,
  'GET release': releases,
  'POST release': pick,
}
