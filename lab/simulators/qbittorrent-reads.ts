/** Reading calls of the simulated Web API. */
import type {FaceAnswer} from './face.ts'
import {selected, json, paramsOf, text, type Call, type CallContext} from './qbittorrent-call.ts'
import {magnetOf, nativeRow, stateOf, reportedContentPath, type NativeRow} from './qbittorrent-row.ts'
import {actAtShareLimits} from './qbittorrent-share-limits.ts'
import {progressOf, type SimPeer, type SimTorrent, type SimTracker} from './sim-torrent.ts'
import type {World} from './world.ts'

type Reader = (context: CallContext, params: URLSearchParams) => FaceAnswer

const read = (run: Reader): Call => ({
  isCommand: false,
  run: (context, request) => run(context, paramsOf(request)),
})

/** Of one torrent; 404 without it. */
const readOne = (run: (context: CallContext, torrent: SimTorrent) => unknown): Call =>
  read((context, params) => {
    const torrent = context.world.get(params.get('hash') ?? '')
    return torrent ? json(run(context, torrent)) : text(404, 'Not Found')
  })

export const qbittorrentReads: readonly (readonly [string, Call])[] = [
  ['app/version', read(({profile}) => text(200, profile.version))],
  ['app/webapiVersion', read(({profile}) => text(200, profile.api))],
  ['app/buildInfo', read(() => json({libtorrent: '2.0.11.0', qt: '6.8.2', bitness: 64}))],
  ['app/defaultSavePath', read(({world}) => text(200, world.defaultSavePath))],
  ['app/preferences', read(({world, options}) => json(preferences(world, options)))],
  ['app/processInfo', read(({world}) => json({launch_time: world.session.startedAt}))],
  ['app/getFreeSpaceAtPath', read(({world}) => text(200, String(world.free)))],
  ['app/cookies', read(({world}) => json(world.preferences.get('cookies') ?? []))],
  ['sync/maindata', read((context, params) => maindata(context, Number(params.get('rid') ?? 0)))],
  ['sync/torrentPeers', readOne(({world}, torrent) => peers(world.peers(torrent)))],
  ['torrents/info', read(info)],
  ['torrents/count', read(({world}) => text(200, String(world.size)))],
  ['torrents/properties', readOne(properties)],
  ['torrents/trackers', readOne(({profile}, torrent) => trackers(torrent, profile.isNewWeb))],
  ['torrents/webseeds', readOne((_context, torrent) => torrent.webSeeds.map((url) => ({url})))],
  ['torrents/files', readOne(files)],
  ['torrents/pieceStates', readOne(({world}, torrent) => world.pieces(torrent))],
  ['torrents/pieceAvailability', readOne(({world}, torrent) => world.pieces(torrent).map(() => 1))],
  ['torrents/categories', read((context) => json(categories(context)))],
  ['torrents/tags', read(({world}) => json([...world.tags]))],
  ['torrents/export', read(exportOne)],
  ['transfer/info', read(({world}) => json(transfer(world)))],
  ['transfer/speedLimitsMode', read(({world}) => text(200, world.limits.altOn ? '1' : '0'))],
]

/** The figures of sync/maindata. */
export function serverState(world: World, options: Readonly<Record<string, unknown>>): NativeRow {
  return {
    ...transfer(world),
    alltime_dl: world.allTime.downloaded,
    alltime_ul: world.allTime.uploaded,
    free_space_on_disk: world.free,
    global_ratio: (world.allTime.uploaded / world.allTime.downloaded).toFixed(2),
    queueing: world.options.queueHolds !== 'none',
    refresh_interval: Number(options['refreshMs'] ?? 1500),
    total_peer_connections: world.swarm.peers,
    use_alt_speed_limits: world.limits.altOn,
  }
}

function transfer(world: World): NativeRow {
  const {limits, session} = world
  return {
    connection_status: world.swarm.connection,
    dht_nodes: world.swarm.dhtNodes,
    dl_info_data: session.downloaded,
    dl_info_speed: world.downSpeed,
    dl_rate_limit: (limits.altOn ? limits.altDown : limits.down) ?? 0,
    up_info_data: session.uploaded,
    up_info_speed: world.upSpeed,
    up_rate_limit: (limits.altOn ? limits.altUp : limits.up) ?? 0,
  }
}

function preferences(world: World, options: Readonly<Record<string, unknown>>): NativeRow {
  const {limits} = world
  return {
    save_path: world.defaultSavePath,
    listen_port: world.peerPort,
    random_port: false,
    refresh_interval: Number(options['refreshMs'] ?? 1500),
    queueing_enabled: world.options.queueHolds !== 'none',
    max_ratio_act: 0,
    ...Object.fromEntries(world.preferences),
    dl_limit: limits.down ?? 0,
    up_limit: limits.up ?? 0,
    alt_dl_limit: limits.altDown ?? 0,
    alt_up_limit: limits.altUp ?? 0,
    banned_IPs: [...world.bannedPeers].map((peer) => peer.replace(/:\d+$/, '')).join('\n'),
  }
}

function maindata(context: CallContext, rid: number): FaceAnswer {
  actAtShareLimits(context.world)
  return {status: 200, headers: {'content-type': 'application/json'}, body: context.maindata(rid)}
}

function info(context: CallContext, params: URLSearchParams): FaceAnswer {
  let torrents = params.has('hashes') ? selected(context, params.get('hashes')!) : [...context.world.list()]
  const [tag, category] = [params.get('tag'), params.get('category')]
  if (tag !== null)
    torrents = torrents.filter(({tags}) => (tag === '' ? tags.length === 0 : tags.includes(tag)))
  if (category !== null) torrents = torrents.filter((torrent) => torrent.category === category)
  if (params.get('sort') === 'hash') torrents.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const offset = Number(params.get('offset') ?? 0)
  const limit = Number(params.get('limit') ?? 0)
  const shown = torrents.slice(offset, limit > 0 ? offset + limit : undefined)
  return {status: 200, headers: {'content-type': 'application/json'}, body: rows(context, shown)}
}

function* rows({world, profile}: CallContext, torrents: readonly SimTorrent[]): Generator<string> {
  yield '['
  let comma = ''
  for (const torrent of torrents) {
    yield (
      comma +
      JSON.stringify({
        hash: torrent.hash,
        magnet_uri: magnetOf(torrent),
        ...nativeRow(world, profile, torrent),
      })
    )
    comma = ','
  }
  yield ']'
}

function properties({world, profile}: CallContext, torrent: SimTorrent): NativeRow {
  const row = nativeRow(world, profile, torrent)
  const {hasMetadata, size, done, pieceCount} = torrent
  return {
    addition_date: torrent.addedAt,
    comment: torrent.comment,
    completion_date: torrent.completedAt ?? -1,
    created_by: torrent.createdBy,
    creation_date: torrent.createdAt ?? -1,
    eta: row['eta'],
    hash: torrent.hash,
    is_private: torrent.isPrivate,
    ...(profile.listsComment && {private: hasMetadata ? torrent.isPrivate : null}),
    name: torrent.name,
    piece_size: hasMetadata ? torrent.pieceSize : -1,
    pieces_have: hasMetadata ? Math.floor((done / Math.max(1, size)) * pieceCount) : 0,
    pieces_num: hasMetadata ? pieceCount : -1,
    save_path: torrent.savePath,
    content_path: reportedContentPath(torrent),
    seeding_time: torrent.seedingTime,
    share_ratio: row['ratio'],
    state: stateOf(torrent, profile.saysStop),
    total_size: row['total_size'],
  }
}

const noTracker = {
  msg: '',
  num_downloaded: 0,
  num_leeches: 0,
  num_peers: 0,
  num_seeds: 0,
  status: 0,
  tier: -1,
}

function trackers(torrent: SimTorrent, isNewWeb: boolean): NativeRow[] {
  const pseudo = ['DHT', 'PeX', 'LSD'].map((name) => Object.assign({url: `** [${name}] **`}, noTracker))
  return [...pseudo, ...torrent.trackers.map((tracker) => trackerRow(tracker, isNewWeb))]
}

function trackerRow(tracker: SimTracker, isNewWeb: boolean): NativeRow {
  const status = {disabled: 0, waiting: 1, working: 2, updating: 3, error: 5, unreachable: 6}[tracker.status]
  return {
    url: tracker.url,
    tier: tracker.tier,
    msg: tracker.message,
    status: isNewWeb ? status : Math.min(4, status),
    num_seeds: tracker.seeds,
    num_leeches: tracker.leeches,
    num_peers: -1,
    num_downloaded: tracker.downloaded,
    ...(isNewWeb && {
      next_announce: tracker.nextAnnounceAt ?? 0,
      min_announce: tracker.mayAnnounceAt ?? 0,
      updating: tracker.status === 'updating',
    }),
  }
}

const priorityNumbers = {skip: 0, low: 1, normal: 1, high: 6, maximum: 7} as const

function files({world}: CallContext, torrent: SimTorrent): NativeRow[] {
  return world
    .files(torrent)
    .map((file, index) => ({
      index,
      name: file.path,
      size: file.size,
      progress: file.size > 0 ? file.done / file.size : 1,
      priority: priorityNumbers[file.priority],
      availability: torrent.availability,
      ...(index === 0 && {is_seed: progressOf(torrent) === 1}),
    }))
}

function peers(list: readonly SimPeer[]): NativeRow {
  const rows = list.map((peer) => [
    peer.address,
    {
      client: peer.client,
      progress: peer.progress,
      dl_speed: peer.downSpeed,
      up_speed: peer.upSpeed,
      downloaded: peer.downloaded,
      uploaded: peer.uploaded,
      flags: peer.flags,
      country_code: peer.country.toLowerCase(),
    },
  ])
  return {rid: 1, full_update: true, show_flags: true, peers: Object.fromEntries(rows) as NativeRow}
}

function categories({world, profile, options}: CallContext): NativeRow {
  const actions = (options['shareLimitActions'] ?? {}) as Readonly<Record<string, string>>
  const ownOf = (name: string) =>
    profile.isNewWeb ? {share_limit_action: actions[name] ?? 'Default'} : undefined
  return Object.fromEntries(
    [...world.categories].map(([name, savePath]) => [name, {name, savePath, ...ownOf(name)}]),
  )
}

function exportOne({world}: CallContext, params: URLSearchParams): FaceAnswer {
  const torrent = world.get(params.get('hash') ?? '')
  if (!torrent) return text(404, 'Not Found')
  if (!torrent.hasMetadata) return text(409, 'Unable to export torrent file')
  const headers = {'content-type': 'application/x-bittorrent'}
  // Those that tests put there have none: a daemon has one of whatever has metadata.
  const body = torrent.metainfo ?? Buffer.from(`d4:infod4:name${torrent.name.length}:ee`)
  return {status: 200, headers, body}
}
