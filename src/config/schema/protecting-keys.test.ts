/** A key without a class would be lost without a question. */
import {expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import type {Shape} from './fields.ts'
import {keyClasses, type KeyClasses} from './protecting-keys.ts'
import {settingsShape, webuiShape} from './schema.ts'
import {arrShape} from './schema-arrs.ts'
import {prowlarrShape} from './schema-prowlarr.ts'
import {hitAndRunShape, serverShapes} from './schema-servers.ts'

/** Keys of the shape that have no class, and a table that has one word stands for all in it. */
function unclassified(shape: Shape, classes: KeyClasses, above = ''): string[] {
  return Object.entries(shape).flatMap(([key, node]) => {
    const its = Object.hasOwn(classes, key) ? classes[key]! : null
    if (its === null) return [above + key]
    if (node.node === 'field') return typeof its === 'string' ? [] : [above + key]
    return typeof its === 'string' ? [] : unclassified(node.shape, its, `${above}${key}.`)
  })
}

/** Classes of keys that there are not. */
function left(shape: Shape, classes: KeyClasses, above = ''): string[] {
  return Object.entries(classes).flatMap(([key, its]) => {
    const node = Object.hasOwn(shape, key) ? shape[key]! : null
    if (node === null) return [above + key]
    return typeof its === 'string' || node.node === 'field' ? [] : left(node.shape, its, `${above}${key}.`)
  })
}

const allServers: Shape = Object.assign({}, ...serverKinds.map((kind) => serverShapes[kind])) as Shape

test.each([
  ['Settings', settingsShape, keyClasses.settings],
  ['WebUI', webuiShape, keyClasses.webui],
  ['servers', allServers, keyClasses.servers],
  ['Arrs', arrShape, keyClasses.arrs],
  ['Prowlarrs', prowlarrShape, keyClasses.prowlarrs],
] as const)('every key of %s has a class, and no other', (_name, shape: Shape, classes: KeyClasses) => {
  expect(unclassified(shape, classes)).toEqual([])
  expect(left(shape, classes)).toEqual([])
})

test('what is owed to trackers protects wherever it stands', () => {
  const {servers, arrs} = keyClasses
  const places = [servers.Trackers, servers.CategorySeeding, arrs.Torrent] as readonly KeyClasses[]
  const ofArrs = places[2]!['Trackers'] as KeyClasses
  for (const key of Object.keys(hitAndRunShape)) {
    for (const place of [places[0]!, places[1]!, ofArrs]) expect(place[key], key).toBe('protects')
  }
})

test('a key that is safer when it is bad protects: its absence is less safe', () => {
  const unsafe = (shape: Shape, classes: KeyClasses): string[] =>
    Object.entries(shape).flatMap(([key, node]) => {
      const its = classes[key]!
      if (node.node !== 'field') return typeof its === 'string' ? [] : unsafe(node.shape, its)
      return node.ifBad !== node.absent && its !== 'protects' ? [key] : []
    })
  // It decides when torrents are stopped, and removes nothing.
  expect(unsafe(settingsShape, keyClasses.settings)).toEqual(['AutoPauseResume'])
  expect(unsafe(allServers, keyClasses.servers)).toEqual([])
  expect(unsafe(arrShape, keyClasses.arrs)).toEqual([])
})

test('a key without which a server or an Arr is not reached, or is another one, protects', () => {
  const essential = (shape: Shape) =>
    Object.entries(shape).flatMap(([key, node]) => (node.node === 'field' && node.essential ? [key] : []))
  const keys = [...essential(allServers), 'SkipTLSVerify']
  expect(keys).toEqual(expect.arrayContaining(['Url', 'URI', 'Host', 'Port', 'Path', 'Password', 'Socket']))
  expect(keys.filter((key) => keyClasses.servers[key] !== 'protects')).toEqual([])
  const arrKeys = essential(arrShape)
  expect(arrKeys).toEqual(['URI', 'APIKey', 'Category'])
  const classes: KeyClasses = keyClasses.arrs
  expect(arrKeys.filter((key) => classes[key] !== 'protects')).toEqual([])
})
