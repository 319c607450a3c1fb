import {expect, test} from 'vitest'
import {restorable} from './restorable.ts'

const removed = [
  {server_id: 'seedbox', info_hash: 'a'},
  {server_id: 'attic', info_hash: 'b'},
]
const trash = removed.map((it, at) => ({...it, id: String(at), state: 'kept' as const, under_way: false}))
const servers = removed.map(({server_id}) => ({server_id, access: 'own' as const}))

test('removals of a day are undone together while all of them are in the trash', () => {
  expect(restorable(removed, trash, servers)).toEqual(trash)
  expect(restorable(removed, trash.slice(1), servers)).toBeNull()
  expect(restorable(removed, [{...trash[0]!, under_way: true}, trash[1]!], servers)).toBeNull()
})

test('a removal on a server that may only be viewed is not offered to be undone', () => {
  expect(restorable(removed, trash, [servers[0]!, {server_id: 'attic', access: 'view'}])).toBeNull()
})
