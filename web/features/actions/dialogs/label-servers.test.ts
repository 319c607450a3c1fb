import {expect, test} from 'vitest'
import {labelsOn, serversThatMake, serversThatTake, withoutLabel} from './label-servers.ts'

test('a category has to be made on the servers that do not know it', () => {
  const labels = [{name: 'tv', servers: [{server_id: 'a'}]}]
  const servers = [{server_id: 'a'}, {server_id: 'b'}]
  expect(withoutLabel('tv', labels, servers)).toEqual([{server_id: 'b'}])
  expect(withoutLabel('new', labels, servers)).toEqual(servers)
  expect(withoutLabel('', labels, servers)).toEqual([])
  expect(labelsOn(labels, ['b'])).toEqual([])
})

test('nothing is made on a server that cannot take it now', () => {
  const servers = [{server_id: 'a'}, {server_id: 'b'}]
  const away = {code: 'server_not_online' as const, message: 'b is unreachable.', count: 3, servers: ['b']}
  const abilities = [{verb: 'setCategory', possible: 4, reasons: [away]}]
  expect(serversThatTake({servers, abilities}, 'setCategory')).toEqual([{server_id: 'a'}])
  expect(serversThatTake({servers, abilities}, 'setTags')).toEqual(servers)
  expect(serversThatTake(null, 'setCategory')).toEqual([])
})

test('a category is made where categories are made, not where torrents alone carry them', () => {
  const servers = [{server_id: 'qbt'}, {server_id: 'rtorrent'}, {server_id: 'unread'}]
  const feature = (support: 'native' | 'none') => [{name: 'createCategory', support, reason: ''}]
  const details = [
    {server_id: 'qbt', features: feature('native')},
    {server_id: 'rtorrent', features: feature('none')},
  ]
  expect(serversThatMake(servers, details)).toEqual([{server_id: 'qbt'}])
})
