/** A torrent to be judged, for tests: complete, seeding, on a server that is online. */
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {notWatched, type ArrFacts, type TorrentSubject} from './torrent-subject.ts'

export const NOW = Date.UTC(2026, 2, 4, 12, 30)

const row = {
  key: {serverId: asServerId('qBit'), hash: asInfoHash('a'.repeat(40))!},
  pending: [],
  isListed: true,
  name: 'A torrent',
  infoHashV1: 'a'.repeat(40),
  infoHashV2: null,
  state: 'seeding',
  complete: true,
  hasMetadata: true,
  progress: 1,
  size: 1000,
  sizeTotal: 2000,
  amountLeft: 0,
  downloaded: 1000,
  uploaded: 500,
  ratio: 0.5,
  eta: null,
  downSpeed: 0,
  upSpeed: 10,
  addedAt: NOW - 2 * DAY * 1000,
  completedAt: NOW - DAY * 1000,
  lastActivityAt: NOW - 60_000,
  seedingTime: DAY,
  category: 'films',
  tags: ['a'],
  isPrivate: false,
  trackerStatus: 'ok',
  trackerMessage: '',
  trackerHost: 'tracker.example.org',
  trackerHosts: ['tracker.example.org'],
  ratioLimit: 'inherit',
  seedTimeLimit: null,
  downLimit: null,
  upLimit: 0,
  queuePosition: null,
} as unknown as ManagedRow

const server: ManagedServer = {
  id: asServerId('qBit'),
  name: 'qBit',
  ownerId: null,
  status: 'online',
  since: NOW - 1000,
  onlineFor: 900,
  fullLists: 3,
  epoch: '1',
  syncedAt: NOW - 2000,
  lastFullSyncAt: NOW - 60_000,
  pollMs: 2000,
  altSpeed: false,
  downSpeed: 50,
  downLimit: 100,
  freeBytes: 1e9,
  isDiskLow: false,
  population: 10,
  populationDrop: 0,
  countsSeeding: true,
  isClockRight: true,
  categories: [{name: 'films', savePath: '/data/films'}, {name: 'tv'}],
  internet: 'well',
  unprovenFor: 0,
}

export const arrSaying: ArrFacts = {
  arrId: 'Radarr-4K',
  kind: 'radarr',
  isTrusted: true,
  at: NOW - 5000,
  inQueue: true,
  queueStatus: 'completed',
  tracked: 'importPending',
  messages: [],
  media: ['movie/17'],
  usesCategory: false,
  monitored: true,
  hasFile: false,
  inLibrary: true,
  cutoffMet: undefined,
  score: undefined,
  fileScore: undefined,
  worseThanFile: undefined,
  pickedByHand: undefined,
  minScore: undefined,
  requested: undefined,
  anyImported: undefined,
  evidence: undefined,
}

export interface SubjectChanges {
  readonly row?: Partial<ManagedRow>
  readonly server?: Partial<ManagedServer>
  readonly rest?: Partial<Omit<TorrentSubject, 'row' | 'server'>>
}

export function subjectWith(changes: SubjectChanges = {}): TorrentSubject {
  return {
    row: {...row, ...changes.row},
    server: {...server, ...changes.server},
    remembered: null,
    arr: null,
    lookedUp: new Map(),
    flow: notWatched,
    strikes: () => undefined,
    ...changes.rest,
  }
}
