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
import type {Question} from './decisions.ts'
import {commandArgs} from './execute.ts'
import {grab} from './grab.ts'
import {objectionsTo} from './imports.ts'
import {unitsOf, withoutExtension} from './payloads.ts'
import {qualityModel} from './quality.ts'
import {rejectionCode} from './rejections.ts'
import type {Release} from './releases.ts'
import {languages} from './rows-format.ts'
import {parentResource, unitResource} from './rows-library.ts'
import {releaseResource} from './rows-release.ts'
import {episodeQuestions, itemQuestion, look, ownerQuestion, SearchFailed, seasonQuestions} from './search.ts'

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

/** It may be picked for so long. */
const SHOWN_FOR = 30 * 60_000

/** An interactive search: what the indexers have, with what the Arr has against it. */
async function releases(asked: Asked): Promise<Reply> {
  const {arr} = asked
  const questions = questionsOf(asked)
  if (questions instanceof SearchFailed) return thrown(400, questions.message, {})
  const decisions = await look(arr, questions)
  const until = arr.time.now() + SHOWN_FOR
  for (const {release} of decisions) arr.shown.set(shownKey(release), {release, until})
  return ok(decisions.map((decision, weight) => releaseResource(asked, decision, weight)))
}

function questionsOf(asked: Asked): readonly Question[] | SearchFailed {
  try {
    return questionsIn(asked) ?? new SearchFailed('Nothing to search for')
  } catch (error) {
    if (error instanceof SearchFailed) return error
    throw error
  }
}

function questionsIn({arr, query}: Asked): readonly Question[] | null {
  const {library, dialect} = arr
  const idOf = (key: string | null): number | null =>
    key !== null && query.has(key) ? Number(query.get(key)) : null
  const unitId = idOf(dialect.unitKey)
  const parentId = idOf(dialect.parentKey)
  if (unitId !== null) {
    const unit = library.unit(unitId)
    if (unit === undefined) return null
    return dialect.family === 'series' ? episodeQuestions(arr, unit) : [itemQuestion(arr, unit)]
  }
  const parent = parentId === null ? undefined : library.parent(parentId)
  if (parent === undefined) return null
  const units = library.unitsOf(parent)
  if (dialect.family === 'movies') return units.map((unit) => itemQuestion(arr, unit))
  if (dialect.family !== 'series') return [ownerQuestion(arr, parent, units)]
  const season = Number(query.get('seasonNumber'))
  return seasonQuestions(
    arr,
    parent,
    units.filter((unit) => unit.season === season),
    false,
  )
}

function shownKey({indexerId, guid}: Pick<Release, 'indexerId' | 'guid'>): string {
  return `${indexerId}_${guid}`
}

/** What a person picked, of what was shown lately, whether or not it was rejected. */
async function pick(asked: Asked): Promise<Reply> {
  const {arr} = asked
  const body = bodyOf(asked)
  const [guid, indexerId] = [said(body, 'guid', 'string') ?? '', said(body, 'indexerId', 'number') ?? 0]
  const found = arr.shown.get(shownKey({indexerId, guid}))
  if (found === undefined || found.until <= arr.time.now()) {
    return thrown(404, "Couldn't find requested release in cache, try searching again", {})
  }
  switch (await grab(arr, found.release, 'InteractiveSearch')) {
    case 'grabbed':
      return ok(asked.api === 'v5' ? {guid, indexerId} : body)
    case 'gone':
      return thrown(409, 'Getting release from indexer failed', {})
    case 'refused':
      return thrown(500, 'Download client failed to add torrent')
    case 'waiting':
    case 'nowhere':
      return thrown(500, "Download client isn't configured yet or is unavailable")
  }
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
