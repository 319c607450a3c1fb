import {expect, test} from 'vitest'
import {understand} from './address.ts'
import {twinsOf} from './trial.ts'

const others: Parameters<typeof twinsOf>[2] = [
  {server_name: 'attic', server_type: 'qbittorrent', url: 'http://attic:8080'},
  {server_name: 'nas', server_type: 'transmission', url: 'http://nas:9091/transmission/rpc'},
]
const twins = (typed: string, kind: 'qbittorrent' | 'transmission', known: readonly string[] = []) =>
  twinsOf({kind}, understand(typed, kind)!, others, {
    known: known.map((server_name) => ({server_id: server_name, server_name})),
  })

test.each([
  ['attic', 'qbittorrent', ['attic']],
  ['HTTP://Attic:8080/', 'qbittorrent', ['attic']],
  ['attic:8081', 'qbittorrent', []],
  ['attic:8080', 'transmission', []],
  ['nas', 'transmission', ['nas']],
] as const)('%s as %s is a server that is there: %j', (typed, kind, names) => {
  expect(twins(typed, kind)).toEqual(names)
})

test('what only the try knows is named too, and none twice', () => {
  expect(twins('attic', 'qbittorrent', ['attic', 'another'])).toEqual(['attic', 'another'])
})
