/**
 * Made-up Arrs for the access matrix. Which servers one has stands in its address, because whoever asks decides that;
 * in the queue of each lies the torrent that all servers have.
 */
import {item as libraryItem} from '#arr-client/api/items.ts'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import type {RejectedImports} from '#automation/alerts/rejected-imports.ts'
import type {KnownDeparted} from '#http/routes/departed-servers.ts'
import type {KnownDisks} from '#http/routes/disks.ts'
import type {ProfileSwitchRouteDeps} from '#http/routes/profile-switches.ts'
import type {ScopeSources} from '#http/scope/sources.ts'
import {itemDetails, queryLibrary} from '#library/library-query.ts'
import {LibraryStore} from '#library/library-store.ts'
import {frameOf} from '#library/row-columns.ts'
import {asArrId, asDownloadId, type ArrId, type ArrStatus, type QueueRow} from '#model/arr.ts'
import type {LibraryState} from '#model/library.ts'
import type {
  ArrAsker,
  ArrDownloadClients,
  ArrManagers,
  ArrToAsk,
  Processes,
  RunningArr,
} from '#model/arr-service.ts'
import type {SearchRun} from '#model/automation-state.ts'
import {BadArgument} from '#model/errors.ts'
import type {ShownProfileSwitch} from '#model/profile-switches.ts'
import type {MappingCheck} from '#model/server.ts'
import type {SearchOrders} from '#model/searches.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {Departed} from '#ownership/departed.ts'
import {canaryOf, commonHash, idOf, type ServerName} from './access-servers.fixture.ts'

type RejectedOfArr = ReturnType<RejectedImports['of']>

/** Where an Arr is that uses the server at this host. */
export function arrThatUses(host: string): string {
  return `http://arr.example/${host}`
}

async function askMadeUpArr({url}: ArrToAsk): Promise<ArrDownloadClients> {
  if (!URL.canParse(url)) throw new BadArgument('This is no address of an Arr.')
  const host = new URL(url).pathname.slice(1)
  return {
    arr: {app: 'Radarr', name: 'Radarr', version: '5', url, inContainer: false},
    clients: [
      {
        name: 'the client',
        implementation: 'QBittorrent',
        kind: 'qbittorrent',
        enabled: true,
        host,
        port: 8080,
        tls: false,
        urlBase: '',
        username: null,
        password: null,
        apiKey: null,
        masked: [],
        categories: ['films'],
      },
    ],
  }
}

const status: ArrStatus = {
  kind: 'radarr',
  app: 'Radarr',
  name: 'Radarr',
  version: '5',
  apiVersion: 'v3',
  inContainer: false,
  startedAt: null,
}

const finding = {code: 'hard_links_off', severity: 'warning', sentence: 'Costs twice.', about: ''} as const

const asker: ArrAsker = {
  status: async () => status,
  discover: async ({url, apiKey, skipVerify}) => ({
    status,
    mappings: [],
    rootFolders: [],
    profiles: [],
    requestManagers: [],
    clients: await askMadeUpArr({url, apiKey, skipVerify}),
    findings: [{...finding, fixable: true}],
    downloads: new Map(),
  }),
  clients: askMadeUpArr,
  diagnose: async () => [{...finding, fixable: true}],
  item: async (_way, id) => ({
    item: {is: libraryItem({kind: 'movie', id, title: 'Copper Wolves', monitored: true, hasFile: false})},
    parent: {is: null},
    queue: {is: []},
    history: {is: []},
  }),
  fix: async () => [{...finding, fixable: true}],
  undoFix: async () => true,
}

/** Left the configuration: whoever administers everything may say that it is gone permanently. */
const gone: Departed = {
  departedId: asServerId('qBit left 1'),
  id: asServerId('qBit'),
  name: 'qBit',
  kind: 'qbittorrent',
  url: 'http://127.0.0.1:8080',
  paths: [],
  storage: null,
  enabled: true,
  leftAt: 1,
  until: 2,
  torrents: 1,
  listedAt: 1,
  isBehind: false,
  isReplaced: false,
}

export function madeUpArrs(present: readonly ServerName[]): {
  readonly arrAsker: ArrAsker
  readonly managers: ArrManagers
  readonly imports: {readonly of: () => RejectedOfArr}
  readonly searchOrders: SearchOrders
  readonly processes: Processes
  readonly disks: KnownDisks
  readonly departed: KnownDeparted
  readonly mappingsOf: () => readonly MappingCheck[]
  readonly profileSwitches: ProfileSwitchRouteDeps['switches']
} {
  return {
    arrAsker: asker,
    managers: {
      of: (id) => {
        const name = present.find((it) => idOf(it) === (id as string))
        return name === undefined ? null : runningArr(canaryOf(name))
      },
    },
    imports: {of: () => ({imports: [], asOf: null})},
    searchOrders: {
      searchNow: async () => ({items: [], cost: {searches: 0, questions: 0, lastAt: null}, left: 0}),
      hold: async () => [],
      pause: async () => undefined,
      resume: async () => undefined,
    },
    processes: {list: () => [], restart: () => false},
    disks: {all: () => [], forget: () => false},
    departed: {list: () => [gone], former: () => gone, forget: async () => true},
    mappingsOf: () => [],
    profileSwitches: switchesOf(present),
  }
}

/** In each Arr one film has a temporary profile, and is called as nothing of the others is. */
function switchesOf(present: readonly ServerName[]): ProfileSwitchRouteDeps['switches'] {
  const rows = present.map((name): ShownProfileSwitch => ({
    id: idOf(name),
    arrId: idOf(name),
    kind: 'movie',
    containerId: 17,
    foreignId: 'tmdb 68',
    title: canaryOf(name),
    originalId: 1,
    originalName: canaryOf(name),
    fromId: 1,
    fromName: canaryOf(name),
    temporaryId: 2,
    temporaryName: canaryOf(name),
    state: 'switched',
    since: 0,
    begunAt: 0,
    reason: null,
    tries: 0,
    seenId: null,
    due: null,
    isOnlyShown: false,
  }))
  return {
    async list({arrs}) {
      const items = rows.filter(({arrId}) => arrs.includes(arrId))
      const about = {isOn: true, isOnlyShown: false, stoppedUntil: null, problems: [], waiting: 0}
      return {items, total: items.length, arrs: arrs.map((arrId) => ({arrId, ...about}))}
    },
    get: (id) => rows.find((row) => row.id === id) ?? null,
    restore: async (id) => rows.find((row) => row.id === id) ?? null,
  }
}

/** In the library of each Arr lies one film, which is called as nothing of the others is. */
export function librariesOf(present: readonly ServerName[]): ScopeSources['library'] {
  const rows = new LibraryStore()
  for (const name of present) {
    const film = libraryRow({kind: 'movie', id: 17, title: canaryOf(name), due: 1, profileId: 1, tags: [1]})
    rows.put(asArrId(idOf(name)), frameOf([film], 0))
  }
  const stateOf = (id: ArrId): LibraryState => {
    const name = canaryOf(present.find((it) => idOf(it) === (id as string)) ?? 'ghost')
    const profile = {id: 1, name, upgradeAllowed: true, minScore: 0, cutoffScore: 0}
    const tags = [{id: 1, label: name}]
    const settings = {profiles: [profile], tags, delayProfiles: [], indexers: [], availabilityDelay: 0}
    return {readAt: 0, doubtful: null, settings}
  }
  const sources = {rows, stateOf, queued: () => new Set<string>(), now: 0}
  return {
    query: async (query) => queryLibrary(query, sources, {due: () => false, next: async () => {}}),
    item: async (arrId, key) => itemDetails(arrId, key, sources),
    stateOf,
  }
}

/** Of each Arr one film is to be searched, which is called as nothing of the others is. */
export function wantedOf(present: readonly ServerName[]): ScopeSources['wanted'] {
  return async ({arrs}) => ({
    items: present
      .filter((name) => arrs.includes(idOf(name)))
      .map((name) => ({
        arrId: idOf(name),
        unit: 'movie/17',
        title: canaryOf(name),
        reason: 'missing',
        group: 'ready',
        hold: null,
        heldBy: null,
        pause: null,
        place: null,
        nextAt: null,
        searchedAt: null,
        result: null,
        empties: 0,
        requestedAt: 0,
        requester: canaryOf(name),
      })),
    total: arrs.length,
    counts: {ready: arrs.length, resting: 0, coming: 0, unreleased: 0, held: 0},
    arrs: arrs.map((arrId) => ({arrId, wanted: 1, pause: null})),
  })
}

/** Each Arr searched one film, which is called as nothing of the others is. */
export function searchesOf(present: readonly ServerName[]): ScopeSources['searches'] {
  const runs = present.map((name): SearchRun => {
    const nothing = {said: null, found: 1, indexers: 1, refused: [], rejects: {}}
    const grabs = [{downloadId: commonHash.toUpperCase(), title: canaryOf(name)}]
    const end = {outcome: 'grabbed', endedAt: 1, title: canaryOf(name), grabs, ...nothing} as const
    const about = {unit: 'movie/17', items: ['movie/17'], cause: 'schedule', reason: 'missing'} as const
    return {searchId: idOf(name), arrId: idOf(name), ...about, commandId: 1, askedAt: 0, end}
  })
  return {
    async query({arrs}) {
      const items = runs.filter(({arrId}) => arrs.includes(arrId))
      return {items, total: items.length, outcomes: new Map([['grabbed', items.length]])}
    },
    get: async (id) => runs.find(({searchId}) => searchId === id) ?? null,
    titleOf: () => null,
    standing: (arrs) =>
      arrs.map((arrId) => ({
        arrId,
        wanted: 1,
        ready: 1,
        pause: null,
        nextAt: null,
        hour: {made: 1, most: 30},
        day: {made: 1, most: 0},
        paused: null,
      })),
  }
}

/** For each Arr one film was requested, by somebody who is called as nothing of the others is. */
export function requestsOf(present: readonly ServerName[]): ScopeSources['requests'] {
  return async () =>
    present.map((name) => ({
      request: {
        source: 'seerr 1a2b3c4d',
        id: '17',
        kind: 'movie',
        title: null,
        tmdbId: 17,
        tvdbId: null,
        imdbId: null,
        arrPlace: null,
        itemId: null,
        requester: canaryOf(name),
        is4k: false,
        status: 'approved',
        seasons: [],
        requestedAt: 0,
        seenAt: 0,
      },
      manager: 'seerr',
      arrId: idOf(name),
      arrs: present.map(idOf),
      title: canaryOf(name),
      units: ['movie/17'],
      stage: 'waiting',
    }))
}

function runningArr(canary: string): RunningArr {
  return {
    searching: 0,
    queue: [queueRow(canary)],
    lastQueue: [queueRow(canary)],
    readAt: 0,
    isBehind: false,
    isLive: true,
    fault: null,
    faultSince: null,
    isKeyRefused: false,
    nextTryAt: null,
    version: '5',
    titleOf: () => canary,
    coming: async () => [],
    checks: [{source: 'MountCheck', level: 'error', message: canary, wikiUrl: canary, holds: null}],
    act: async () => {},
    importProof: async () => ({files: 1, doubt: null}),
    searcherAfter: async () => 'arr' as const,
    tryNow: () => undefined,
  }
}

function queueRow(canary: string): QueueRow {
  return {
    id: 1,
    downloadId: asDownloadId(commonHash),
    media: [{kind: 'movie', id: 1, parentId: null}],
    title: canary,
    quality: 'WEB',
    qualityModel: null,
    score: 0,
    size: 1,
    sizeLeft: 0,
    status: 'completed',
    state: 'importBlocked',
    trouble: 'warning',
    messages: [{title: canary, messages: ['No.']}],
    errorMessage: '',
    protocol: 'torrent',
    client: canary,
    indexer: 'one',
    outputPath: `/${canary}`,
    addedAt: null,
    doneAt: null,
    hasPostImportCategory: false,
  }
}
