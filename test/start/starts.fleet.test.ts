/** An installed copy starts wherever it lies, whoever starts it, and ends when it is told: each row a real process. */
import {existsSync, readdirSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {childrenOf, until} from '#test/program/program.fixture.ts'
import {isFull, some} from '#test/proof.ts'
import {
  InstalledTree,
  isRoot,
  nodes,
  nothingLeftOf,
  processesWith,
  type Starting,
} from './installed-tree.fixture.ts'

let tree: InstalledTree
beforeAll(async () => {
  tree = await InstalledTree.make()
})
afterAll(() => tree.remove())

/** What lies in a folder after an ordered end: everything is in the database itself, and nobody holds it. */
function isInOrder(data: string): boolean {
  const names = readdirSync(join(data, 'kept'))
  return names.includes('commodarr.db') && !names.some((name) => name.endsWith('-wal'))
}

/* ───────────────────────────── places ───────────────────────────── */

interface Place extends Starting {
  readonly name: string
  readonly needsRoot?: boolean
}

const places: readonly Place[] = [
  {
    name: 'a read-only folder of somebody else, without HOME',
    isReadOnly: true,
    isForeign: true,
    needsRoot: true,
  },
  {name: 'NODE_ENV=production', env: {NODE_ENV: 'production', npm_config_omit: 'dev'}},
  {name: 'the launcher in a read-only folder', by: 'launcher', isReadOnly: true, needsRoot: true},
  {name: 'a folder of somebody else', isForeign: true, needsRoot: true, path: nodes.bundled},
  {name: 'a HOME that is not there', env: {HOME: '/nowhere'}},
]

for (const {name, needsRoot = false, ...how} of some(1, places)) {
  test.skipIf(needsRoot && !isRoot)(`it starts in ${name}, and answers there`, async () => {
    const data = tree.data()
    const checked = tree.run(['--', 'check-config', '--config', join(data, 'config.toml')], how)
    expect([await checked.ended, checked.err]).toEqual([{code: 0, signal: null}, ''])
    expect(checked.out).toContain('config.toml')
    const program = tree.program(data, how)
    const api = await program.api()
    expect((await api.send('GET', '/api/servers')).status).toBe(200)
    expect((await fetch(`${api.url}/`)).status).toBe(200)
    await program.end('SIGTERM')
    await nothingLeftOf(data)
    expect(isInOrder(data)).toBe(true)
  })
}

test.skipIf(!isRoot)(
  'what would have to be built in a folder of another user is said in a sentence',
  async () => {
    const [there, away] = ['dist', 'not dist'].map((it) => join(tree.root, it)) as [string, string]
    renameSync(there, away)
    try {
      const run = (how: Starting) => tree.run(['--', '--version'], how)
      const foreign = run({isForeign: true})
      expect([(await foreign.ended).code, foreign.err.trim()]).toEqual([
        1,
        `Commodarr has to be built, but nobody cannot write to ${tree.root}, which belongs to root. ` +
          'Run "npm start -- --version" once as root, then start again.',
      ])
      const readOnly = run({isReadOnly: true, by: 'launcher'})
      expect([(await readOnly.ended).code, readOnly.err.trim()]).toEqual([
        1,
        `Commodarr has to be built, but ${tree.root} is read-only. ` +
          'Run "npm start -- --version" once where it can be written, then start again.',
      ])
    } finally {
      renameSync(away, there)
    }
  },
)

test.runIf(isFull && isRoot)(
  'a folder for data that cannot be written is named, with the way to another one',
  async () => {
    const config = join(tree.root, 'config.toml')
    writeFileSync(config, '[WebUI]\nAuthDisabled = true\n')
    const program = tree.run(['--', '--config', config, '--port', '0'], {isReadOnly: true})
    await expect(program.api()).rejects.toThrow(
      `The data folder ${join(tree.root, 'commodarr')} cannot be used`,
    )
    expect([(await program.ended).code, program.err]).toEqual([1, expect.stringContaining('with --data.')])
  },
)

/* ───────────────────────────── ends ───────────────────────────── */

interface End {
  readonly by: 'npm' | 'launcher'
  readonly node: keyof typeof nodes
  readonly signal: NodeJS.Signals
  /** Whom it is sent to: the outermost process, or the first one of a container. */
  readonly to: 'outermost' | 'first process'
}

const ends: readonly End[] = [
  {by: 'npm', node: 'machine', signal: 'SIGTERM', to: 'outermost'},
  {by: 'npm', node: 'bundled', signal: 'SIGKILL', to: 'outermost'},
  {by: 'npm', node: 'bundled', signal: 'SIGTERM', to: 'first process'},
  {by: 'launcher', node: 'machine', signal: 'SIGKILL', to: 'outermost'},
  ...(['npm', 'launcher'] as const).flatMap((by) =>
    (['machine', 'bundled'] as const).flatMap((node) => [
      {by, node, signal: 'SIGTERM', to: 'outermost'} as const,
      {by, node, signal: 'SIGINT', to: 'outermost'} as const,
      {by, node, signal: 'SIGTERM', to: 'first process'} as const,
    ]),
  ),
  {by: 'npm', node: 'machine', signal: 'SIGKILL', to: 'outermost'},
  {by: 'npm', node: 'machine', signal: 'SIGHUP', to: 'outermost'},
  {by: 'npm', node: 'bundled', signal: 'SIGHUP', to: 'outermost'},
]

for (const {by, node, signal, to} of some(2, ends)) {
  const isFirstProcess = to === 'first process'
  test.skipIf(isFirstProcess && !isRoot)(
    `${by} on the ${node} Node: ${signal} to the ${to} leaves nothing behind`,
    async () => {
      const data = tree.data()
      const program = tree.program(data, {by, path: nodes[node], isFirstProcess})
      await program.api()
      if (isFirstProcess) process.kill(childrenOf(program.pid)[0]!, signal)
      else process.kill(program.pid, signal)
      await nothingLeftOf(data)
      expect(isInOrder(data)).toBe(true)
      const {code} = await program.ended
      if (signal !== 'SIGKILL' && signal !== 'SIGHUP') expect(code).toBe(0)
    },
  )
}

test.runIf(isFull)('the launcher is gone where its Node can give way', async () => {
  const data = tree.data()
  const program = tree.program(data, {by: 'launcher', path: nodes.bundled})
  await program.api()
  expect(processesWith(data)).toEqual([program.pid])
  await program.end('SIGTERM')
})

test.runIf(isFull)('a shell that started the launcher may go, and the program stays', async () => {
  const data = tree.data()
  const program = tree.program(data, {by: 'launcher', path: nodes.bundled, isInShell: true})
  await program.ended
  const [pid] = await until(
    () => processesWith(data),
    (all) => all.length === 1 && existsSync(join(data, 'kept', 'commodarr.db')),
  )
  process.kill(pid!, 'SIGTERM')
  await nothingLeftOf(data)
})

/* ───────────────────────────── flags ───────────────────────────── */

/** As a person types them behind `npm start`, and what says that the program heard them. */
const flags: readonly [args: readonly string[], says: string][] = [
  [['backup', '--data=/nowhere/a'], 'There is no database in /nowhere/a'],
  [['--obsreve'], 'npm start -- --observe'],
  [['--port', '7000'], 'Write: npm start -- --port'],
  [['--port=x'], '--port is "x"'],
  [['--observe', 'backup'], '--observe belongs to a start'],
  [['--observe=yes'], 'npm took "yes" for the value of --observe'],
  [['backup', '--fresh'], '--fresh belongs to a start'],
  [['replay', '--days=7'], 'Write: npm start -- replay --days'],
  [['check-config', '--config=/nowhere/c.toml'], '/nowhere/c.toml'],
  [['--host=256.0.0.1', '--config=none.toml'], 'none.toml'],
  [['--dry-run'], 'npm start -- --observe'],
  [['--no-such-thing'], 'npm kept --no-such-thing for itself'],
  [['--such-thing'], 'npm kept --such-thing for itself'],
  [['--config'], 'Write: npm start -- --config'],
  [['migrate', '--to=b.db', '--force'], 'Write: npm start -- migrate --'],
]

for (const [args, says] of some(1, flags)) {
  test(`npm start ${args.join(' ')}, without the second --, is heard`, async () => {
    const data = tree.data()
    // Where one of them is dropped it starts, and no harm is done.
    const env = {
      COMMODARR_CONFIG: join(data, 'config.toml'),
      COMMODARR_DATA: join(data, 'kept'),
      COMMODARR_PORT: '0',
    }
    const program = tree.run(args, {path: nodes.bundled, env})
    const how = await program.api().then(
      () => 'it started',
      (error: Error) => error.message,
    )
    await program.end('SIGTERM')
    expect(how).toContain(says)
  })
}

test.runIf(isFull)('npm start --demo is a demo', async () => {
  const program = tree.run(['--demo', '--port=0'], {path: nodes.bundled})
  await program.api()
  expect(program.out).toContain('demo')
  await program.end('SIGTERM')
})
