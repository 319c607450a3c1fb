import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly hasInstallScript?: boolean
  readonly resolved?: string
  readonly integrity?: string
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'))
const {packages} = read('package-lock.json') as {packages: Record<string, LockedPackage>}
const locked = Object.entries(packages).filter(([path]) => path !== '')

/**
 * Ours is MIT: all of these may be used with it. MPL is a matter of its own files, which we do not change; OFL is that of
 * fonts. CC-BY is data about browsers, which only tools read and nobody ships.
 */
const allowed = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Python-2.0',
  '0BSD',
  'MPL-2.0',
  'OFL-1.1',
  'CC-BY-4.0',
  'Unlicense',
])

test('every package has a licence that we may use', () => {
  const wrong = locked
    .filter(([, {license}]) => !allowed.has(license ?? ''))
    .map(([path, {license}]) => [path, license])
  expect(wrong).toEqual([])
})

test('no package runs a script when it is installed: none has one, and npm is set to run none', () => {
  expect(locked.filter(([, {hasInstallScript}]) => hasInstallScript === true)).toEqual([])
  expect(readFileSync(join(import.meta.dirname, '..', '.npmrc'), 'utf8').split('\n')).toContain(
    'ignore-scripts=true',
  )
  // With that npm leaves out what runs before and after a script of our own, too: nothing may count on it.
  const {scripts} = read('package.json') as {scripts: Record<string, string>}
  const own = ['install', 'prepare', 'prepublish', 'prepack', 'preinstall', 'postinstall']
  const leftOut = new Set([...own, ...Object.keys(scripts).flatMap((name) => [`pre${name}`, `post${name}`])])
  expect(Object.keys(scripts).filter((name) => leftOut.has(name))).toEqual([])
})

test('every package comes from the registry, with the digest of its content', () => {
  const odd = locked.filter(
    ([, {resolved, integrity}]) =>
      // Absent = from the registry that npm asks.
      resolved?.startsWith('https://registry.npmjs.org/') === false || !integrity?.startsWith('sha512-'),
  )
  expect(odd.map(([path]) => path)).toEqual([])
})

test('every dependency is named by one exact version, the one that is locked', () => {
  const manifest = read('package.json') as Record<string, Record<string, string> | undefined>
  const named = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  )
  const wrong = named.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)
  expect(named.length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
})

test('the checksum of each Node that may be brought along is written down, and ours has it', () => {
  const {version, sha256} = read('scripts/node-checksums.json') as {
    version: string
    sha256: Readonly<Record<string, string>>
  }
  const {optionalDependencies} = read('package.json') as {optionalDependencies: Record<string, string>}
  const nodes = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-'))
  expect(nodes).toEqual(Object.keys(sha256).map((name) => [name, version]))
  const here = Object.entries(sha256).flatMap(([name, checksum]) => {
    const binary = ['node', 'node.exe']
      .map((it) => join(import.meta.dirname, '..', 'node_modules', name, 'bin', it))
      .find(existsSync)
    return binary === undefined ? [] : [{binary, checksum}]
  })
  for (const {binary, checksum} of here)
    expect(createHash('sha256').update(readFileSync(binary)).digest('hex')).toBe(checksum)
})
