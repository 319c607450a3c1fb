import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {dataFolder, findConfig} from './places.ts'

let root: string
let cwd: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commodarr-places-'))
  cwd = join(root, 'work')
  mkdirSync(cwd)
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

function put(...parts: string[]): string {
  const path = join(root, ...parts)
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, '')
  return path
}

test('a file is looked for in .config, then beside', () => {
  expect(findConfig({env: {}, cwd, root})).toMatchObject({
    path: join(cwd, '.config/config.toml'),
    exists: false,
  })
  const beside = put('work/config.toml')
  expect(findConfig({env: {}, cwd, root})).toMatchObject({path: beside, exists: true, askedBy: null})
  const usual = put('work/.config/config.toml')
  expect(findConfig({env: {}, cwd, root}).path).toBe(usual)
})

test('in a container it is looked for in /config', () => {
  put('.dockerenv')
  expect(findConfig({env: {}, cwd, root}).path).toBe(join(root, 'config/config.toml'))
  put('work/.config/config.toml')
  expect(findConfig({env: {}, cwd, root}).exists).toBe(false)
  const volume = put('config/config.toml')
  expect(findConfig({env: {}, cwd, root})).toMatchObject({path: volume, exists: true})
})

test('the folder of the predecessor counts when it exists', () => {
  const path = put('old/config.toml')
  const env = {QBITRR_OVERRIDES_DATA_PATH: join(root, 'old')}
  expect(findConfig({env, cwd, root}).path).toBe(path)
  expect(findConfig({env: {QBITRR_OVERRIDES_DATA_PATH: '/no/such'}, cwd, root}).path).toContain('.config')
})

test('who asks for a file gets that one or none; the command line comes before the variable', () => {
  put('work/.config/config.toml')
  const wanted = put('mine/my.toml')
  expect(findConfig({env: {COMMODARR_CONFIG: '../mine/my.toml'}, cwd, root})).toMatchObject({
    path: wanted,
    exists: true,
    askedBy: 'COMMODARR_CONFIG',
  })
  expect(findConfig({path: 'nothing.toml', env: {COMMODARR_CONFIG: wanted}, cwd, root})).toMatchObject({
    path: join(cwd, 'nothing.toml'),
    exists: false,
    askedBy: '--config',
  })
  put('folder/config.toml')
  expect(findConfig({path: '../folder', env: {}, cwd, root}).path).toBe(join(root, 'folder/config.toml'))
})

test('our own data lie beside the configuration unless set otherwise', () => {
  expect(dataFolder('/etc/x/config.toml', {}, cwd)).toBe('/etc/x/commodarr')
  expect(dataFolder('/etc/x/config.toml', {COMMODARR_DATA: 'd'}, cwd)).toBe(join(cwd, 'd'))
})
