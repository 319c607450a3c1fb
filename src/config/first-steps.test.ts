import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {firstSections, firstSteps} from './first-steps.ts'
import {loadConfig} from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-first-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

test('the example can be used as it stands, and has a server of each kind that a client speaks', async () => {
  const path = join(folder, 'config.toml')
  writeFileSync(path, firstSections)
  const {config, findings} = await loadConfig({path, env: {}, cwd: folder, root: folder})
  expect(findings).toEqual([])
  expect(config.servers.map(({kind}) => kind)).toEqual(['qbittorrent', 'transmission', 'rtorrent'])
})

test('it says where the file goes', () => {
  expect(firstSteps({expectedPath: '/config/config.toml'})).toContain('config.toml into /config with')
})
