/**
 * What the first start installs, and what it believes is installed: the launcher in a small project, with an npm of the
 * test's own that tells how it was called and lays the packages as npm would.
 */
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {NOBODY} from '#test/other-user.ts'
import {Program, until} from '#test/program/program.fixture.ts'
import {isRoot, nodes, processesWith, root} from './installed-tree.fixture.ts'

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'commodarr install '))
  chmodSync(project, 0o755)
  cpSync(join(root, 'scripts'), join(project, 'scripts'), {recursive: true})
  put('package.json', {type: 'module', optionalDependencies: {[bundle]: '26.0.0'}})
  put('package-lock.json', {packages: {'': {}, ...lock}})
  put('scripts/node-checksums.json', {sha256: {[bundle]: ownChecksum}})
  writeFileSync(join(project, 'hello.mjs'), `console.log('hello from', process.execPath)`)
  mkdirSync(join(project, 'npm'))
  put('npm/package.json', {type: 'commonjs'})
  put('npm/npm-cli.js', npm)
})
afterEach(() => rmSync(project, {recursive: true, force: true}))

const {platform, arch} = process
const bundle = `node-${platform}-${arch}`
const ownChecksum = createHash('sha256').update(readFileSync(process.execPath)).digest('hex')
const oldNode = majorOf(nodes.machine) < 26

/** A package that is always needed, one for developers, one that names its platform, and what belongs to another one. */
const lock = {
  'node_modules/web': {version: '1.0.0'},
  'node_modules/builder': {version: '2.0.0', dev: true},
  'node_modules/native-here': {version: '2.0.0', dev: true, optional: true, os: [platform], cpu: [arch]},
  'node_modules/native-there': {version: '2.0.0', dev: true, optional: true, os: ['aix'], cpu: ['ppc64']},
  'node_modules/of-native-there': {version: '1.0.0', dev: true, optional: true},
  [`node_modules/${bundle}`]: {version: '26.0.0', optional: true, os: platform, cpu: arch},
}

/** Lays what the lockfile says, but for what it is told to leave out; as npm does, by what Node it runs on. */
const npm = `
  const {appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} = require('node:fs')
  const {join} = require('node:path')
  const args = process.argv.slice(2)
  const root = join(__dirname, '..')
  const {NODE_ENV} = process.env
  const isNewNode = Number(process.versions.node.split('.')[0]) >= 26
  appendFileSync(join(root, 'calls'), JSON.stringify({args, NODE_ENV, isNewNode}) + '\\n')
  const setting = (name) => existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : ''
  if (setting('fails').includes(args[0])) process.exit(1)
  if (setting('hangs') === args[0]) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  const prefix = args.includes('--prefix') ? args[args.indexOf('--prefix') + 1] : root
  const packages = Object.entries(JSON.parse(readFileSync(join(root, 'package-lock.json'))).packages)
  if (prefix === root) rmSync(join(root, 'node_modules'), {recursive: true, force: true})
  for (const [path, {version, dev, optional}] of packages) {
    if (path === '' || path.includes('there') || setting('leaves-out').includes(path)) continue
    if (prefix !== root && !path.endsWith('${bundle}')) continue
    if (dev && !args.includes('--include=dev')) continue
    if (path.includes('native') && !isNewNode) continue
    const folder = join(prefix, path)
    mkdirSync(join(folder, 'bin'), {recursive: true})
    writeFileSync(join(folder, 'package.json'), JSON.stringify({version}))
    if (path.endsWith('${bundle}')) symlinkSync('${process.execPath}', join(folder, 'bin', 'node'))
  }
  writeFileSync(join(prefix, 'node_modules', '.package-lock.json'), String(Math.random()))
`

interface Call {
  readonly args: readonly string[]
  readonly NODE_ENV?: string
  readonly isNewNode: boolean
}

function put(path: string, content: unknown): void {
  writeFileSync(join(project, path), typeof content === 'string' ? content : JSON.stringify(content))
}

function majorOf(path: string): number {
  return Number(
    execFileSync('env', [`PATH=${path}`, 'node', '-p', 'process.versions.node'])
      .toString()
      .split('.')[0],
  )
}

const calls = (): readonly Call[] =>
  existsSync(join(project, 'calls'))
    ? readFileSync(join(project, 'calls'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Call)
    : []

/** Starts the small program, as nobody knows it: its surroundings are what is said here. */
function begin(
  env: Readonly<Record<string, string>> = {},
  path: string = nodes.bundled,
  before: readonly string[] = [],
): Program {
  const all = {PATH: path, npm_execpath: join(project, 'npm', 'npm-cli.js'), ...env}
  const command = [
    ...before,
    'env',
    '-i',
    ...Object.entries(all).map((it) => it.join('=')),
    'node',
    'scripts/run.mjs',
  ]
  return new Program(['hello.mjs'], {cwd: project, command: command as [string, ...string[]]})
}

/** @returns what became of it */
async function start(...how: Parameters<typeof begin>) {
  const program = begin(...how)
  const {code} = await program.ended
  return {code, out: program.out, err: program.err}
}

const installing = 'Installing what Commodarr needs (once; it takes a moment) …\n'

test('a first start installs once, for developers too, whatever npm is set to leave out', async () => {
  const env = {NODE_ENV: 'production', npm_config_omit: 'dev optional', npm_config_production: 'true'}
  expect(await start(env)).toEqual({code: 0, out: `hello from ${process.execPath}\n`, err: installing})
  expect(await start(env)).toEqual({code: 0, out: `hello from ${process.execPath}\n`, err: ''})
  const [call, ...others] = calls()
  expect(others).toEqual([])
  expect(call!.args).toEqual(
    expect.arrayContaining([
      'ci',
      '--include=dev',
      '--include=optional',
      '--global=false',
      '--dry-run=false',
    ]),
  )
  expect(call).not.toHaveProperty('NODE_ENV')
  expect(existsSync(join(project, '.install-lock'))).toBe(false)
})

test.runIf(isFull)('where npm ci refuses the lockfile, npm install does it', async () => {
  put('fails', 'ci')
  expect(await start()).toMatchObject({code: 0, err: installing})
  expect(calls().map(({args}) => args.slice(0, 2))).toEqual([
    ['ci', '--install-strategy=hoisted'],
    ['install', '--no-save'],
  ])
})

test.runIf(isFull)('an npm that fails is no installation, and the next start tries again', async () => {
  put('fails', 'ci install')
  const said = 'The installation failed; the lines above say why. Is the npm registry reachable?\n'
  expect(await start()).toEqual({code: 1, out: '', err: installing + said})
  put('fails', '')
  expect(await start()).toMatchObject({code: 0, err: installing})
})

test.each(some(1, ['node_modules/builder', 'node_modules/native-here', 'node_modules/web']))(
  'an npm that leaves out %s and says nothing is no installation either',
  async (path) => {
    put('leaves-out', path)
    const {code, err} = await start()
    expect(code).toBe(1)
    expect(err).toBe(
      `${installing}The installation is not complete: npm left out ${path.slice('node_modules/'.length)}. ` +
        'Does a setting of npm (.npmrc, npm_config_…) say so?\n',
    )
    put('leaves-out', '')
    expect(await start()).toMatchObject({code: 0, err: installing})
  },
)

test.runIf(isFull)(
  'what npm took away since then is brought again; what a person installed is left as it is',
  async () => {
    await start()
    rmSync(join(project, 'node_modules', 'builder'), {recursive: true})
    put('node_modules/.package-lock.json', 'pruned')
    expect(await start()).toMatchObject({code: 0, err: installing})
    // `npm ci` by hand: all is there, and nothing says that we did it.
    rmSync(join(project, 'node_modules', '.commodarr-installed'))
    expect(await start()).toMatchObject({code: 0, err: ''})
    expect(existsSync(join(project, 'node_modules', '.commodarr-installed'))).toBe(true)
    expect(calls()).toHaveLength(2)
  },
)

test.runIf(isFull)('another version in the lockfile is installed', async () => {
  await start()
  put('package-lock.json', {packages: {'': {}, ...lock, 'node_modules/web': {version: '1.0.1'}}})
  expect(await start()).toMatchObject({code: 0, err: installing})
})

test.runIf(isFull && oldNode)('an older Node fetches a newer one first, on which npm then runs', async () => {
  const started = await start({}, nodes.machine)
  expect(started).toMatchObject({code: 0, err: installing})
  expect(started.out).toContain(`node_modules/${bundle}/bin/node`)
  const [fetch, install, ...others] = calls()
  expect(others).toEqual([])
  expect([fetch!.isNewNode, fetch!.args.includes(`${bundle}@26.0.0`)]).toEqual([false, true])
  expect([install!.isNewNode, install!.args[0]]).toEqual([true, 'ci'])

  // The next time there is one already.
  put('package-lock.json', {packages: {'': {}, ...lock, 'node_modules/web': {version: '1.0.1'}}})
  expect(await start({}, nodes.machine)).toMatchObject({code: 0})
  expect(
    calls()
      .slice(2)
      .map(({isNewNode}) => isNewNode),
  ).toEqual([true])
})

test.runIf(isFull)('without npm that is said', async () => {
  const env = {npm_execpath: '/nowhere/pnpm.cjs'}
  const onlyNode = join(project, 'bin')
  mkdirSync(onlyNode)
  cpSync(process.execPath, join(onlyNode, 'node'))
  const path = [onlyNode, join(project, 'tools')].join(delimiter)
  expect(await start(env, path)).toMatchObject({
    code: 1,
    err: `${installing}npm is needed to install what Commodarr needs, and was found nowhere in PATH.\n`,
  })
})

test.runIf(isFull && isRoot)(
  'in a folder of another user it says who has to start it once; a whole one starts',
  async () => {
    const asStranger = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    // The Node of the tests may lie where nobody else may look.
    const path = nodes.machine
    expect(await start({}, path, asStranger)).toEqual({
      code: 1,
      out: '',
      err:
        `Commodarr has to be installed, but nobody cannot write to ${project}, which belongs to root. ` +
        'Run "npm start -- --version" once as root, then start again.\n',
    })
    expect(calls()).toEqual([])
  },
)

test.runIf(isFull)(
  'who waits for another start says so, and takes away the lock of one that was killed',
  async () => {
    const folder = join(project, '.install-lock')
    mkdirSync(folder)
    const waiting = begin()
    await until(
      () => waiting.err,
      (said) => said.includes(`Another start installs or builds (it holds ${folder}): waiting for it …`),
    )
    expect(calls()).toEqual([])
    utimesSync(folder, new Date(0), new Date(0))
    expect((await waiting.ended).code).toBe(0)
    expect([calls().length, existsSync(folder)]).toEqual([1, false])
  },
)

test.each(some(1, ['SIGINT', 'SIGTERM', 'SIGHUP'] as const))(
  '%s ends an installation with all that it started',
  async (signal) => {
    put('hangs', 'ci')
    const installing = begin()
    await until(calls, (all) => all.length === 1)
    await installing.end(signal)
    await until(
      () => processesWith(join(project, 'npm')),
      (all) => all.length === 0,
    )
    expect(existsSync(join(project, '.install-lock'))).toBe(false)
    put('hangs', '')
    expect(await start()).toMatchObject({code: 0})
  },
)

test('a Node that is not the one written down is no installation, and what runs on it is not started', async () => {
  put('scripts/node-checksums.json', {sha256: {[bundle]: 'another one'}})
  const binary = join(project, 'node_modules', bundle, 'bin', 'node')
  const said =
    `The Node in ${binary} is not the one that belongs to this version of Commodarr: its SHA-256 is ${ownChecksum}, ` +
    'expected another one (scripts/node-checksums.json). Remove the folder node_modules and start again.\n'
  expect(await start()).toEqual({code: 1, out: '', err: installing + said})
  // It is not believed because it was there before.
  expect(await start()).toEqual({code: 1, out: '', err: said})
  put('scripts/node-checksums.json', {sha256: {[bundle]: ownChecksum}})
  expect(await start()).toMatchObject({code: 0, err: ''})
  // Looked at once for an installation, and again when another one is written down.
  put('scripts/node-checksums.json', {sha256: {[bundle]: 'another one'}})
  expect(await start()).toEqual({code: 1, out: '', err: said})
})

test.runIf(isFull && oldNode)(
  'a Node that was fetched for npm does not run either when it is another one',
  async () => {
    put('scripts/node-checksums.json', {sha256: {[bundle]: 'another one'}})
    const {code, err} = await start({}, nodes.machine)
    expect(code).toBe(1)
    expect(err).toContain(`its SHA-256 is ${ownChecksum}, expected another one`)
    expect(calls().map(({args}) => args[0])).toEqual(['install'])
  },
)

test('no package of the lockfile runs a script when it is installed: none is missed where npm is set to run none', () => {
  const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, {readonly hasInstallScript?: boolean}>>
  }
  expect(Object.entries(packages).filter(([, {hasInstallScript}]) => hasInstallScript)).toEqual([])
})
