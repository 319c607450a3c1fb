import fc from 'fast-check'
import {expect, test} from 'vitest'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {findOrphans, type Claim, type ClaimingServer} from './orphans.ts'

const [a, b, off] = ['a', 'b', 'off'].map((id) => asServerId(id))
const hash = asInfoHash('ab'.repeat(20))!
const servers: ClaimingServer[] = [
  {id: a!, enabled: true, told: true},
  {id: b!, enabled: true, told: true},
  {id: off!, enabled: false, told: true},
]

const files = (...paths: string[]) => paths.map((path) => ({path, size: 1, changedAt: 0}))
const claim = (contentPath: string | null, serverId = a!): Claim => ({serverId, hash, contentPath})

function orphans(paths: string[], claims: Claim[]): string[] {
  const found = findOrphans(files(...paths), servers, claims)
  if (!found.complete) throw new Error('incomplete')
  return found.orphans.map(({path}) => path)
}

test('what no torrent of any server claims is an orphan; switched-off servers claim too', () => {
  const paths = ['/m/A/1', '/m/A/s/2', '/m/b.mkv', '/m/Off/3', '/m/lost', '/m/AB/4', '/m/b.mkv2']
  const claims = [claim('/m/A/'), claim('/m/b.mkv', b), claim('/m//Off', off)]
  expect(orphans(paths, claims)).toEqual(['/m/lost', '/m/AB/4', '/m/b.mkv2'])
})

test('files that are still being written, and what was set aside, are claimed', () => {
  const paths = [
    '/m/b.mkv.!qB',
    '/m/b.mkv.part',
    `/m/.${hash}.parts`,
    `/m/.${'cd'.repeat(20)}.parts`,
    '/m/.commodarr-recycle/x/1 a.mkv',
  ]
  expect(orphans(paths, [claim('/m/b.mkv')])).toEqual([`/m/.${'cd'.repeat(20)}.parts`])
})

test.each([
  ['a server that is away', {...servers[1]!, told: false}, [], 'offline'],
  ['a switched-off server that never told', {...servers[1]!, enabled: false, told: false}, [], 'neverListed'],
  ['a torrent whose path is not mapped', servers[1]!, [claim(null, b)], 'notMapped'],
] as const)('with %s there is no result, and it is named', (_name, server, claims, why) => {
  expect(findOrphans(files('/m/lost'), [servers[0]!, server], claims)).toEqual({
    complete: false,
    missing: [{serverId: b, why}],
  })
})

test('nothing at, below or beside a claim as its unfinished self is ever an orphan', () => {
  const part = fc.constantFrom('a', 'b', 'c.mkv', 'A')
  const path = fc.array(part, {minLength: 1, maxLength: 4}).map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(fc.array(path), fc.array(path), (paths, claimed) => {
      const found = orphans(
        paths,
        claimed.map((it) => claim(it)),
      )
      const expected = paths.filter((it) => !claimed.some((of) => it === of || it.startsWith(`${of}/`)))
      expect(found).toEqual(expected)
    }),
  )
})
