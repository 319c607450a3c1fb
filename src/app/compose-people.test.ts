import {expect, test} from 'vitest'
import {placeAt} from '#clients/outgoing.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {ServerDirectory} from '#registry/servers/directory.ts'
import {plainDraft} from '#registry/servers/draft.ts'
import type {StoredServer} from '#registry/servers/stored.ts'
import {asServerId} from '#model/torrent-key.ts'
import {serversAtPrivateAddresses} from './compose-people.ts'

const {username, tls, paths, storage, pace, categorySource} = plainDraft
const plain = {username, tls, paths, storage, pace, categorySource, allowExecute: false, downloadRoots: []}

function at(url: string, owner: string): StoredServer {
  return {
    id: asServerId(url),
    origin: 'user',
    ownerId: asUserId(owner),
    own: {...plain, kind: 'qbittorrent', name: url, url, enabled: true, basicAuthUser: null, givenBy: {}},
    secrets: {password: null, apiKey: null, basicAuth: null, httpProxy: null},
    encrypted: {},
    createdAt: 1,
    grants: [],
    look: {tags: [], colour: null, icon: null, position: 0, defaultForAdding: false},
  }
}

test('of servers that are refused those rest by the setting that nothing else is in the way of', () => {
  const settings = {isPublicOnly: true}
  const directory = new ServerDirectory(
    (id) => (id === 'ada' ? 'administrator' : 'member'),
    {
      get values() {
        return {membersPublicOnly: settings.isPublicOnly, memberAddresses: []}
      },
    },
    placeAt,
  )
  const urls = {
    'http://nas:8080': 'mia',
    'http://10.0.0.2:8080': 'mia',
    'http://10.0.0.1:8080': 'ada',
    // Somebody else's, and what nobody may reach.
    'http://10.0.0.1:8080/': 'mia',
    'http://169.254.169.254': 'mia',
  }
  directory.setStored(Object.entries(urls).map(([url, owner]) => at(url, owner)))
  const users = {get: (id: UserId) => ({name: `name of ${id}`})}
  const named = (reason: string) => {
    const servers = directory.definitions().map(({id, name, url}) => ({id, name, url, health: {reason}}))
    return serversAtPrivateAddresses(servers as never, {directory, users} as never)
  }
  expect(named('address_forbidden')).toEqual([
    {name: 'http://nas:8080', url: 'http://nas:8080', owner: 'name of mia'},
    {name: 'http://10.0.0.2:8080', url: 'http://10.0.0.2:8080', owner: 'name of mia'},
  ])
  expect(named('refused')).toEqual([])
  settings.isPublicOnly = false
  directory.reevaluate()
  expect(named('address_forbidden')).toEqual([])
})
