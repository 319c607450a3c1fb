/**
 * What Transmission can do, by the version of its RPC: 16 = 3.00, 17 = 4.0, 18 = 4.1.0, 19 = 4.1.1. Nobody outside this
 * room asks for versions.
 */
import type {Feature, Features, FilePriorityFeature, ServerDefinition} from '#model/server.ts'
import {torrentFileFeature} from '../torrent-file.ts'

type Name = keyof Features

const native: Feature = {support: 'native', reason: ''}

const unused = 'It exists as soon as a torrent carries it, and no longer.'

const never: Partial<Record<Name, string>> = {
  addPeers: 'Transmission finds its peers itself; it takes none by command.',
  addWebSeeds: 'Transmission takes web seeds from the .torrent file only.',
  removeWebSeeds: 'Transmission takes web seeds from the .torrent file only.',
  setSuperSeeding: 'Transmission has no super seeding.',
  setFirstLast: 'Transmission cannot prefer first and last pieces.',
  setAutoManaged: 'Transmission has no automatic management of folders.',
  setComment: 'Transmission keeps the comment of the .torrent file.',
  banPeers: 'Transmission bans by blocklist only.',
  createCategory: unused,
  createTags: unused,
  editCategory: 'A category of Transmission is a label or a folder; it has no path that could be changed.',
  addStopCondition: 'Transmission cannot stop a torrent automatically while it is added.',
  addContentLayout: 'Transmission keeps the layout of the .torrent file.',
  addSkipCheck: 'Transmission always checks what is there.',
  addFirstLast: 'Transmission cannot prefer first and last pieces.',
}

const since41: Partial<Record<Name, string>> = {
  setSequential: 'Downloading in order came with Transmission 4.1.',
  addSequential: 'Downloading in order came with Transmission 4.1.',
}

const limited: Partial<Record<Name, string>> = {
  forceStart: 'Past the queue until it is stopped; Transmission does not show it as forced.',
  rename: 'Renames the top folder or file on disk with it.',
  renameFile: 'The name only, not the folder it is in.',
  renameFiles: 'The names only, not the folders they are in.',
  renameFolder: 'The name only, not the folder it is in.',
  setShareLimits: 'Ratio and idle time; there is no limit of seeding time.',
  setPriority: 'Low, normal and high.',
  setAltSpeed: 'The alternative limits are always numbers; they cannot be lifted, only switched off.',
}

export const setFilePriority: FilePriorityFeature = {
  ...feature('limited', 'Skip, low, normal and high; Transmission has no maximum.'),
  takes: ['skip', 'low', 'normal', 'high'],
}

const emulated: Partial<Record<Name, string>> = {
  addLimits: 'Added stopped, limited, then started.',
  addRename: 'Renamed after adding; a magnet link only once its metadata is there.',
  deleteTags: 'Taken from every torrent that has it.',
}

const byLabel: Partial<Features> = {
  categories: feature('emulated', 'The category is a label of the torrent.'),
  categoryPaths: feature('none', 'A category that is a label has no folder of its own.'),
  setCategory: feature('emulated', 'Written as a label.'),
  removeCategories: feature('emulated', 'The label is taken from every torrent that has it.'),
}

/** Source: Sonarr and Radarr, Transmission 3.00. */
const ignoredAtAdds = feature(
  'emulated',
  'The category is a label of the torrent. Transmission before 4 ignores labels when it adds, so what an Arr adds has no category: CategorySource = "path" takes the folder that the Arr makes for it.',
)

const byPath: Partial<Features> = {
  categories: feature('emulated', 'The category is the first folder below the default directory.'),
  categoryPaths: feature('emulated', 'The folder of a category follows from its name.'),
  setCategory: feature('emulated', 'The data is moved to the folder of the category.'),
  removeCategories: feature('none', 'Its torrents would have to be moved; set another category for them.'),
}

const others: readonly Name[] = [
  'start',
  'stop',
  'recheck',
  'setLocation',
  'addTags',
  'removeTags',
  'setTags',
  'editTracker',
  'removeTrackers',
  'setSpeedLimits',
  'moveInQueue',
  'remove',
  'removeWithData',
  'addTorrent',
  'setGlobalLimits',
  'setPreferences',
  'tags',
  'addCookies',
  'pieces',
  'webSeeds',
  'peers',
  'freeSpaceAnyPath',
  'preferences',
  'privateFlag',
  'seedingTime',
]

/** @param rpc `rpc_version` */
export function featuresOf(
  rpc: number,
  {categorySource: source, paths}: Pick<ServerDefinition, 'categorySource' | 'paths'>,
): Features {
  const trackers =
    rpc >= 17 ? native : feature('limited', 'Transmission 3.00 puts each address in a tier of its own.')
  return {
    ...Object.fromEntries(others.map((name) => [name, native])),
    ...all('none', never),
    ...(rpc >= 18 ? all('native', since41) : all('none', since41)),
    ...all('limited', limited),
    ...all('emulated', emulated),
    ...(source.from === 'path' ? byPath : byLabel),
    ...(source.from !== 'path' && rpc < 17 && {categories: ignoredAtAdds}),
    addTrackers: trackers,
    pieceCopies:
      rpc >= 17
        ? feature('limited', 'Transmission reports copies only of pieces that it does not have.')
        : feature('none', 'Transmission reports from 4.0 on how many peers have each piece.'),
    setFilePriority,
    exportTorrent: torrentFileFeature(paths, 'Transmission', 'its folder of .torrent files'),
    reannounce: rpc >= 19 ? native : feature('limited', 'Not within two minutes after the first announce.'),
  } as Features
}

function all(support: Feature['support'], reasons: Partial<Record<Name, string>>): Partial<Features> {
  return Object.fromEntries(
    Object.entries(reasons).map(([name, reason]) => [name, feature(support, reason)]),
  ) as Partial<Features>
}

function feature(support: Feature['support'], reason: string): Feature {
  return support === 'native' ? native : {support, reason}
}
