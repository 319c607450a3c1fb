/**
 * Which room may know which. The table is the law; `walls.test.ts` holds the house to it, so a new arrow is a visible
 * change in review and not an accident. `import type` counts. `model`, `lib` and `kinds` are free for all.
 */
export const walls: Readonly<Record<string, readonly string[]>> = {
  // Types of the domain, no behaviour.
  model: [],
  // What is said once of each kind of torrent server: pure data, for the browser, too.
  kinds: [],
  // Tools without a domain: clock, backoff, semaphore, time slices.
  lib: [],
  // What each kind of torrent server speaks.
  clients: [],
  // What a file is.
  media: [],
  // What our own disks say of a path.
  disk: [],
  // Pure: facts are handed in, nothing goes out but decisions.
  // Conditions may be written as in the search box.
  rules: ['search-query'],
  // SQLite and PostgreSQL. One migration reads what search boxes meant before.
  store: ['search-query'],
  // The text of the search box; runs in the browser, too.
  'search-query': [],
  // One replica of every server.
  fleet: [],
  // What all Arrs have in their libraries.
  library: ['fleet', 'store'],
  // Config.toml.
  config: ['media', 'accounts'],
  // Filters, order, live queries.
  views: ['fleet'],
  // What each Arr speaks.
  'arr-client': ['clients'],
  // Whether our own internet is up; asks hosts as clients ask servers.
  connectivity: ['clients', 'fleet'],
  // What was intended, sent and confirmed.
  journal: ['store'],
  // Users, sessions, keys, grants.
  accounts: ['store', 'disk'],
  // Figures over time.
  history: ['store'],
  // What automation must still know after a restart.
  'automation-state': ['store'],
  // What Arrs are searched for, when, and what came of it.
  searching: ['automation-state', 'config', 'library', 'rules'],
  // What qBitrr left behind.
  'qbitrr-migration': ['store', 'config'],
  // One live connection per server; the only sender.
  links: ['clients', 'store', 'accounts'],
  // Which servers, Arrs and rules there are, and whose they are.
  registry: ['store', 'accounts', 'config', 'rules'],
  // What requests ask to have read, in a thread of its own.
  'request-work': ['clients', 'registry', 'rules'],
  // Who else uses these bytes.
  ownership: ['disk', 'fleet'],
  // Shared, bounded, cached questions to servers and disks.
  lookups: ['fleet', 'disk', 'media', 'rules', 'automation-state', 'ownership'],
  // Authorise, guard, journal, approve.
  executor: ['journal', 'automation-state', 'disk', 'ownership'],
  // Set aside, restore, purge.
  trash: ['executor', 'journal', 'automation-state', 'disk', 'media', 'lookups', 'ownership', 'registry'],
  // Files that no torrent claims.
  orphans: ['executor', 'trash', 'journal', 'automation-state', 'disk', 'fleet', 'rules', 'registry'],
  // One worker per Arr, and what becomes of its decisions.
  automation: [
    'arr-client',
    'automation-state',
    'config',
    'disk',
    'executor',
    'fleet',
    'journal',
    'library',
    'lookups',
    'media',
    'orphans',
    'ownership',
    'registry',
    'rules',
    'searching',
    'store',
    'trash',
  ],
  // The API, the live socket, the files of the pages.
  http: [
    'accounts',
    'automation',
    'config',
    'executor',
    'fleet',
    'history',
    'journal',
    'library',
    'ownership',
    'registry',
    'rules',
    'search-query',
    'trash',
    'views',
  ],
  // Who builds what, start and stop.
  app: ['*'],
  // In the browser; of `http` the types of its schemas alone, of `media` what a file is by its name.
  web: ['media', 'search-query', 'http'],
  // Not part of the program: only tests know these four.
  lab: ['*'],
  bench: ['*'],
  tools: ['*'],
  test: ['*'],
}

/** Files that only one room or file may import. */
export const doors: readonly {readonly file: RegExp; readonly openTo: RegExp; readonly why: string}[] = [
  {
    file: /^src\/clients\/[a-z]+\/erase\.ts$/,
    openTo: /^src\/links\/dispatcher\.ts$/,
    why: 'what destroys data opens for links/dispatcher.ts alone',
  },
  {
    file: /^src\/clients\/metainfo\.ts$/,
    // Simulated servers read what they are sent as real ones do.
    openTo: /^src\/request-work\/tasks\.ts$|^lab\/simulators\//,
    why: 'torrents of strangers are read in the thread for requests alone',
  },
  {
    file: /^src\/rules\/parse\.ts$/,
    // What was taken once is read again at a start; the demo has rules of its own.
    openTo: /^src\/request-work\/tasks\.ts$|^src\/registry\/rules\/own-rule\.ts$|^lab\/demo-story\.ts$/,
    why: 'rules of requests are read in the thread for requests alone',
  },
  {
    file: /^src\/registry\/import\/recognise\.ts$/,
    openTo: /^src\/request-work\/tasks\.ts$/,
    why: 'lists of requests are read in the thread for requests alone',
  },
  {
    file: /^src\/disk\/erase\.ts$/,
    // The demo sets files aside in a folder of its own.
    openTo: /^src\/(trash|orphans)\/|^lab\/demo-story\.ts$/,
    why: 'what moves and removes files of our own disks opens for the trash and for orphans alone',
  },
]

/** Packages that one file may import, types included: who calls them otherwise has no bound. */
export const packages: readonly {readonly name: string; readonly only: string; readonly why: string}[] = [
  {
    name: 're2js',
    only: 'src/lib/bounded-pattern.ts',
    why: 'patterns of people are counted before they are compiled',
  },
]

/** A cast to these types is an act of approval; it is written in one file. */
export const approvals: readonly {readonly cast: RegExp; readonly only: string}[] = [
  {cast: /\bas\s+(unknown\s+as\s+)?Approved</, only: 'src/executor/approve.ts'},
]

/**
 * All that the door asks of what acts on servers and torrents, by file. Commands on torrents go through the action service
 * (`actions`): it makes them known, undone and tried again. Whatever else acts needs a reason here.
 */
export const commandWays: readonly {
  readonly file: string
  readonly calls: readonly string[]
  readonly why: string
}[] = [
  {
    file: 'src/http/routes/torrent-actions.ts',
    calls: ['actions.hold', 'actions.one', 'actions.run'],
    why: 'commands on torrents',
  },
  {file: 'src/http/routes/torrent-copies.ts', calls: ['actions.copy'], why: 'copies to other servers'},
  {file: 'src/http/routes/torrents.ts', calls: ['actions.one'], why: 'commands on torrents'},
  {
    file: 'src/http/routes/actions.ts',
    calls: ['actions.cancel', 'actions.get', 'actions.list', 'actions.retry', 'actions.undo'],
    why: 'what became of commands on torrents',
  },
  {file: 'src/http/live/live-socket.ts', calls: ['actions.listen'], why: 'the same, on pages'},
  {file: 'src/http/scope/scoped-actions.ts', calls: ['actions.listen'], why: 'the same'},
  {
    file: 'src/http/scope/scope.ts',
    calls: ['executor.add', 'executor.objectionToFolder', 'executor.runOnServer'],
    why: 'narrows to the servers of whoever asks; the folder is asked about before anything is sent',
  },
  {
    file: 'src/http/routes/add-torrents.ts',
    calls: ['executor.add'],
    why: 'no torrent is there yet that an action could be about; the journal has it, and removing it undoes it',
  },
  {
    file: 'src/http/routes/labels.ts',
    calls: ['executor.runOnServer'],
    why: 'categories and tags of a server, of no torrent',
  },
  {
    file: 'src/http/routes/server-control.ts',
    calls: ['executor.runOnServer'],
    why: 'limits, preferences and banned peers of a server, of no torrent',
  },
  {
    file: 'src/http/routes/trash.ts',
    calls: ['trash.list', 'trash.purge', 'trash.restore'],
    why: 'the trash adds again what an action removed, and that is its undo',
  },
  {
    file: 'src/http/routes/activity.ts',
    calls: ['actions.list', 'trash.list'],
    why: 'reads what of a story can be undone',
  },
  {file: 'src/http/routes/activity-next.ts', calls: ['actions.list', 'trash.list'], why: 'reads what waits'},
  {file: 'src/http/rows/activity-rows.ts', calls: ['trash.get'], why: 'a map of what is in the trash'},
]

/** Fields by which the door may have what acts on servers and torrents, or may one day. */
export const actingFields =
  /\b(executor|actions|removals|recycling|copying|dispatcher|sagas|actionQueue|trash)\s*\??\.\s*([a-z]\w*)\s*\(/g
