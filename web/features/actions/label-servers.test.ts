import {expect, test} from 'vitest'
import {labelsOn, withoutLabel} from './label-servers.ts'

test('a category has to be made on the servers that do not know it', () => {
  const labels = [{name: 'tv', servers: [{server_id: 'a'}]}]
  const servers = [{server_id: 'a'}, {server_id: 'b'}]
  expect(withoutLabel('tv', labels, servers)).toEqual([{server_id: 'b'}])
  expect(withoutLabel('new', labels, servers)).toEqual(servers)
  expect(withoutLabel('', labels, servers)).toEqual([])
  expect(labelsOn(labels, ['b'])).toEqual([])
})
