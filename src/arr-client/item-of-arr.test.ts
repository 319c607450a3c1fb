import {afterEach, expect, test} from 'vitest'
import {clientsOf} from '#lab/arrs/arr-client.fixture.ts'
import {assembleSim, type ArrSim} from '#lab/arrs/create.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {withTwoItems} from '#lab/arrs/two-items.fixture.ts'
import {ServerFault} from '#model/errors.ts'
import {itemOfArr} from './item-of-arr.ts'

let sim: ArrSim
afterEach(() => sim.close())

const apps: readonly ArrApp[] = ['radarr', 'sonarr', 'sonarr5', 'lidarr', 'readarr', 'whisparr2', 'whisparr3']

test.each(apps)(
  '%s: of its history and its queue what is of the item, and of nothing beside it',
  async (app) => {
    sim = withTwoItems(app)
    const [arr] = sim.all
    const {arr: inside} = arr!
    for (const itemId of [1, 2]) inside.releases.define({itemId, life: {completeAfter: null}})
    inside.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(20_000)
    const {port, replica} = await clientsOf(arr!)
    const rows = await port.queue()
    expect(new Set(rows.map(({downloadId}) => downloadId)).size).toBe(2)
    const [first, other] = [rows[0]!, rows.at(-1)!]
    const id = first.media[0]!.id
    expect(other.media.map((it) => it.id)).not.toContain(id)
    const found = await itemOfArr(port, id, null)
    expect(found.item).toMatchObject({is: {id, kind: port.media, monitored: true}})
    expect('is' in found.queue && found.queue.is.map(({downloadId}) => downloadId)).toEqual([
      first.downloadId,
    ])
    const history = 'is' in found.history ? found.history.is : []
    expect(history.map((it) => [it.event, it.media?.id, it.title])).toEqual([['grabbed', id, first.title]])
    expect(found.parent).toMatchObject(
      port.media === 'movie' ? {is: null} : {is: {id: first.media[0]!.parentId}},
    )
    expect((await itemOfArr(port, 9_999, rows)).item).toEqual({is: null})
    await replica.stop()
  },
)

test('what goes wrong with one question leaves the others', async () => {
  sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [{name: 'Arr', app: 'radarr', library: [{title: 'A', year: 2020}]}],
  })
  const {port, replica} = await clientsOf(sim.all[0]!)
  const found = await itemOfArr(
    {
      media: port.media,
      item: (id) => port.item(id),
      itemBelow: (id) => port.itemBelow(id),
      queue: () => Promise.reject(new ServerFault('server_unreachable', 'dns', 'Radarr did not answer.')),
      historyOfItem: (id) => port.historyOfItem(id),
    },
    1,
    null,
  )
  expect(found).toMatchObject({
    item: {is: {id: 1}},
    queue: {unread: 'Radarr did not answer.'},
    history: {is: []},
  })
  await replica.stop()
})
