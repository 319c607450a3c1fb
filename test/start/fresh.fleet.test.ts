/**
 * A fresh clone installs itself, builds itself and starts on every Node that the documentation names: from the registry
 * of npm, as a person's first start.
 */
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {InstalledTree, nodes, nothingLeftOf, npmOf} from './installed-tree.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-nodes-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** Fetches a package of the registry. @returns its folder */
function fetched(name: string, version: string): string {
  const prefix = join(folder, `${name}-${version}`)
  const args = ['install', '--no-save', '--no-package-lock', '--loglevel=error', '--prefix', prefix]
  execFileSync(process.execPath, [npmOf(nodes.machine), ...args, `${name}@${version}`], {stdio: 'inherit'})
  return join(prefix, 'node_modules', name)
}

/** The oldest that is named, first and last of each line since then, and what supervisors and images like to say. */
const rows: readonly {
  readonly node: string
  /** `null` = that of this machine. */
  readonly npm: string | null
  readonly env?: Readonly<Record<string, string>>
}[] = [
  {node: '20.11.0', npm: '10.2.4', env: {NODE_ENV: 'production'}},
  {node: '20', npm: null},
  {node: '21', npm: '10.2.4'},
  {node: '22.0.0', npm: '10.2.4', env: {npm_config_omit: 'dev'}},
  {node: '22.11.0', npm: '10.9.0'},
  {node: '22', npm: null},
  {node: '24', npm: null, env: {npm_config_ignore_scripts: 'true'}},
  {node: '26', npm: null},
]

for (const {node, npm, env = {}} of rows) {
  const settings = Object.entries(env).map((it) => ` and ${it.join('=')}`)
  test(`a fresh clone on Node ${node} with npm ${npm ?? 'of this machine'}${settings.join('')}`, async () => {
    const bin = dirname(join(fetched(`node-${process.platform}-${process.arch}`, node), 'bin', 'node'))
    const path = [bin, nodes.machine].join(delimiter)
    const cli = npm === null ? npmOf(nodes.machine) : join(fetched('npm', npm), 'bin', 'npm-cli.js')
    const tree = InstalledTree.clone()
    try {
      const data = tree.data()
      const program = tree.program(data, {path, npm: cli, env})
      const api = await program.api()
      expect(program.err).toContain('Installing what Commodarr needs')
      expect((await fetch(`${api.url}/`)).status).toBe(200)
      await program.end('SIGTERM')
      await nothingLeftOf(data)

      // Again, on another one: what is installed is not tied to who installed it.
      const again = tree.run(['--', '--version'], {path: nodes.bundled})
      expect([(await again.ended).code, again.err]).toEqual([0, ''])
    } finally {
      tree.remove()
    }
  })
}
