import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly hasInstallScript?: boolean
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

test('no package runs a script when it is installed', () => {
  expect(locked.filter(([, {hasInstallScript}]) => hasInstallScript === true)).toEqual([])
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
