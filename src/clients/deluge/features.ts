/** What Deluge 2 can do, by whether its Label plugin is on. No other room asks for that. */
import type {Feature, Features, FilePriorityFeature, PathMapping} from '#model/server.ts'
import {torrentFileFeature} from '../torrent-file.ts'

type Name = keyof Features

const native: Feature = {support: 'native', reason: ''}

const noTags = 'Deluge has no tags; its one label stands for the category.'
const noWebSeeds = 'Deluge does not report the web seeds of a torrent, and takes none by command.'
const noPlugin = 'The Label plugin of Deluge is off; switch it on in its preferences.'

const never: Partial<Record<Name, string>> = {
  addTags: noTags,
  removeTags: noTags,
  setTags: noTags,
  createTags: noTags,
  deleteTags: noTags,
  tags: noTags,
  addWebSeeds: noWebSeeds,
  removeWebSeeds: noWebSeeds,
  webSeeds: noWebSeeds,
  setPriority: 'Deluge has no priority of torrents, only their order in the queue.',
  setAutoManaged: 'Deluge does not move torrents to the folder of their label when that changes.',
  setComment: 'Deluge keeps the comment of the .torrent file.',
  banPeers: 'Deluge bans by blocklist only.',
  setAltSpeed:
    'Deluge has no alternative limits; its Scheduler plugin changes the ordinary ones by the hour.',
  editCategory: 'A label of Deluge has no folder that could be changed from here.',
  categoryPaths: 'A label of Deluge has no folder of its own.',
  addStopCondition: 'Deluge cannot stop a torrent automatically while it is added.',
  addContentLayout: 'Deluge keeps the layout of the .torrent file.',
  pieceCopies: 'Deluge does not report how many peers have each piece.',
}

const limited: Partial<Record<Name, string>> = {
  setLocation: 'The files are always moved along; nothing at the new place is overwritten.',
  rename: 'The name that is shown; folder and files keep theirs.',
  setShareLimits: 'The ratio only; a torrent has its own value and does not follow the default.',
  forceStart: 'Out of the queue until it is started in the ordinary way.',
}

const emulated: Partial<Record<Name, string>> = {
  setFirstLast: 'The first and the last two percent of each file; only once its files are known.',
}

const byLabel: Feature = {
  support: 'limited',
  reason: 'The category is the label of the torrent: lower-case letters, digits, _ and - only.',
}
const withoutLabels: Feature = {support: 'none', reason: noPlugin}

const ofPlugin: readonly Name[] = ['categories', 'setCategory', 'createCategory', 'removeCategories']

export const setFilePriority: FilePriorityFeature = {
  support: 'limited',
  reason: 'Skip, low, normal and high; Deluge has no maximum.',
  takes: ['skip', 'low', 'normal', 'high'],
}

const others: readonly Name[] = [
  'start',
  'stop',
  'recheck',
  'reannounce',
  'renameFile',
  'renameFiles',
  'renameFolder',
  'addTrackers',
  'editTracker',
  'removeTrackers',
  'addPeers',
  'setSpeedLimits',
  'moveInQueue',
  'setSuperSeeding',
  'setSequential',
  'remove',
  'removeWithData',
  'addTorrent',
  'setGlobalLimits',
  'setPreferences',
  'addSkipCheck',
  'addSequential',
  'addFirstLast',
  'addLimits',
  'addRename',
  'addCookies',
  'pieces',
  'peers',
  'freeSpaceAnyPath',
  'preferences',
  'privateFlag',
  'seedingTime',
]

export function featuresOf(hasLabels: boolean, paths: readonly PathMapping[] = []): Features {
  return {
    ...Object.fromEntries(others.map((name) => [name, native])),
    ...all('none', never),
    ...all('limited', limited),
    ...all('emulated', emulated),
    ...Object.fromEntries(ofPlugin.map((name) => [name, hasLabels ? byLabel : withoutLabels])),
    setFilePriority,
    exportTorrent: torrentFileFeature(paths, 'Deluge', 'the folder state of its configuration'),
  } as Features
}

function all(support: Feature['support'], reasons: Partial<Record<Name, string>>): Partial<Features> {
  return Object.fromEntries(
    Object.entries(reasons).map(([name, reason]) => [name, {support, reason}]),
  ) as Partial<Features>
}
