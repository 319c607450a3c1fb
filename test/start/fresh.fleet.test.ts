/**
 * A fresh clone installs itself, builds itself and starts on every Node that the documentation names: from the registry
 * of npm, as a person's first start.
 */
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {InstalledTree, nodes, nothingLeftOf, npmOf, processesWith} from './installed-tree.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-nodes-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** How this machine reaches the registry. */
const wayOut = Object.fromEntries(
  Object.entries(process.env).filter(
    (it): it is [string, string] =>
      /^(NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy|npm_config_(registry|cafile|https?_proxy))$/i.test(
        it[0],
      ) && it[1] !== undefined,
  ),
)

/** Fetches a package of the registry. @returns its folder */
function fetched(name: string, version: string): string {
  const prefix = join(folder, `${name}-${version}`)
  const args = ['install', '--no-save', '--no-package-lock', '--loglevel=error', '--prefix', prefix]
  execFileSync(process.execPath, [npmOf(nodes.machine), ...args, `${name}@${version}`], {stdio: 'inherit'})
  return join(prefix, 'node_modules', name)
}

/** Where a shell finds this Node, and else what it finds. */
function pathTo(node: string): string {
  const folder = fetched(`node-${process.platform}-${process.arch}`, node)
  return [join(folder, 'bin'), nodes.machine].join(delimiter)
}

interface Row {
  readonly node: string
  /** `null` = that of this machine. */
  readonly npm: string | null
  readonly env?: Readonly<Record<string, string>>
}

/** It waits for what it started, and does not tell it to end. */
const swallows = '10.2.4'

/**
 * The oldest that is named, those that npm finds too old for what builds us, the newest; and what supervisors and images
 * like to say.
 */
const rows: readonly Row[] = [
  {node: '20.11.0', npm: swallows, env: {NODE_ENV: 'production'}},
  {node: '22.0.0', npm: '10.9.0', env: {npm_config_omit: 'dev'}},
  {node: '24', npm: null, env: {npm_config_ignore_scripts: 'true'}},
  {node: '26', npm: null},
]

for (const {node, npm, env = {}} of rows) {
  const settings = Object.entries(env).map((it) => ` and ${it.join('=')}`)
  test(`a fresh clone on Node ${node} with npm ${npm ?? 'of this machine'}${settings.join('')}`, async () => {
    const path = pathTo(node)
    const cli = npm === null ? npmOf(nodes.machine) : join(fetched('npm', npm), 'bin', 'npm-cli.js')
    const tree = InstalledTree.clone()
    try {
      const how = {path, npm: cli, env: {...wayOut, ...env}}
      const first = tree.run(['--', '--version'], how)
      expect([(await first.ended).code, first.err]).toEqual([0, expect.stringContaining('Installing what')])
      const data = tree.data()
      const program = tree.program(data, how)
      const api = await program.api()
      expect((await fetch(`${api.url}/`)).status).toBe(200)
      expect(program.err.includes('does not pass SIGTERM on')).toBe(npm === swallows)
      const reported =
        npm === swallows ? processesWith(data).filter((pid) => pid !== program.pid) : [program.pid]
      for (const pid of reported) process.kill(pid, 'SIGTERM')
      await nothingLeftOf(data)

      // What is installed is not tied to the Node that installed it.
      const again = tree.run(['--', '--version'], {path: nodes.bundled})
      expect([(await again.ended).code, again.err]).toEqual([0, ''])
    } finally {
      tree.remove()
    }
  })
}

/** The last of each line, and the first without and with the way to give way. */
test.each(['20', '21', '22.11.0', '22.14.0', '22.15.0', '22', '24', '26'])(
  'an installed copy starts and ends on Node %s',
  async (node) => {
    const path = pathTo(node)
    const tree = await InstalledTree.make()
    try {
      for (const by of ['npm', 'launcher'] as const) {
        const data = tree.data()
        const program = tree.program(data, {by, path})
        const api = await program.api()
        expect((await fetch(`${api.url}/`)).status).toBe(200)
        expect(await program.end('SIGTERM')).toEqual({code: 0, signal: null})
        await nothingLeftOf(data)
      }
    } finally {
      tree.remove()
    }
  },
)
