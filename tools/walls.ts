/**
 * Which room may know which. The table is the law; `walls.test.ts` holds the house to it, so a new arrow is a visible
 * change in review and not an accident. `import type` counts. `model` and `kit` are free for all.
 */
export const walls: Readonly<Record<string, readonly string[]>> = {
  model: [],
  kit: [],
  config: ['media'],
  clients: [],
  fleet: [],
  store: [],
  arr: [],
  // What paths know: read by others, moved and removed by the executor alone.
  disk: [],
  // What files are.
  media: [],
  // Runs in the browser, too.
  language: [],
  // Pure judgement: facts are handed in, nothing goes out but decisions.
  rules: [],
  journal: ['store'],
  accounts: ['store'],
  history: ['store'],
  // What the older program left, read once; what will be different.
  'move-in': ['store', 'config'],
  // What managers and rules must still know after a restart.
  memory: ['store'],
  // Which servers there are, of the file and of people.
  servers: ['store', 'accounts', 'config'],
  // Which Arrs there are, of the file and of people; shared and compared as servers are.
  'arr-book': ['store', 'accounts', 'config', 'servers'],
  // Which rules there are, of the configuration and of people.
  'standing-rules': ['store', 'accounts', 'rules'],
  links: ['clients'],
  // Whether our own connection is there; asks hosts as clients ask servers.
  internet: ['clients'],
  views: ['fleet'],
  // What a decision cost, and how far it came, is remembered before anything is sent.
  executor: ['journal', 'memory', 'disk'],
  // One thread per Arr.
  managers: ['rules', 'arr', 'media', 'disk'],
  http: [
    'fleet',
    'views',
    'executor',
    'journal',
    'config',
    'accounts',
    'servers',
    'arr-book',
    'rules',
    'standing-rules',
    'history',
    'language',
  ],
  app: ['*'],
  // In the browser; of `http` the types of its schemas alone.
  web: ['language', 'http'],
  // Not rooms of the program; only tests know them.
  lab: ['*'],
  bench: ['*'],
  tools: ['*'],
}

/** Files that only one room or file may import. */
export const doors: readonly {readonly file: RegExp; readonly openTo: RegExp; readonly why: string}[] = [
  {
    file: /^src\/clients\/[a-z]+\/erase\.ts$/,
    openTo: /^src\/links\/obey\.ts$/,
    why: 'what destroys data opens for links/obey.ts alone',
  },
  {
    file: /^src\/disk\/erase\.ts$/,
    openTo: /^src\/executor\//,
    why: 'what moves and removes files of our own disks opens for the executor alone',
  },
]

/** A cast to these types is an act of approval; it is written in one file. */
export const approvals: readonly {readonly cast: RegExp; readonly only: string}[] = [
  {cast: /\bas\s+(unknown\s+as\s+)?Approved</, only: 'src/executor/approve.ts'},
]
