import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {lostTimes} from './lost-times.ts'

const [nas, box] = [asServerId('nas'), asServerId('box')]
const ann = asUserId('ann')

function lost(lacksOfMembers: boolean) {
  let lists = 0
  const times = lostTimes(
    {
      lostTimes: (whose) => (whose === null ? [{from: 1, to: 2}] : whose === ann ? [{from: 3, to: 4}] : []),
      lacksOfMembers: () => lacksOfMembers,
    },
    {
      list() {
        lists++
        return [{id: nas}, {id: box}]
      },
    },
    (id) => (id === box ? ann : null),
  )
  return {times, lists}
}

test('what the database lacks for a member is unknown on their servers alone', () => {
  expect(lost(true).times).toEqual([
    {from: 1, to: 2, servers: null},
    {from: 3, to: 4, servers: [box]},
  ])
})

test('where no member lacks anything the servers are not listed', () => {
  expect(lost(false)).toEqual({times: [{from: 1, to: 2, servers: null}], lists: 0})
})
