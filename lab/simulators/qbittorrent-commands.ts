/** Commands on torrents of the simulated Web API. Checks and answers as recorded from 4.5.2, 5.1.0 and 5.3.0. */
import type {FilePriority} from '#model/command.ts'
import {addTorrents} from './qbittorrent-add.ts'
import {
  selected,
  command,
  decoded,
  flag,
  limit,
  list,
  many,
  one,
  shareLimit,
  text,
  word,
  type Call,
  type CallContext,
  type Done,
} from './qbittorrent-call.ts'
import type {SimTorrent} from './sim-torrent.ts'
import type {WorldCommands} from './world-commands.ts'

const queueing = (to: 'top' | 'up' | 'down' | 'bottom'): Call =>
  command(['hashes'], (context, params): Done => {
    const {world} = context
    if (world.options.queueHolds === 'none') return text(409, 'Torrent queueing must be enabled')
    world.commands.moveInQueue(selected(context, word(params, 'hashes')), {to})
  })

export const qbittorrentCommands: readonly (readonly [string, Call])[] = [
  ['torrents/add', {isCommand: true, run: addTorrents}],
  ['torrents/start', many([], (commands, torrents) => commands.start(torrents))],
  ['torrents/resume', many([], (commands, torrents) => commands.start(torrents))],
  ['torrents/stop', many([], (commands, torrents) => commands.stop(torrents))],
  ['torrents/pause', many([], (commands, torrents) => commands.stop(torrents))],
  ['torrents/recheck', many([], (commands, torrents) => commands.recheck(torrents, 'waits'))],
  ['torrents/reannounce', many([], (commands, torrents) => commands.reannounce(torrents))],
  ['torrents/setForceStart', many([], forceStart)],
  ['torrents/delete', many(['deleteFiles'], remove)],
  ['torrents/topPrio', queueing('top')],
  ['torrents/increasePrio', queueing('up')],
  ['torrents/decreasePrio', queueing('down')],
  ['torrents/bottomPrio', queueing('bottom')],
  [
    'torrents/setSuperSeeding',
    switched('value', (commands, torrents, on) => commands.setSuperSeeding(torrents, {on})),
  ],
  [
    'torrents/setAutoManagement',
    switched('enable', (commands, torrents, on) => commands.setAutoManaged(torrents, {on})),
  ],
  ['torrents/toggleSequentialDownload', many([], toggleSequential)],
  ['torrents/toggleFirstLastPiecePrio', many([], toggleFirstLast)],
  ['torrents/setLocation', many(['location'], setLocation)],
  [
    'torrents/rename',
    one(['name'], ({world}, torrents, params) =>
      world.commands.rename(torrents, {name: word(params, 'name')}),
    ),
  ],
  ['torrents/renameFile', one(['oldPath', 'newPath'], renameFile)],
  ['torrents/renameFolder', one(['oldPath', 'newPath'], renameFolder)],
  ['torrents/filePrio', one(['id', 'priority'], filePriority)],
  [
    'torrents/setComment',
    many(['comment'], (commands, torrents, params) =>
      commands.setComment(torrents, {comment: word(params, 'comment')}),
    ),
  ],
  ['torrents/removeTags', many([], removeTags)],
  [
    'torrents/setTags',
    many(['tags'], (commands, torrents, params) => commands.setTags(torrents, {tags: list(params, 'tags')})),
  ],
  [
    'torrents/setDownloadLimit',
    many(['limit'], (commands, torrents, params) => commands.setSpeedLimits(torrents, {down: limit(params)})),
  ],
  [
    'torrents/setUploadLimit',
    many(['limit'], (commands, torrents, params) => commands.setSpeedLimits(torrents, {up: limit(params)})),
  ],
  [
    'torrents/setShareLimits',
    {
      isCommand: true,
      run: (context, request) => setShareLimits(context.profile.shareLimits).run(context, request),
    },
  ],
  ['torrents/addTrackers', one(['urls'], addTrackers)],
  [
    'torrents/editTracker',
    {
      isCommand: true,
      run: (context, request) =>
        editTracker(context.profile.isNewWeb ? 'url' : 'origUrl').run(context, request),
    },
  ],
  ['torrents/removeTrackers', one(['urls'], removeTrackers)],
  [
    'torrents/addWebSeeds',
    one(['urls'], ({world}, torrents, params) =>
      world.commands.addWebSeeds(torrents, {urls: decoded(params, 'urls')}),
    ),
  ],
  [
    'torrents/removeWebSeeds',
    one(['urls'], ({world}, torrents, params) =>
      world.commands.removeWebSeeds(torrents, {urls: decoded(params, 'urls')}),
    ),
  ],
  ['torrents/setCategory', command(['hashes', 'category'], setCategory)],
  [
    'torrents/addTags',
    many(['tags'], (commands, torrents, params) => commands.addTags(torrents, {tags: list(params, 'tags')})),
  ],
  ['torrents/addPeers', many(['peers'], addPeers)],
]

function switched(
  name: string,
  run: (commands: WorldCommands, torrents: SimTorrent[], on: boolean) => void,
): Call {
  return many([name], (commands, torrents, params) => run(commands, torrents, flag(params, name) === true))
}

/** `false` starts it too, as the queue wants it. */
function forceStart(commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams): void {
  if (flag(params, 'value') === true) commands.forceStart(torrents)
  else commands.start(torrents)
}

function remove(commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams): void {
  if (flag(params, 'deleteFiles') === true) commands.removeWithData(torrents)
  else commands.remove(torrents)
}

function toggleSequential(commands: WorldCommands, torrents: SimTorrent[]): void {
  for (const torrent of torrents) commands.setSequential([torrent], {on: !torrent.sequential})
}

function toggleFirstLast(commands: WorldCommands, torrents: SimTorrent[]): void {
  for (const torrent of torrents) commands.setFirstLast([torrent], {on: !torrent.firstLast})
}

function setLocation(commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams): Done {
  const path = word(params, 'location').trim()
  if (path === '') return text(400, 'Save path cannot be empty')
  commands.setAutoManaged(torrents, {on: false})
  commands.setLocation(torrents, {path, moveData: true})
}

function renameFile(context: CallContext, torrents: SimTorrent[], params: URLSearchParams): Done {
  const [from, to] = [word(params, 'oldPath'), word(params, 'newPath')]
  const paths = new Set(context.world.files(torrents[0]!).map((file) => file.path))
  if (!paths.has(from)) return text(409, 'Path not found')
  if (paths.has(to)) return text(409, `The file already exists: '${to}'.`)
  context.world.commands.renameFile(torrents, {from, to})
}

function renameFolder(context: CallContext, torrents: SimTorrent[], params: URLSearchParams): Done {
  const [from, to] = [word(params, 'oldPath'), word(params, 'newPath')]
  const has = (folder: string): boolean =>
    context.world.files(torrents[0]!).some((file) => file.path.startsWith(`${folder}/`))
  if (!has(from) || has(to)) return text(409, `The folder '${from}' cannot be renamed.`)
  context.world.commands.renameFolder(torrents, {from, to})
}

const priorities: Readonly<Record<string, FilePriority>> = {0: 'skip', 1: 'normal', 6: 'high', 7: 'maximum'}

function filePriority(context: CallContext, torrents: SimTorrent[], params: URLSearchParams): Done {
  const priority = priorities[word(params, 'priority')]
  if (!priority) return text(400, 'Priority is not valid')
  if (!torrents[0]!.hasMetadata) return text(409, "Torrent's metadata has not yet downloaded")
  const files = word(params, 'id').split('|').map(Number)
  const count = context.world.files(torrents[0]!).length
  if (files.some((file) => !(file >= 0 && file < count))) return text(409, 'File ID is not valid')
  context.world.commands.setFilePriority(torrents, {files, priority})
}

function setCategory(context: CallContext, params: URLSearchParams): Done {
  const category = word(params, 'category')
  if (category !== '' && !context.world.categories.has(category)) return text(409, 'Incorrect category name')
  context.world.commands.setCategory(selected(context, word(params, 'hashes')), {category})
}

/** Without tags: all of them. */
function removeTags(commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams): void {
  const tags = list(params, 'tags')
  if (tags.length > 0) commands.removeTags(torrents, {tags})
  else commands.setTags(torrents, {tags: []})
}

function setShareLimits(needs: readonly string[]): Call {
  return many(needs, (commands, torrents, params) => {
    commands.setShareLimits(torrents, {
      ratio: shareLimit(params, 'ratioLimit', 1),
      seedingTime: shareLimit(params, 'seedingTimeLimit', 60),
      idleTime: params.has('inactiveSeedingTimeLimit')
        ? shareLimit(params, 'inactiveSeedingTimeLimit', 60)
        : undefined,
    })
  })
}

function addTrackers({world, profile}: CallContext, torrents: SimTorrent[], params: URLSearchParams): Done {
  if (torrents.length > 1 && !profile.isNewWeb) return text(404, 'Not Found')
  const tiers = word(params, 'urls')
    .split('\n\n')
    .map((tier) => tier.split('\n').filter((url) => url !== ''))
  world.commands.addTrackers(torrents, {tiers})
  if (profile.isNewWeb) return {status: 204}
}

function editTracker(name: 'url' | 'origUrl'): Call {
  return one([name, 'newUrl'], ({world, profile}, torrents, params) => {
    const [from, to] = [word(params, name), word(params, 'newUrl')]
    const urls = new Set(torrents[0]!.trackers.map((tracker) => tracker.url))
    if (!urls.has(from)) return text(409, 'Tracker not found')
    if (urls.has(to)) return text(409, 'New tracker URL already exists')
    world.commands.editTracker(torrents, {from, to})
    if (profile.isNewWeb) return {status: 204}
    return undefined
  })
}

/** Percent-encoded from 5.1 on. */
function removeTrackers(
  {world, profile}: CallContext,
  torrents: SimTorrent[],
  params: URLSearchParams,
): void {
  const urls = profile.has('torrents/setTags') ? decoded(params, 'urls') : word(params, 'urls').split('|')
  world.commands.removeTrackers(torrents, {urls})
}

function addPeers(commands: WorldCommands, torrents: SimTorrent[], params: URLSearchParams): Done {
  const peers = word(params, 'peers')
    .split('|')
    .filter((peer) => /:\d+$/.test(peer))
  if (peers.length === 0) return text(400, 'No valid peers were specified')
  commands.addPeers(torrents, {peers})
  const counts = torrents.map(({hash}) => [hash, {added: peers.length, failed: 0}])
  return {
    status: 200,
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(Object.fromEntries(counts)),
  }
}
