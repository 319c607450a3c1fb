/** What rTorrent can do, and how; computed once per connect from its method list and our own settings for it. */
import type {ServerVerb, TorrentVerb} from '#model/command.ts'
import {NotSupported} from '#model/errors.ts'
import type {ExtraFeature, Feature, Features, ServerDefinition} from '#model/server.ts'
import {torrentFileFeature} from '../torrent-file.ts'
import type {EraseHandlers} from './erase-handlers.ts'
import {filePriorities} from './normalise.ts'

type Name = TorrentVerb | ServerVerb | ExtraFeature

const native: Feature = {support: 'native', reason: ''}
const limited = (reason: string): Feature => ({support: 'limited', reason})
const emulated = (reason: string): Feature => ({support: 'emulated', reason})
const none = (reason: string): Feature => ({support: 'none', reason})

const noQueue = none('rTorrent has no queue.')
const noRename = none('rTorrent cannot rename: names follow from the torrent itself.')
const noWebSeeds = none('rTorrent does not report web seeds and cannot change them.')
const noShareLimits = none('rTorrent knows share limits only for groups in its own configuration.')

const fixed = {
  start: native,
  forceStart: noQueue,
  stop: native,
  recheck: native,
  reannounce: native,
  rename: noRename,
  renameFile: noRename,
  renameFiles: noRename,
  renameFolder: noRename,
  addTags: emulated('Tags stand in the label (custom1), behind the category.'),
  removeTags: emulated('Tags stand in the label (custom1), behind the category.'),
  setTags: emulated('Tags stand in the label (custom1), behind the category.'),
  setFilePriority: {...limited('Three steps: skip, normal and high.'), takes: filePriorities},
  addTrackers: limited(
    'Trackers can be added; those added here are lost when the torrent is removed and added again.',
  ),
  editTracker: limited('The new tracker is added and the old one disabled.'),
  removeTrackers: limited('A tracker can be disabled, not removed.'),
  addPeers: native,
  addWebSeeds: noWebSeeds,
  removeWebSeeds: noWebSeeds,
  setSpeedLimits: limited(
    'By a throttle group for each pair of limits, in whole KiB/s; the torrent restarts, and the groups are lost when rTorrent restarts. Where the whole server has no limit, one of 300 MiB/s is switched on for it.',
  ),
  setShareLimits: noShareLimits,
  moveInQueue: noQueue,
  setPriority: native,
  setSuperSeeding: limited('The torrent restarts.'),
  setAutoManaged: none('rTorrent has no automatic management.'),
  setComment: none('The comment field belongs to ruTorrent; we leave it alone.'),
  addTorrent: native,
  createCategory: none('A label exists as soon as a torrent carries it, and no longer.'),
  editCategory: none('Labels of rTorrent have no folder.'),
  createTags: none('A tag exists as soon as a torrent carries it, and no longer.'),
  deleteTags: emulated('Taken from every torrent that carries it.'),
  banPeers: limited('In the torrents where they are connected, until rTorrent restarts.'),
  setGlobalLimits: native,
  setAltSpeed: none('rTorrent has no alternative limits.'),
  setPreferences: limited('Settings that can change while it runs; they are lost when rTorrent restarts.'),
  categories: emulated('The first part of the label (custom1).'),
  categoryPaths: none('Labels of rTorrent have no folder.'),
  tags: emulated('The further parts of the label (custom1).'),
  addStopCondition: none('rTorrent has no stop conditions.'),
  addContentLayout: none('rTorrent keeps the layout of the torrent.'),
  addSkipCheck: none('rTorrent checks every torrent when it first starts.'),
  addLimits: limited('As the speed limits of a torrent.'),
  addRename: noRename,
  addCookies: native,
  pieces: native,
  pieceCopies: native,
  webSeeds: noWebSeeds,
  peers: native,
  freeSpaceAnyPath: limited('Where a torrent is, or where a path mapping lets us look.'),
  preferences: native,
  privateFlag: native,
  seedingTime: emulated('rTorrent keeps none: counted since it was complete, with the times it stood still.'),
} as const satisfies Partial<Features>

/** @param handlers of what else happens when it erases a torrent */
export function featuresOf(
  methods: ReadonlySet<string>,
  definition: ServerDefinition,
  handlers: EraseHandlers,
): Features {
  const unerasable = handlers.are === 'dangerous' ? none(handlers.why) : null
  const byPath = definition.categorySource.from === 'path'
  const setCategory = byPath
    ? emulated('The category is the folder below the default directory: setting it moves the data.')
    : emulated('The category is the first part of the label (custom1).')
  return {
    ...fixed,
    setLocation: locationFeature(definition),
    exportTorrent: torrentFileFeature(definition.paths, 'rTorrent', 'its session folder'),
    setCategory,
    removeCategories: byPath
      ? none('Categories are folders here; we remove none.')
      : emulated('Taken from every torrent that carries it.'),
    setSequential: methods.has('d.down.sequential.set')
      ? native
      : none('This build of rTorrent has no sequential download.'),
    setFirstLast: firstLastFeature(methods),
    addSequential: methods.has('d.down.sequential.set')
      ? native
      : none('This build of rTorrent has no sequential download.'),
    addFirstLast: firstLastFeature(methods),
    remove: unerasable ?? native,
    removeWithData: unerasable ?? removalFeature(definition),
  }
}

function firstLastFeature(methods: ReadonlySet<string>): Feature {
  return methods.has('f.prioritize_first.enable')
    ? limited('Set on each file; seen only of torrents where it was set here.')
    : none('This version of rTorrent cannot put first and last pieces first.')
}

function locationFeature({paths, allowExecute}: ServerDefinition): Feature {
  if (paths.length > 0)
    return emulated('We move the data ourselves, through the path mapping; the torrent pauses meanwhile.')
  if (allowExecute) return emulated('rTorrent runs `mv`; it does nothing else meanwhile.')
  return limited('Without moving data: rTorrent cannot, and neither a path mapping nor AllowExecute lets us.')
}

function removalFeature({paths, allowExecute}: ServerDefinition): Feature {
  if (paths.length > 0)
    return emulated('We delete the files ourselves, through the path mapping, below the download roots.')
  if (allowExecute) return emulated('rTorrent runs `rm` on its own host, below the download roots.')
  return none(
    'rTorrent cannot delete data. A path mapping (its folder as we see it) or AllowExecute would let us do it.',
  )
}

/** @throws {NotSupported} with the reason, when the feature is not offered */
export function refuseIfNone(features: Features, name: Name): void {
  if (features[name].support === 'none') throw new NotSupported(features[name].reason, {verb: name})
}
